"""What a cashier may ask for."""

from decimal import Decimal
from typing import Any

import pytest
from saai_domain.errors import InvalidInput
from saai_domain.limits import MAX_UNITS
from saai_events.sales.sale_request import read_sale_request


def _line(code: Any = "T001P001", quantity: Any = 1) -> dict[str, Any]:
    return {"codigo_producto": code, "cantidad": quantity}


def _body(*lines: Any, metodo_pago: Any = "YAPE") -> dict[str, Any]:
    return {"productos": list(lines), "metodo_pago": metodo_pago}


def _bad_fields(body: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        read_sale_request(body)
    return [field.campo for field in refused.value.fields]


def test_lines_of_the_same_product_are_merged_in_the_order_of_their_first_naming() -> None:
    """Checked one by one they would oversell."""
    request = read_sale_request(_body(_line("T001P002", 1), _line("T001P001", 2), _line("T001P002", 3)))
    assert list(request.units.items()) == [("T001P002", 4), ("T001P001", 2)]


def test_the_payment_method_is_stripped() -> None:
    """Spaces around it mean nothing."""
    assert read_sale_request(_body(_line(), metodo_pago="  PLIN ")).metodo_pago == "PLIN"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["productos", "metodo_pago"]),
        (_body(), ["productos"]),
        (_body("x"), ["productos[0]"]),
        (_body(_line(code=7)), ["productos[0].codigo_producto"]),
        (_body(_line(code="T001V001")), ["productos[0].codigo_producto"]),
        (_body(_line(), _line(quantity=0)), ["productos[1].cantidad"]),
        (_body(_line(quantity=-1)), ["productos[0].cantidad"]),
        (_body(_line(quantity=True)), ["productos[0].cantidad"]),
        (_body(_line(quantity="2")), ["productos[0].cantidad"]),
        (_body(_line(quantity=Decimal("2.5"))), ["productos[0].cantidad"]),
        (_body(_line(quantity=MAX_UNITS), _line(quantity=1)), ["productos[1].cantidad"]),
        (_body(_line(), metodo_pago=" "), ["metodo_pago"]),
        (_body(_line(), metodo_pago="x" * 41), ["metodo_pago"]),
        (_body(_line(quantity=0), _line(code="?"), metodo_pago=None),
         ["productos[0].cantidad", "productos[1].codigo_producto", "metodo_pago"]),
    ],
)  # fmt: skip
def test_every_bad_field_is_named(body: dict[str, Any], fields: list[str]) -> None:
    """The cashier's screen marks them all at once."""
    assert _bad_fields(body) == fields


def test_ninety_products_are_taken_and_ninety_one_refused() -> None:
    """A transaction has room for 90."""
    lines = [_line(f"T001P{number:03d}") for number in range(1, 92)]
    assert len(read_sale_request(_body(*lines[:90])).units) == 90
    assert _bad_fields(_body(*lines)) == ["productos"]
