"""How a command becomes a function of the HTTP API (``saai_domain.aws.commands``). The whole module of a function::

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

What it counts is called the same in every function, whose name is among the metrics' dimensions: ``CommandsDone``;
``CommandsReplayed``, had been done under the same key before; ``CommandAttempts``, decisions, more than one where
others were faster; ``CommandsRefused``, what a user can correct; ``CommandsFailed``, what no user can correct; and
``PublishFailed``, events that wait for the sweep. The catalog has alarms on the last two of every command.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

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
from saai_domain.http_api import Request, read_body, success
from saai_domain.roles import Rol
from saai_domain.settings import load_settings, setting

__all__ = ["HttpCommand", "HttpCommandSettings", "http_command"]

RequestT = TypeVar("RequestT")


class HttpCommand(Command[RequestT]):
    """A command that a user asks for over the HTTP API. Its fields are settings (``saai_domain.settings``)."""

    roles: ClassVar[frozenset[Rol]]
    """Who may ask."""
    body: ClassVar[type]
    """What a request's body says, as ``saai_domain.http_api.read_body`` reads it."""
    message: ClassVar[str]
    """What the user is told once it is done, now or under the same key before, in Spanish."""
    logged: ClassVar[tuple[str, ...]] = ()
    """Fields of the answer that the log's line carries."""

    def read(self, body: Mapping[str, Any]) -> RequestT:
        """Check a body and make the request of it.

        Raises:
            InvalidInput: Names every bad field.
        """
        request: RequestT = read_body(self.body, body)
        return request


@component
class HttpCommandSettings(CommandSettings):
    """What every command needs: its tables, the tokens' signing secret, and the function that delivers the event."""

    jwt_secret_parameter: str = setting("JWT_SECRET_PARAMETER")
    emitir_eventos_ws: str = setting("EMITIR_EVENTOS_WS_FUNCTION_NAME")


def http_command(kind: type[HttpCommand[RequestT]], environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler of a command: who asks, what for, the command, its event's delivery, one line of the log.

    An event that EmitirEventosWs doesn't take fails no request: it stays pending, and the sweep delivers it.

    Raises:
        MissingSettings: The environment lacks what every command needs, or what this one does.
    """
    settings = load_settings(HttpCommandSettings, environment)
    command = load_settings(kind, environment)
    executor = CommandExecutor.over(aws.dynamodb, settings, command)
    signing = SecretParameter(client=aws.ssm, name=settings.jwt_secret_parameter)
    aws.ahead(signing.read_ahead)
    publisher = EventPublisher(client=aws.lambda_, function_name=settings.emitir_eventos_ws)

    def execute(event: Event) -> Executed:
        request = Request.from_event(event)
        claims = authenticate(request.bearer_token, signing)
        require_role(claims, command.roles)
        key = request.idempotency_key
        return executor.execute(command.read(request.json_object()), claims, key=key)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        try:
            executed = execute(event)
        except (SaaiError, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            return error_response(
                error, subject=command.origin, refused_metric="CommandsRefused", failed_metric="CommandsFailed"
            )
        log_committed(
            f"{command.origin} done",
            publisher.deliver_or_error(executed.event),
            metrics={
                "CommandsDone": int(executed.event is not None),
                "CommandsReplayed": int(executed.event is None),
                "CommandAttempts": executed.attempts,
            },
            **{name: executed.answer[name] for name in command.logged},
        )
        return success(executed.answer, message=command.message, status=HTTPStatus.CREATED)

    return handle
