"""Why a sale is refused, besides the domain's own reasons."""

from collections.abc import Mapping, Sequence

import attrs
from saai_domain.errors import Conflict, NotFound
from saai_domain.value_object import value_object


@value_object
class Shortage:
    """A product of which fewer units are left than asked for."""

    codigo_producto: str
    nombre: str
    solicitado: int
    disponible: int


class InsufficientStock(Conflict):
    """Some products don't have enough stock; each with what is available."""

    user_message = "No hay stock suficiente para la venta."

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__(shortages)
        self.shortages = shortages

    def __str__(self) -> str:
        return "; ".join(f"{each.codigo_producto}: {each.solicitado} of {each.disponible}" for each in self.shortages)

    @property
    def details(self) -> Sequence[Mapping[str, object]] | None:
        return [attrs.asdict(shortage) for shortage in self.shortages]


class UnknownProducts(NotFound):
    """Products that the store doesn't have, or no longer sells."""

    user_message = "Hay productos que no existen en la tienda."

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__("product", codes)

    @property
    def details(self) -> Sequence[Mapping[str, object]] | None:
        return [{"codigo_producto": code, "mensaje": "No existe o ya no se vende."} for code in self.codes]
