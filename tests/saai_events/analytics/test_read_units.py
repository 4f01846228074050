"""What a refresh reads depends on today, not on how long the store has been selling."""

import pytest
from saai_domain.aws.dynamodb import serialize
from saai_support.metering import DynamoDBMeter, rows_read, size_of, units
from saai_support.shop import TENANT, Shop, analyst

SALES_A_DAY = 556


def _refreshed(shop: Shop) -> tuple[DynamoDBMeter, list[str]]:
    """A store's refresh, once its days have their summaries: what it reads, and the sales among that."""
    aws = shop.open()
    analyst(aws).refresh(TENANT)
    meter = DynamoDBMeter(aws.dynamodb)
    with aws.meanwhile(meter.around), aws.recording() as calls:
        analyst(aws).refresh(TENANT)
    return meter, rows_read(calls, "ventas")


@pytest.mark.timeout(300)
def test_ninety_days_cost_no_more_than_thirty() -> None:
    """50,000 sales against 16,700, the same catalogue and the same today: no sale of an earlier day is read."""
    young, few_sales = _refreshed(Shop(days=30, sales_a_day=SALES_A_DAY))
    old, sales = _refreshed(Shop(days=90, sales_a_day=SALES_A_DAY))
    assert len(sales) == len(few_sales) == SALES_A_DAY
    assert min(int(code.removeprefix(f"{TENANT}V")) for code in sales) == 89 * SALES_A_DAY + 1
    assert old.read_units <= 1.2 * young.read_units


def test_the_units_of_a_refresh_are_these() -> None:
    """Each of today's sales, the days' rows, the shelf, and little else."""
    meter, _ = _refreshed(Shop(days=30, sales_a_day=20, products=50))
    assert meter.reads == {
        "ventas": 20.0,
        "resumenes": pytest.approx(18, abs=3),
        "productos": pytest.approx(1.5, abs=0.5),
        "gastos": pytest.approx(2.0, abs=0.5),
        "usuarios": 0.5,
        "analitica": 4.0,
        "tiendas": 1.0,
        "counters": 2.0,
    }


def test_items_are_measured_as_dynamodb_does() -> None:
    """Names and texts by their bytes, numbers by digits, a map 3 bytes and 1 for each entry."""
    assert size_of(serialize({"tenant_id": "T001"})) == 9 + 4
    assert size_of(serialize({"ñ": "ñ"})) == 4
    assert size_of(serialize({"n": 12345})) == 1 + 4
    assert size_of(serialize({"m": {"a": True}, "l": [None]})) == 1 + 3 + (1 + 1 + 1) + 1 + 3 + (1 + 1)


@pytest.mark.parametrize(("size", "expected"), [(0, 1), (1, 1), (4_096, 1), (4_097, 2)])
def test_units_are_rounded_up(size: int, expected: int) -> None:
    """A missing item costs one as well."""
    assert units(size, 4_096) == expected
