"""Product rows as other services may have written them: what still sells, and what is reported instead."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import ProductCode
from saai_domain.http_api import failure
from saai_events.sales.errors import InsufficientStock, UnreadableProduct
from saai_events.sales.sale import MAX_NAME, MAX_PRICE, readable_product

from tests.saai_events.bodega import CASHIER, TENANT, Bodega, request

P001 = ProductCode("T001P001")


def _row(**changes: Any) -> dict[str, Any]:
    return {"nombre": "Arroz", "precio": Decimal("3.50"), "stock": Decimal(9), "estado": "ACTIVO", **changes}


@pytest.mark.parametrize(
    ("written", "read"),
    [("4.5", "4.50"), (Decimal("4.999"), "5.00"), (Decimal("0.125"), "0.13"), (Decimal(0), "0.00"), (4, "4.00")],
)
def test_a_price_is_read_to_the_centimo(written: Any, read: str) -> None:
    """As a number or a text, with any number of decimals; half a céntimo is rounded up."""
    product = readable_product(P001, _row(precio=written))
    assert product is not None
    assert str(product.precio) == read


@pytest.mark.parametrize("written", [Decimal(40), Decimal("40.0"), Decimal("4E+1"), "40", 40])
def test_a_stock_is_read_as_whole_units(written: Any) -> None:
    """However its number is written."""
    product = readable_product(P001, _row(stock=written))
    assert product is not None
    assert product.stock == 40


@pytest.mark.parametrize(
    "changes",
    [
        *({"precio": precio} for precio in (Decimal("-0.01"), "-3.50", "NaN", "Infinity", "", True, MAX_PRICE + 1)),
        *({"precio": precio} for precio in (b"4", "9" * 25)),
        *({"stock": stock} for stock in ("muchos", "NaN", "", True, Decimal(10) ** 10, -(Decimal(10) ** 10), b"4")),
        {"nombre": "x" * (MAX_NAME + 1)},
    ],
    ids=str,
)
def test_what_cant_be_a_price_a_stock_or_a_name_is_not_sold(changes: dict[str, Any]) -> None:
    """A total below zero, or one that no longer is exact, would be worse than no sale."""
    with pytest.raises(UnreadableProduct, match="T001P001"):
        readable_product(P001, _row(**changes))


@pytest.mark.parametrize("data", [None, "T001P001", []])
def test_a_row_without_an_entity_is_reported(data: Any) -> None:
    """By its code, not by a crash."""
    with pytest.raises(UnreadableProduct, match="T001P001: data is"):
        readable_product(P001, data)


def test_the_cashier_is_told_which_product_to_report() -> None:
    """500: nothing in the request is wrong."""
    answer = failure(UnreadableProduct("T001P005", "precio is None"))
    assert answer["statusCode"] == 500
    assert "T001P005" in answer["body"]
    assert "precio is None" not in answer["body"]


def test_a_row_that_holds_nothing_refuses_the_sale(bodega: Bodega) -> None:
    """Nothing is written for the other products of the request."""
    bodega.has("P001")
    bodega.client.put_item(TableName="productos", Item=serialize({"tenant_id": TENANT, "entity_id": "T001P002"}))
    with pytest.raises(UnreadableProduct, match="T001P002"):
        bodega.sell(request(P001=1, P002=1))
    assert bodega.rows("ventas") == []
    assert bodega.stock("P001") == 40


@pytest.mark.parametrize(
    ("precio", "stock"), [("3.5", "40"), (Decimal("3.499"), Decimal("40.0")), (Decimal("3.5"), Decimal(40))]
)
def test_rows_are_compared_as_they_were_read(bodega: Bodega, precio: Any, stock: Any) -> None:
    """The condition holds for texts and for prices with more decimals, and the stock becomes a number."""
    bodega.has("P001", precio=precio, stock=stock)
    registered = bodega.sell(request(P001=2))
    assert str(registered.answer["total"]) == "7.00"
    assert bodega.rows("productos")[0]["data"]["stock"] == 38
    assert bodega.rows("productos")[0]["data"]["precio"] == precio


def test_a_stock_below_zero_sells_nothing(bodega: Bodega) -> None:
    """What is available is told as none."""
    bodega.has("P001", stock=-3)
    with pytest.raises(InsufficientStock) as refused:
        bodega.sell(request(P001=1))
    assert refused.value.shortages[0].disponible == 0


def test_a_product_withdrawn_between_read_and_write_is_not_sold(bodega: Bodega) -> None:
    """Its state is part of what the sale was decided on."""
    bodega.has("P001")

    class Withdrawn:
        writes = 0

        def batch_get_item(self, **params: Any) -> Any:
            return bodega.client.batch_get_item(**params)

        def transact_write_items(self, **params: Any) -> Any:
            self.writes += 1
            bodega.has("P001", estado="INACTIVO")
            return bodega.client.transact_write_items(**params)

    client = Withdrawn()
    with pytest.raises(Exception, match="T001P001"):
        bodega.ledger(client).register(request(P001=1), CASHIER, key="k")
    assert client.writes == 1
    assert bodega.stock("P001") == 40


@given(
    st.dictionaries(
        st.sampled_from(["nombre", "precio", "stock", "estado", "otro"]),
        st.none()
        | st.booleans()
        | st.decimals(allow_nan=False, allow_infinity=False)
        | st.text("0123456789.-+eNa ", max_size=20)
        | st.lists(st.integers(), max_size=2),
    )
)
def test_any_row_is_a_product_unsold_or_reported(data: dict[str, Any]) -> None:
    """Whatever stands there: never a price below zero, never a fraction of a unit, never another error."""
    try:
        product = readable_product(P001, {"estado": "ACTIVO", **data})
    except UnreadableProduct:
        return
    if product is not None:
        assert 0 <= product.precio <= MAX_PRICE
        assert product.precio.as_tuple().exponent == -2
        assert isinstance(product.stock, int)
