"""A store's expenses: the command and the function that the docstring of the domain's ``handlers.commands`` shows."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

import attrs
import msgspec
from saai_domain.aws.commands import CodeSeries, Outcome, Situation
from saai_domain.codes import Kind
from saai_domain.component import component
from saai_domain.events import GastoRegistrado
from saai_domain.handlers.commands import HttpCommand, http_command
from saai_domain.handlers.entry_point import entry_point
from saai_domain.money import soles
from saai_domain.roles import Rol
from saai_domain.settings import setting
from saai_domain.time import lima_date


@attrs.frozen(kw_only=True)
class Expense:
    monto: Annotated[Decimal, msgspec.Meta(description="Se espera un monto en soles.")]
    motivo: Annotated[str, msgspec.Meta(min_length=1, max_length=200, description="Se espera un texto.")]


@component
class RegisterExpense(HttpCommand[Expense]):
    origin = "RegistrarGasto"
    key_prefix = "gasto"
    event = GastoRegistrado
    roles = frozenset({Rol.ADMIN})
    body = Expense
    message = "Gasto registrado."
    logged = ("codigo_gasto",)

    series: CodeSeries = setting("GASTOS_TABLE", read=lambda table: CodeSeries(table=table, kind=Kind.EXPENSE))

    def decide(self, request: Expense, situation: Situation) -> Outcome:
        event = GastoRegistrado(
            codigo_gasto=situation.code,
            monto=soles(request.monto),
            motivo=request.motivo,
            fecha=lima_date(situation.moment).isoformat(),
        )
        return Outcome(event=event, data=attrs.asdict(event))

    def restore(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**answer, "monto": soles(answer["monto"])}


build = partial(http_command, RegisterExpense)
lambda_handler = entry_point(build)
