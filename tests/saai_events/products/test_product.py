"""A product's row as other services may have written it: what still sells, and what is reported instead."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.codes import ProductCode
from saai_domain.http_api import failure
from saai_events.products.product import MAX_NAME, MAX_PRICE, UnreadableProduct, read_product

P001 = ProductCode("T001P001")


def _row(**changes: Any) -> dict[str, Any]:
    return {"nombre": "Arroz", "precio": Decimal("3.50"), "stock": Decimal(9), "estado": "ACTIVO", **changes}


@pytest.mark.parametrize(
    ("written", "read"),
    [("4.5", "4.50"), (Decimal("4.999"), "5.00"), (Decimal("0.125"), "0.13"), (Decimal(0), "0.00"), (4, "4.00")],
)
def test_a_price_is_read_to_the_centimo(written: Any, read: str) -> None:
    """As a number or a text, with any number of decimals; half a céntimo is rounded up."""
    product = read_product(P001, _row(precio=written))
    assert product is not None
    assert str(product.precio) == read


@pytest.mark.parametrize("written", [Decimal(40), Decimal("40.0"), Decimal("4E+1"), "40", 40])
def test_a_stock_is_read_as_whole_units(written: Any) -> None:
    """However its number is written."""
    product = read_product(P001, _row(stock=written))
    assert product is not None
    assert product.stock == 40


@pytest.mark.parametrize(
    "changes",
    [
        *(
            {"precio": precio}
            for precio in (Decimal("-0.01"), "-3.50", "NaN", "Infinity", "", None, True, MAX_PRICE + 1)
        ),
        *({"precio": precio} for precio in (b"4", "9" * 25)),
        *(
            {"stock": stock}
            for stock in (
                "muchos",
                "NaN",
                "",
                None,
                True,
                Decimal("1.5"),
                Decimal(10) ** 10,
                -(Decimal(10) ** 10),
                b"4",
                "1e1000000",
                "-1e999999999",
            )
        ),
        {"nombre": "x" * (MAX_NAME + 1)},
    ],
    ids=str,
)
def test_what_cant_be_a_price_a_stock_or_a_name_is_not_sold(changes: dict[str, Any]) -> None:
    """A total below zero, or one that no longer is exact, would be worse than no sale."""
    with pytest.raises(UnreadableProduct, match="T001P001"):
        read_product(P001, _row(**changes))


@pytest.mark.parametrize("data", [None, "T001P001", []])
def test_a_row_without_an_entity_is_reported(data: Any) -> None:
    """By its code, not by a crash."""
    with pytest.raises(UnreadableProduct, match="T001P001: data is"):
        read_product(P001, data)


def test_the_cashier_is_told_which_product_to_report() -> None:
    """500: nothing in the request is wrong."""
    answer = failure(UnreadableProduct("T001P005", "precio is None"))
    assert answer["statusCode"] == 500
    assert "T001P005" in answer["body"]
    assert "precio is None" not in answer["body"]


def test_what_is_inactive_is_not_sold() -> None:
    """Deleting a product sets INACTIVO."""
    assert read_product(P001, _row(estado="INACTIVO")) is None


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
        product = read_product(P001, {"estado": "ACTIVO", **data})
    except UnreadableProduct:
        return
    if product is not None:
        assert 0 <= product.precio <= MAX_PRICE
        assert product.precio.as_tuple().exponent == -2
        assert isinstance(product.stock, int)


@pytest.mark.parametrize("row", [{"nombre": None}, {}])
def test_a_product_without_a_name_is_called_by_its_code(row: dict[str, Any]) -> None:
    """A NULL is no name: nobody bought a "None"."""
    product = read_product(P001, {"precio": 1, "stock": 1, "estado": "ACTIVO", **row})
    assert product is not None
    assert product.nombre == P001
