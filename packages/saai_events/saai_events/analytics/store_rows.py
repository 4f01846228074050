"""What other services keep of a store, as the figures need it: expenses and users."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from saai_domain.errors import InvalidMoney
from saai_domain.money import soles
from saai_domain.roles import Rol
from saai_domain.rows import Estado
from saai_domain.value_object import value_object

from saai_events.entities import UnreadableEntity


class UnreadableExpense(UnreadableEntity):
    """An expense that can't be counted: its row has no amount, or no day."""

    kind = "expense"


class UnreadableUser(UnreadableEntity):
    """A user whose row has no data."""

    kind = "user"


@value_object
class Expense:
    """An expense: ``monto`` in soles, on a Lima date."""

    monto: Decimal
    fecha: date


@value_object
class User:
    """A user of the store. ``rol`` is None where the row says none that is known."""

    codigo: str
    nombre: str
    rol: Rol | None
    activo: bool


def read_expense(entity_id: str, data: object) -> Expense | None:
    """Read an expense; None for one that doesn't count any more.

    Raises:
        UnreadableExpense: It has no amount or no day.
    """
    if not isinstance(data, Mapping):
        raise UnreadableExpense(entity_id, f"data is {data!r}")
    if data.get("estado") != Estado.ACTIVO:
        return None
    return Expense(monto=_amount(entity_id, data.get("monto")), fecha=_day(entity_id, data.get("fecha")))


def read_user(entity_id: str, data: object) -> User:
    """Read a user. One without a name is named by the code.

    Raises:
        UnreadableUser: The row has no data.
    """
    if not isinstance(data, Mapping):
        raise UnreadableUser(entity_id, f"data is {data!r}")
    return User(
        codigo=entity_id,
        nombre=str(data.get("nombre") or entity_id),
        rol=Rol.from_claim(data.get("rol")),
        activo=data.get("estado") == Estado.ACTIVO,
    )


def _amount(entity_id: str, value: Any) -> Decimal:  # noqa: ANN401 - whatever another service wrote
    try:
        return soles(value)
    except InvalidMoney:
        raise UnreadableExpense(entity_id, f"monto is {value!r}") from None


def _day(entity_id: str, value: object) -> date:
    try:
        return date.fromisoformat(str(value)[: len("2025-12-31")])
    except ValueError:
        raise UnreadableExpense(entity_id, f"fecha is {value!r}") from None
