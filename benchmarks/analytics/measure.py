"""What a refresh and a night cost a store, and what reading its history would."""

import time
from collections.abc import Callable

import attrs
from saai_domain.testing.aws import InMemoryAws
from saai_support.metering import READ_UNIT, DynamoDBMeter, rows_read, size_of, units
from saai_support.shop import CLOSING_TIME, TENANT, Shop, analyst, close_days, days_of


@attrs.frozen(kw_only=True)
class Cost:
    """A run's units, the sales that it read, and processor seconds."""

    meter: DynamoDBMeter
    sales_read: int
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
    aws = shop.open()
    sales = aws.dynamodb.rows("ventas")
    history = 0.5 * units(sum(map(size_of, sales)), READ_UNIT)
    first = _run(aws, lambda: analyst(aws).refresh(TENANT))
    # The days before are there as the nights of a store in operation leave them.
    days = days_of(aws)
    days.save(TENANT, days.history(TENANT, moment=CLOSING_TIME))
    return Measured(
        shop=shop,
        sales=len(sales),
        first=first,
        refresh=_run(aws, lambda: analyst(aws).refresh(TENANT)),
        night=_run(aws, lambda: close_days(aws)),
        history_units=history,
    )


def _run(aws: InMemoryAws, work: Callable[[], object]) -> Cost:
    meter = DynamoDBMeter(aws.dynamodb)
    with aws.meanwhile(meter.around), aws.recording() as calls:
        began = time.process_time()
        work()
        seconds = time.process_time() - began
    return Cost(meter=meter, sales_read=len(rows_read(calls, "ventas")), cpu_seconds=seconds)
