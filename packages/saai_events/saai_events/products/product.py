"""A product that is sold, read from a row that other services write."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from saai_domain.codes import Kind, ProductCode
from saai_domain.errors import InvalidMoney
from saai_domain.limits import MAX_STOCK
from saai_domain.money import soles
from saai_domain.rows import Estado
from saai_domain.value_object import value_object

from saai_events.entities import UnreadableEntity, whole_number

ProductField = Annotated[
    ProductCode,
    msgspec.Meta(
        pattern=f"^{Kind.PRODUCT.pattern}$", description="Se espera un código de producto, por ejemplo T001P001."
    ),
]
"""A product in a request's body."""
MAX_PRICE: Final = 10_000_000
"""Soles. What is dearer is a mistake, and a total must stay exact."""
MAX_NAME: Final = 300
"""Characters. 90 names of this length fit the frame of an event."""


class UnreadableProduct(UnreadableEntity):
    """A product that can't be sold: its row has no price, or no whole stock."""

    kind = "product"

    def __init__(self, entity_id: str, problem: str) -> None:
        super().__init__(entity_id, problem)
        # No cashier can correct it, but the code tells the owner where to look.
        self.user_message = f"Los datos del producto {entity_id} no son válidos. Avisa al administrador de la tienda."


@value_object
class Product:
    """A product that can be sold.

    ``precio`` in soles; ``stock`` in units, below zero where another service drove it there; ``row`` is its ``data``
    exactly as it was read.
    """

    codigo: ProductCode
    nombre: str
    precio: Decimal
    stock: int
    row: Mapping[str, Any]


def read_product(codigo: ProductCode, data: object) -> Product | None:
    """Read a product's ``data``; None for one that is not sold any more.

    Price and stock may be numbers, or texts that say one.

    Raises:
        UnreadableProduct: There is no price, no whole stock, or one that is impossibly large.
    """
    if not isinstance(data, Mapping):
        raise UnreadableProduct(codigo, f"data is {data!r}")
    if data.get("estado") != Estado.ACTIVO:
        return None
    return Product(
        codigo=codigo,
        nombre=_name(codigo, data.get("nombre")),
        precio=_price(codigo, data.get("precio")),
        stock=_stock(codigo, data.get("stock")),
        row=data,
    )


def _name(codigo: ProductCode, value: object) -> str:
    """Return what a product is called: its code where the row says nothing."""
    name = str(codigo if value is None else value)
    if len(name) > MAX_NAME:
        raise UnreadableProduct(codigo, f"nombre has {len(name)} characters")
    return name


def _price(codigo: ProductCode, value: Any) -> Decimal:  # noqa: ANN401 - whatever another service wrote
    try:
        price = soles(value)
    except InvalidMoney:
        raise UnreadableProduct(codigo, f"precio is {value!r}") from None
    if price.is_signed() or price > MAX_PRICE:
        raise UnreadableProduct(codigo, f"precio is {value!r}")
    return price


def _stock(codigo: ProductCode, value: object) -> int:
    stock = whole_number(value)
    if stock is None or abs(stock) > MAX_STOCK:
        raise UnreadableProduct(codigo, f"stock is {value!r}")
    return stock
