"""A store's expenses: the command that the docstrings of the domain's ``commands`` show, and its function."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import attrs
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.commands import CodeSeries, Command, Outcome, Situation
from saai_domain.codes import Kind
from saai_domain.component import component
from saai_domain.errors import FieldError, InvalidInput
from saai_domain.events import EventData, GastoRegistrado
from saai_domain.handlers.commands import HttpCommandSettings, http_command
from saai_domain.handlers.entry_point import Handler, entry_point
from saai_domain.money import soles
from saai_domain.roles import Rol
from saai_domain.settings import load_settings, setting
from saai_domain.time import lima_date


@attrs.frozen(kw_only=True)
class ExpenseRequest:
    monto: Decimal
    motivo: str


def read_expense_request(body: Mapping[str, Any]) -> ExpenseRequest:
    motivo = body.get("motivo")
    if not isinstance(motivo, str) or not 0 < len(motivo) <= 200:
        raise InvalidInput(FieldError("motivo", "Se espera un texto de 1 a 200 caracteres."))
    return ExpenseRequest(monto=soles(body.get("monto", "")), motivo=motivo)


@component
class RegisterExpense(Command[ExpenseRequest]):
    origin: ClassVar[str] = "RegistrarGasto"
    key_prefix: ClassVar[str] = "gasto"
    event: ClassVar[type[EventData]] = GastoRegistrado

    series: CodeSeries

    def decide(self, request: ExpenseRequest, situation: Situation) -> Outcome:
        event = GastoRegistrado(
            codigo_gasto=situation.code,
            monto=request.monto,
            motivo=request.motivo,
            fecha=lima_date(situation.moment).isoformat(),
        )
        return Outcome(answer=attrs.asdict(event), event=event, data=attrs.asdict(event))

    def restore(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**answer, "monto": soles(answer["monto"])}


@component
class Settings(HttpCommandSettings):
    gastos_table: str = setting("GASTOS_TABLE")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    settings = load_settings(Settings, environment)
    series = CodeSeries(table=settings.gastos_table, kind=Kind.EXPENSE)
    return http_command(
        RegisterExpense(series=series),
        aws,
        settings,
        roles=frozenset({Rol.ADMIN}),
        read=read_expense_request,
        message="Gasto registrado.",
        subject="expense",
        done_metric="ExpensesRegistered",
        replayed_metric="ExpensesReplayed",
        attempts_metric="ExpenseAttempts",
        refused_metric="ExpensesRefused",
        failed_metric="ExpensesFailed",
        logged=("codigo_gasto",),
    )


lambda_handler = entry_point(build)
