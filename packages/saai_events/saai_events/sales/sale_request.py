"""What a cashier asks for: the body of ``POST /ventas``."""

from collections.abc import Mapping
from typing import Any, Final

from saai_domain.codes import ProductCode, parse_product_code
from saai_domain.errors import FieldError, InvalidCode, InvalidInput
from saai_domain.limits import MAX_PAYMENT_METHOD, MAX_PRODUCTS, MAX_UNITS
from saai_domain.value_object import value_object

MAX_PROBLEMS: Final = 500
"""A body of megabytes, wrong in every line, must not be answered with more than a Lambda can answer (6 MB)."""


@value_object
class SaleRequest:
    """A sale as asked for: units by product, in the order in which they were first named."""

    units: Mapping[ProductCode, int]
    metodo_pago: str


def read_sale_request(body: Mapping[str, Any]) -> SaleRequest:
    """Check a body and merge lines of the same product.

    Raises:
        InvalidInput: Names every bad field, for example ``productos[1].cantidad``; of very many, the first 500.
    """
    problems: list[FieldError] = []
    units = _units(body.get("productos"), problems)
    metodo_pago = _payment_method(body.get("metodo_pago"), problems)
    if problems:
        raise InvalidInput(*problems[:MAX_PROBLEMS])
    return SaleRequest(units=units, metodo_pago=metodo_pago)


def _units(lines: object, problems: list[FieldError]) -> dict[ProductCode, int]:
    units: dict[ProductCode, int] = {}
    if not isinstance(lines, list) or not lines:
        problems.append(FieldError("productos", "Se espera una lista con al menos un producto."))
        return units
    for place, line in enumerate(lines):
        path = f"productos[{place}]"
        if not isinstance(line, dict):
            problems.append(FieldError(path, "Se espera un objeto con codigo_producto y cantidad."))
            continue
        code = _code(line.get("codigo_producto"), path, problems)
        quantity = _quantity(line.get("cantidad"), path, problems)
        if code is not None and quantity is not None:
            units[code] = units.get(code, 0) + quantity
            if units[code] > MAX_UNITS:
                problems.append(FieldError(f"{path}.cantidad", f"El máximo por producto es {MAX_UNITS}."))
    if len(units) > MAX_PRODUCTS:
        problems.append(FieldError("productos", f"El máximo es {MAX_PRODUCTS} productos distintos por venta."))
    return units


def _code(value: object, path: str, problems: list[FieldError]) -> ProductCode | None:
    try:
        return parse_product_code(value)
    except InvalidCode:
        problems.append(FieldError(f"{path}.codigo_producto", "No es un código de producto, por ejemplo T001P001."))
        return None


def _quantity(value: object, path: str, problems: list[FieldError]) -> int | None:
    # A JSON boolean is an int to Python; a number with a fraction arrives as Decimal.
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MAX_UNITS:
        problems.append(FieldError(f"{path}.cantidad", f"Se espera un número entero de 1 a {MAX_UNITS}."))
        return None
    return value


def _payment_method(value: object, problems: list[FieldError]) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not 0 < len(text) <= MAX_PAYMENT_METHOD:
        problems.append(FieldError("metodo_pago", f"Se espera un texto de 1 a {MAX_PAYMENT_METHOD} caracteres."))
    return text
