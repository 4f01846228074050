"""A sale as the summaries count it, read from a row that other services may have written too."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from saai_domain.codes import number_of, parse_sale_code
from saai_domain.errors import InvalidMoney
from saai_domain.money import soles
from saai_domain.rows import Estado
from saai_domain.time import lima_date
from saai_domain.value_object import value_object

from saai_events.entities import UnreadableEntity, whole_number

MAX_TOTAL: Final = 10**10
"""Soles. More in one sale is a mistake, and the sums of a month must stay exact."""
MAX_UNITS: Final = 10**9
"""Units of a product in one sale, as in the event's contract."""


class UnreadableSale(UnreadableEntity):
    """A sale's row that breaks the contract."""

    kind = "sale"


@value_object
class SoldLine:
    """Units of one product in a sale."""

    codigo: str
    nombre: str
    unidades: int


@value_object
class SoldSale:
    """A sale: ``numero`` is the number in its code, ``fecha`` a Lima date, ``total`` in soles."""

    numero: int
    fecha: date
    completada: bool
    total: Decimal
    codigo_usuario: str
    lines: tuple[SoldLine, ...]


def read_sale(entity_id: str, data: object) -> SoldSale:
    """Read the ``data`` of a row of ``ventas``. Of a sale that doesn't count, only code and day are read.

    Raises:
        UnreadableSale: A field that is needed is missing or can't be read.
    """
    if not isinstance(data, Mapping):
        raise UnreadableSale(entity_id, f"data is {data!r}")
    estado = data.get("estado")
    if not isinstance(estado, str) or estado not in {Estado.COMPLETADA, Estado.ANULADA}:
        raise UnreadableSale(entity_id, f"estado is {estado!r}")
    completed = estado == Estado.COMPLETADA
    return SoldSale(
        numero=number_of(parse_sale_code(entity_id)),
        fecha=_day(entity_id, data.get("fecha")),
        completada=completed,
        total=_total(entity_id, data.get("total")) if completed else Decimal(0),
        codigo_usuario=_text(entity_id, "codigo_usuario", data.get("codigo_usuario")) if completed else "",
        lines=_lines(entity_id, data.get("productos")) if completed else (),
    )


def _day(entity_id: str, value: object) -> date:
    """Read a Lima date; a whole timestamp, which a service may write, has one too."""
    try:
        text = str(value)
        return date.fromisoformat(text) if len(text) == len("2025-12-31") else lima_date(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        # Of a timestamp at the calendar's end Lima may have another year.
        raise UnreadableSale(entity_id, f"fecha is {value!r}") from None


def _total(entity_id: str, value: Any) -> Decimal:  # noqa: ANN401 - whatever another service wrote
    try:
        total = soles(value)
    except InvalidMoney:
        raise UnreadableSale(entity_id, f"total is {value!r}") from None
    if abs(total) > MAX_TOTAL:
        raise UnreadableSale(entity_id, f"total is {value!r}")
    return total


def _lines(entity_id: str, value: object) -> tuple[SoldLine, ...]:
    if not isinstance(value, list):
        raise UnreadableSale(entity_id, f"productos is {value!r}")
    return tuple(_line(entity_id, line) for line in value)


def _line(entity_id: str, line: object) -> SoldLine:
    if not isinstance(line, Mapping):
        raise UnreadableSale(entity_id, f"a product is {line!r}")
    code = _text(entity_id, "codigo_producto", line.get("codigo_producto"))
    units = whole_number(line.get("cantidad"))
    if units is None or not 0 <= units <= MAX_UNITS:
        raise UnreadableSale(entity_id, f"cantidad of {code} is {line.get('cantidad')!r}")
    return SoldLine(codigo=code, nombre=str(line.get("nombre_producto") or code), unidades=units)


def _text(entity_id: str, name: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise UnreadableSale(entity_id, f"{name} is {value!r}")
    return value
