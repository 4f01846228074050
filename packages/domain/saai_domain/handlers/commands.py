"""How a command becomes a function of the HTTP API (``saai_domain.aws.commands``). The function of expenses::

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

Its entry of the catalog has the route, rights on its tables, and alarms on its ``failed_metric`` and ``PublishFailed``.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import botocore.exceptions

from saai_domain.auth import require_role
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.commands import Command, CommandExecutor, CommandSettings, Executed
from saai_domain.aws.parameters import SecretParameter
from saai_domain.aws.publisher import EventPublisher
from saai_domain.component import component
from saai_domain.errors import SaaiError
from saai_domain.handlers.authentication import authenticate
from saai_domain.handlers.committing import log_committed
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext
from saai_domain.handlers.http_errors import error_response
from saai_domain.http_api import Request, success
from saai_domain.roles import Rol
from saai_domain.settings import setting

__all__ = ["HttpCommandSettings", "http_command"]

RequestT = TypeVar("RequestT")


@component
class HttpCommandSettings(CommandSettings):
    """The tables of any command, the tokens' signing secret, and the function that delivers the event."""

    jwt_secret_parameter: str = setting("JWT_SECRET_PARAMETER")
    emitir_eventos_ws: str = setting("EMITIR_EVENTOS_WS_FUNCTION_NAME")


def http_command(
    command: Command[RequestT],
    aws: AwsClients,
    settings: HttpCommandSettings,
    *,
    roles: Container[Rol],
    read: Callable[[Mapping[str, Any]], RequestT],
    message: str,
    subject: str,
    done_metric: str,
    replayed_metric: str,
    attempts_metric: str,
    refused_metric: str,
    failed_metric: str,
    logged: Sequence[str] = (),
    status: HTTPStatus = HTTPStatus.CREATED,
) -> Handler:
    """Make the handler of a command: who asks, what for, the command, its event's delivery, one line of the log.

    An event that EmitirEventosWs doesn't take fails no request: it stays pending, and the sweep delivers it.

    Args:
        command: What is done.
        aws: The account's clients.
        settings: The function's settings.
        roles: Who may ask.
        read: Checks a body and makes the request of it; raises InvalidInput, which names every bad field.
        message: What the user is told once it is done, now or before under the same key, in Spanish.
        subject: What the request is about, as ``expense``: the line's message is ``expense registered``.
        done_metric: Counts what was done.
        replayed_metric: Counts what had been done under the same key before.
        attempts_metric: Counts decisions: more than one where others were faster.
        refused_metric: Counts what a user can correct.
        failed_metric: Counts what no user can correct: it needs an alarm, as ``PublishFailed`` does.
        logged: Fields of the answer that the line carries.
        status: Of the answer to what is done.
    """
    executor = CommandExecutor.over(aws.dynamodb, settings, command)
    signing = SecretParameter(client=aws.ssm, name=settings.jwt_secret_parameter)
    aws.ahead(signing.read_ahead)
    publisher = EventPublisher(client=aws.lambda_, function_name=settings.emitir_eventos_ws)

    def execute(event: Event) -> Executed:
        request = Request.from_event(event)
        claims = authenticate(request.bearer_token, signing)
        require_role(claims, roles)
        key = request.idempotency_key
        return executor.execute(read(request.json_object()), claims, key=key)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        try:
            executed = execute(event)
        except (SaaiError, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            return error_response(error, subject=subject, refused_metric=refused_metric, failed_metric=failed_metric)
        log_committed(
            f"{subject} registered",
            publisher.deliver_or_error(executed.event),
            metrics={
                done_metric: int(executed.event is not None),
                replayed_metric: int(executed.event is None),
                attempts_metric: executed.attempts,
            },
            **{name: executed.answer[name] for name in logged},
        )
        return success(executed.answer, message=message, status=status)

    return handle
