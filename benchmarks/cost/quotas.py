"""How many sales a second each quota bears, by the counted operations."""

from collections.abc import Callable, Iterator
from typing import Final

import attrs
from saai_domain.event_log import PENDING_SHARDS
from saai_infra.catalog import QUEUES

from benchmarks.cost.meter import Count
from benchmarks.cost.month import Size, added, times_of
from benchmarks.cost.paths import Paths
from benchmarks.cost.prices import Assumptions

ACCOUNT_REQUESTS: Final = 10_000
"""A second: all APIs of an account in a Region, with the callbacks (``@connections``)."""
HTTP_STAGE: Final = 1_000
WEBSOCKET_STAGE: Final = 2_000
"""Ours (saai_infra.http_api, saai_infra.websocket_api)."""
CONCURRENCY: Final = 1_000
"""Lambda's, of an account in a Region."""
TABLE_WRITES: Final = 4_000
"""A second, of an on-demand table or index that never bore more; it grows by itself."""
PARTITION_WRITES: Final = 1_000
_TABLES: Final = 3
"""The most written ones are told."""
_PER_SALE: Final = ("sale", "sale event", "refresh", "dashboard", "notices", "notices")


@attrs.frozen(kw_only=True)
class Quota:
    """What there is a second, what is used without any sale, and by each sale a second."""

    name: str
    limit: float
    at_rest: float
    a_sale: float

    @property
    def sales(self) -> float:
        """Sales a second at which it is used up."""
        return (self.limit - self.at_rest) / self.a_sale if self.a_sale else float("inf")


def quotas(size: Size, paths: Paths, assumed: Assumptions) -> Iterator[Quota]:
    """Yield every quota, when all screens are open."""
    open_seconds = assumed.days * assumed.hours_open * 3_600
    per_second = {path: size.stores * times / open_seconds for path, times in times_of(size, assumed).items()}
    resting = {path: per_second[path] for path in ("connect", "disconnect", "ping", "owner's ping")}
    counts = paths.counts

    def used(measure: Callable[[Count], float]) -> tuple[float, float]:
        at_rest = sum(times * measure(counts[path]) for path, times in resting.items())
        return at_rest, sum(measure(counts[path]) for path in _PER_SALE)

    for name, limit, measure in _MEASURES:
        at_rest, a_sale = used(measure)
        yield Quota(name=name, limit=limit, at_rest=at_rest, a_sale=a_sale)
    (concurrency,) = (queue.maximum_concurrency for queue, _seconds in QUEUES if queue.name == "analitica")
    busy = counts["refresh"].seconds["ActualizarAnalitica"]
    yield Quota(name="workers of the queue analitica (ours)", limit=concurrency, at_rest=0, a_sale=busy)
    writes = added(*((counts[path].writes, 1) for path in _PER_SALE))
    for place in sorted(writes, key=writes.__getitem__, reverse=True)[:_TABLES]:
        yield Quota(name=f"write units of {place}, new", limit=TABLE_WRITES, at_rest=0, a_sale=writes[place])
    shards, pending = PENDING_SHARDS * PARTITION_WRITES, writes["eventos/pendientes"]
    yield Quota(name="16 shards of eventos/pendientes, warm", limit=shards, at_rest=0, a_sale=pending)


def sweep_rate(assumed: Assumptions) -> float:
    """Return how many pending events a second the sweep repeats: one after another, in four fifths of 55 s."""
    milliseconds = assumed.milliseconds["dynamodb write"] + assumed.milliseconds["lambda invoke"]
    return 0.8 * 55 / (milliseconds / 1_000) / 60


def _http(used: Count) -> float:
    return used.units.get("http requests", 0.0)


def _received(used: Count) -> float:
    return used.received


def _requests(used: Count) -> float:
    posts = sum(
        times for call, times in used.calls.items() if call.endswith((" post_to_connection", " delete_connection"))
    )
    return _http(used) + _received(used) + posts


def _seconds(used: Count) -> float:
    return sum(used.seconds.values())


_MEASURES: Final = (
    ("requests of the account", ACCOUNT_REQUESTS, _requests),
    ("requests of the HTTP stage (ours)", HTTP_STAGE, _http),
    ("messages of the WebSocket stage (ours)", WEBSOCKET_STAGE, _received),
    ("concurrent calls of functions", CONCURRENCY, _seconds),
)
