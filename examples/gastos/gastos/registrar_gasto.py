"""RegistrarGasto (``POST /gastos``): registers an expense of a store, and tells its administration."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

import attrs
from saai_domain.aws.commands import CodeSeries, Outcome, Situation
from saai_domain.codes import Kind
from saai_domain.component import component
from saai_domain.errors import FieldError, InvalidInput, InvalidMoney
from saai_domain.events import GastoRegistrado
from saai_domain.handlers.commands import HttpCommand, http_command
from saai_domain.handlers.entry_point import entry_point
from saai_domain.money import soles
from saai_domain.roles import Rol
from saai_domain.settings import setting
from saai_domain.time import lima_date

LARGEST: Final = Decimal(1_000_000)
"""Soles; more than that is a slip of the finger."""
LONGEST: Final = 200
"""Characters of a reason."""


@attrs.frozen(kw_only=True)
class ExpenseRequest:
    """What a user says of an expense: ``monto`` in soles, above zero, and what it was for."""

    monto: Decimal
    motivo: str


def read_expense_request(body: Mapping[str, Any]) -> ExpenseRequest:
    """Check a request's body.

    Raises:
        InvalidInput: Names every field that is missing or wrong.
    """
    motivo, monto, wrong = body.get("motivo"), Decimal(0), list[FieldError]()
    try:
        monto = soles(body.get("monto", ""))
    except InvalidMoney as error:
        wrong += error.fields
    else:
        if not 0 < monto <= LARGEST:
            wrong.append(FieldError("monto", f"Se espera un monto mayor que 0, hasta {LARGEST}."))
    if not isinstance(motivo, str) or not 0 < len(motivo.strip()) <= LONGEST:
        wrong.append(FieldError("motivo", f"Se espera un texto de 1 a {LONGEST} caracteres."))
    if wrong:
        raise InvalidInput(*wrong)
    return ExpenseRequest(monto=monto, motivo=str(motivo).strip())


@component
class RegisterExpense(HttpCommand[ExpenseRequest]):
    """An expense becomes a row of ``gastos``, and an event of the store's administration."""

    origin = "RegistrarGasto"
    key_prefix = "gasto"
    event = GastoRegistrado
    roles = frozenset({Rol.ADMIN})
    message = "Gasto registrado."
    logged = ("codigo_gasto",)

    series: CodeSeries = setting("GASTOS_TABLE", read=lambda table: CodeSeries(table=table, kind=Kind.EXPENSE))

    def read(self, body: Mapping[str, Any]) -> ExpenseRequest:
        """Check a body and make the request of it."""
        return read_expense_request(body)

    def decide(self, request: ExpenseRequest, situation: Situation) -> Outcome:
        """Take the expense as it is: nothing in a store stands against one."""
        fecha = lima_date(situation.moment).isoformat()
        told = {"codigo_gasto": situation.code, "monto": request.monto, "fecha": fecha}
        return Outcome(
            answer=told,
            event=GastoRegistrado(**told, motivo=request.motivo),
            data={**told, "motivo": request.motivo, "codigo_usuario": situation.claims.codigo_usuario},
        )

    def restore(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the amount its céntimos again."""
        return {**answer, "monto": soles(answer["monto"])}


build = partial(http_command, RegisterExpense)
lambda_handler = entry_point(build)
