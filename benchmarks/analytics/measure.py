"""What a refresh and a night cost a store, and what reading its history would."""

import time
from collections.abc import Callable

import attrs
from saai_support.metered import READ_UNIT, Meter, MeteredDynamoDB, size_of, units
from saai_support.shop import CLOSING_TIME, TENANT, Shop, analyst, close_days, days_of


@attrs.frozen(kw_only=True)
class Cost:
    """A run's units and processor seconds."""

    meter: Meter
    cpu_seconds: float


@attrs.frozen(kw_only=True)
class Measured:
    """A store: its first refresh, when no day has a summary; a refresh from then on; a nightly close.

    ``history_units``: what one Query of all its sales costs, eventually consistent.
    """

    shop: Shop
    sales: int
    first: Cost
    refresh: Cost
    night: Cost
    history_units: float


def measure(shop: Shop) -> Measured:
    """Run a store's refreshes and its night."""
    client = shop.open()
    sales = client.rows("ventas", TENANT)
    history = 0.5 * units(sum(size_of(item) for item in sales.values()), READ_UNIT)
    first = _run(client, lambda: analyst(client).refresh(TENANT))
    # The days before are there as the nights of a store in operation leave them.
    client.start_meter()
    days = days_of(client)
    days.save(TENANT, days.history(TENANT, moment=CLOSING_TIME))
    return Measured(
        shop=shop,
        sales=len(sales),
        first=first,
        refresh=_run(client, lambda: analyst(client).refresh(TENANT)),
        night=_run(client, lambda: close_days(client)),
        history_units=history,
    )


def _run(client: MeteredDynamoDB, work: Callable[[], object]) -> Cost:
    meter = client.start_meter()
    began = time.process_time()
    work()
    return Cost(meter=meter, cpu_seconds=time.process_time() - began)
