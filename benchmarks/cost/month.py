"""A month's units and bill: how often each path is taken, times what it was counted to do."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import attrs
from saai_infra.alarms import api_alarms, function_alarms
from saai_infra.catalog import FUNCTIONS, QUEUES
from saai_support.functions import variables_of

from benchmarks.cost.meter import MEMORY_GB, Units
from benchmarks.cost.paths import Paths, dispatch
from benchmarks.cost.prices import PRICES, Assumptions

REFRESHES_BY_SCHEDULE: Final = 6
"""A day: every 4 hours."""
SECRET_READS_AN_HOUR: Final = 12
"""Of each process (saai_domain.aws.parameters)."""
_SECRET_READERS: Final = frozenset(
    spec.name for spec in FUNCTIONS if spec.queue is None and "JWT_SECRET_PARAMETER" in variables_of(spec.name)
)
"""What a queue calls as well needs no token for that; what else it is asked is rare."""


@attrs.frozen(kw_only=True)
class Size:
    """How large the product is: stores, screens of each, sales of each a day."""

    stores: int
    screens: int
    sales: int

    def open_minutes(self, assumed: Assumptions) -> float:
        """Return the minutes of a month for which screens are connected, all stores' together."""
        return self.stores * self.screens * assumed.days * assumed.hours_open * 60


def times_of(size: Size, assumed: Assumptions) -> Mapping[str, float]:
    """Return how often each path is taken in a month for one store.

    Every sale has a refresh of its own, which is the most there can be: sales within 5 s of each other share one.
    """
    minutes = assumed.hours_open * 60
    owners = min(assumed.owner_screens, size.screens)
    connections = size.screens * minutes / assumed.rotation_minutes
    # At night no dashboard is open.
    seen = size.sales + REFRESHES_BY_SCHEDULE * assumed.hours_open / 24
    a_day = {
        "connect": connections,
        "disconnect": connections,
        "ping": (size.screens - owners) * minutes / assumed.ping_minutes,
        "owner's ping": owners * minutes / assumed.ping_minutes,
        "load": size.screens * assumed.loads_a_day,
        "sale": size.sales,
        "sale event": size.sales,
        "refresh": size.sales + REFRESHES_BY_SCHEDULE,
        "dashboard": owners * seen,
        # After the sale's event, and after that of the refresh.
        "notices": owners * (size.sales + seen),
        "night": 1,
    }
    return {path: assumed.days * times for path, times in a_day.items()}


@attrs.frozen(kw_only=True)
class Month:
    """What is used in a month: units by meter, of that what does not depend on the stores; calls by function."""

    units: Units
    fixed: Units
    calls: Mapping[str, float]
    paths: Mapping[str, Units]
    """Units by path, all stores'."""


def month_of(size: Size, paths: Paths, assumed: Assumptions) -> Month:
    """Add up a month."""
    taken = [(path, paths.counts[path], size.stores * times) for path, times in times_of(size, assumed).items()]
    taken.append(("dispatch", dispatch(assumed, stores=size.stores), assumed.days * (REFRESHES_BY_SCHEDULE + 1)))
    taken.append(("sweep", paths.counts["sweep"], assumed.minutes))
    calls = added(
        *(({name: count.calls[f"{name} called"] for name in count.seconds}, times) for _, count, times in taken)
    )
    seconds = added(*((count.seconds, times) for _, count, times in taken))
    fixed = _fixed(paths, assumed)
    by_path = {path: added((count.units, times)) for path, count, times in taken}
    by_path["open sockets"] = {"websocket minutes": size.open_minutes(assumed)}
    by_path["the stage itself"] = fixed
    units = added(*((each, 1) for each in by_path.values()))
    logs = {"log GB-months": units["log GB"] * assumed.days_of_logs / assumed.days}
    secrets = {"kms requests": _secret_reads(calls, seconds, assumed)}
    return Month(units={**units, **logs, **secrets}, fixed=fixed, calls=calls, paths=by_path)


def same_work(month: Month, size: Size) -> Units:
    """Return the units of what the earlier design did as well.

    These are sockets, sales with their events, and the schedule's refreshes; without logs, which are left out there.
    """
    shares = dict.fromkeys(("connect", "disconnect", "open sockets", "sale", "sale event", "dispatch"), 1.0)
    shares["refresh"] = REFRESHES_BY_SCHEDULE / (size.sales + REFRESHES_BY_SCHEDULE)
    units = added(*((month.paths[path], share) for path, share in shares.items()))
    return {meter: used for meter, used in units.items() if meter != "log GB"}


def _fixed(paths: Paths, assumed: Assumptions) -> Units:
    printed = {metric for count in paths.counts.values() for metric in count.metrics}
    return {
        "schedule calls": assumed.minutes + assumed.days * (REFRESHES_BY_SCHEDULE + 1),
        "sqs requests": len(QUEUES) * assumed.minutes * assumed.idle_receives_a_minute,
        "custom metrics": len(printed),
        "alarms": alarms(),
    }


def alarms() -> int:
    """Return how many alarms a stage has (saai_infra.stack)."""
    own = sum(len(tuple(function_alarms("prod", spec))) for spec in FUNCTIONS)
    failures = sum(spec.failures_queue is not None for spec in FUNCTIONS)
    apis = len((*api_alarms("websocket", "id", "prod"), *api_alarms("http", "id", "$default")))
    # Throttles have one for all; a queue of work has one on its age and one on its dead letters.
    return own + failures + apis + 1 + 2 * len(QUEUES)


def _secret_reads(calls: Mapping[str, float], seconds: Mapping[str, float], assumed: Assumptions) -> float:
    open_seconds = assumed.days * assumed.hours_open * 3_600
    processes = sum(1 + seconds[name] / open_seconds for name in _SECRET_READERS if calls.get(name))
    return processes * open_seconds / 3_600 * SECRET_READS_AN_HOUR


def added(*parts: tuple[Mapping[str, float], float]) -> Units:
    """Add up what is used, each part so many times."""
    totals: defaultdict[str, float] = defaultdict(float)
    for units, times in parts:
        for name, used in units.items():
            totals[name] += times * used
    return dict(totals)


def bill(units: Units) -> dict[str, float]:
    """Return dollars by service, in the order of the price list.

    Raises:
        KeyError: A meter has no price.
    """
    dollars: dict[str, float] = {price.service: 0.0 for price in PRICES.values()}
    for meter, count in units.items():
        price = PRICES[meter]
        dollars[price.service] += price.of(count)
    return dollars


def gb_seconds(name: str, milliseconds: float) -> float:
    """Return what a function of the catalogue is billed for so long a call."""
    return milliseconds / 1_000 * MEMORY_GB[name]
