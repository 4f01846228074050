"""The count of a day, and its row."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.aws.dynamodb import deserialize, serialize
from saai_events.summaries.day import DaySummary, ProductDay, WorkerDay, from_item, is_over, summarise, to_item
from saai_events.summaries.sold import SoldSale, read_sale

from tests.saai_events.summaries.sales_history import TENANT, TODAY, at, sale_row


def _sale(number: int, **values: Any) -> SoldSale:
    row = sale_row(number, TODAY, **values)
    return read_sale(row["entity_id"], row["data"])


def test_a_day_is_counted() -> None:
    """Sales, soles, units and sales by product, sales and soles by user; annulled ones only for the numbers."""
    sales = [
        _sale(12, units={"P001": 2, "P002": 1}, usuario="U001"),
        _sale(11, units={"P001": 3}, usuario="U002"),
        _sale(13, units={"P003": 9}, estado="ANULADA"),
        _sale(14, units={"P001": 1}, price=Decimal("0.10")),
    ]
    assert summarise(TODAY, sales, sin_stock={"T001P009"}, cerrado=True) == DaySummary(
        fecha=TODAY,
        ventas=3,
        ingresos=Decimal("15.10"),
        productos={
            "T001P001": ProductDay(unidades=6, ventas=3, nombre="Producto P001"),
            "T001P002": ProductDay(unidades=1, ventas=1, nombre="Producto P002"),
        },
        trabajadores={
            "T001U001": WorkerDay(ventas=2, ingresos=Decimal("7.60")),
            "T001U002": WorkerDay(ventas=1, ingresos=Decimal("7.50")),
        },
        sin_stock=frozenset({"T001P009"}),
        primera_venta=11,
        ultima_venta=14,
        hasta_venta=14,
        cerrado=True,
    )


def test_a_product_on_two_lines_is_one_sale_of_it() -> None:
    """Another service may write a product twice; units add up, the sale counts once."""
    sale = _sale(1, units={"P001": 2})
    day = summarise(TODAY, [attrs.evolve(sale, lines=sale.lines * 2)])
    assert day.productos["T001P001"] == ProductDay(unidades=4, ventas=1, nombre="Producto P001")


def test_a_product_has_the_name_of_its_last_sale() -> None:
    """Whatever order the sales come in."""
    older, newer = _sale(1), _sale(2)
    renamed = attrs.evolve(newer, lines=(attrs.evolve(newer.lines[0], nombre="Nuevo"),))
    assert summarise(TODAY, [renamed, older]).productos["T001P001"].nombre == "Nuevo"


def test_a_day_without_sales_remembers_how_far_the_numbers_went() -> None:
    """So that the next day's walk knows where to stop."""
    day = summarise(TODAY, [], hasta_venta=41)
    assert (day.ventas, day.primera_venta, day.ultima_venta, day.hasta_venta) == (0, None, None, 41)


def test_a_day_is_over_five_minutes_after_midnight() -> None:
    """Until then a sale that was under way may still be committed."""
    tomorrow = TODAY + timedelta(days=1)
    assert not is_over(TODAY, at(TODAY, 23, 59))
    assert not is_over(TODAY, at(tomorrow, 0, 4))
    assert is_over(TODAY, at(tomorrow, 0, 5))


money = st.decimals(min_value=0, max_value=10**9, places=2)
counts = st.integers(0, 10**9)
codes = st.from_regex(r"T001P[0-9]{3,5}", fullmatch=True)


@given(
    st.builds(
        DaySummary,
        fecha=st.dates(min_value=datetime(2000, 1, 1).date()),  # noqa: DTZ001 - a day, not a moment
        ventas=counts,
        ingresos=money,
        productos=st.dictionaries(
            codes, st.builds(ProductDay, unidades=counts, ventas=counts, nombre=st.text()), max_size=5
        ),
        trabajadores=st.dictionaries(codes, st.builds(WorkerDay, ventas=counts, ingresos=money), max_size=3),
        sin_stock=st.frozensets(codes, max_size=5),
        primera_venta=st.none() | counts,
        ultima_venta=st.none() | counts,
        hasta_venta=counts,
        cerrado=st.booleans(),
    )
)
def test_a_row_says_what_was_written(day: DaySummary) -> None:
    """Any summary survives the table."""
    item = to_item(TENANT, day, now="2025-12-31T12:00:00-05:00")
    assert from_item(deserialize(serialize(item))) == day


def test_a_row_that_does_not_say_it_is_closed_is_open() -> None:
    """It is counted again rather than believed."""
    item = to_item(TENANT, summarise(TODAY, [_sale(7)], cerrado=True), now="2025-12-31T12:00:00-05:00")
    del item["data"]["cerrado"], item["data"]["hasta_venta"]
    read = from_item(item)
    assert (read.cerrado, read.hasta_venta) == (False, 0)


def test_a_row_is_the_contracts() -> None:
    """Other readers depend on these keys."""
    day = summarise(TODAY, [_sale(7)], sin_stock={"T001P002", "T001P001"}, cerrado=True)
    item = to_item(TENANT, attrs.evolve(day, created_at="2025-12-31T10:00:00-05:00"), now="2025-12-31T12:00:00-05:00")
    assert item == {
        "tenant_id": "T001",
        "entity_id": "2025-12-31",
        "data": {
            "fecha": "2025-12-31",
            "ventas": 1,
            "ingresos": Decimal("2.50"),
            "productos": {"T001P001": {"unidades": 1, "ventas": 1, "nombre": "Producto P001"}},
            "trabajadores": {"T001U001": {"ventas": 1, "ingresos": Decimal("2.50")}},
            "sin_stock": ["T001P001", "T001P002"],
            "primera_venta": 7,
            "ultima_venta": 7,
            "hasta_venta": 7,
            "cerrado": True,
            "estado": "ACTIVO",
            "created_at": "2025-12-31T10:00:00-05:00",
            "updated_at": "2025-12-31T12:00:00-05:00",
        },
    }
