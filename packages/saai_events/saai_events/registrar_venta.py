"""RegistrarVenta (``POST /ventas``): registers a sale and has its event delivered (DOMAIN.md, "RegistrarVenta")."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import attrs
from botocore.exceptions import BotoCoreError, ClientError
from saai_domain.auth import require_role, verificar_token_jwt
from saai_domain.aws.clients import dynamodb_client, lambda_client
from saai_domain.aws.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.aws.event_log import EventLog
from saai_domain.aws.publisher import EventPublisher
from saai_domain.errors import PublishError, SaaiError
from saai_domain.event_log import LoggedEvent
from saai_domain.http_api import Request, failure, success
from saai_domain.roles import Rol
from saai_domain.settings import load_settings, setting
from saai_domain.telemetry import log_line

from saai_events.ventas.ledger import Registered, SalesLedger
from saai_events.ventas.request import idempotency_key, read_sale_request

SELLERS: Final = frozenset({Rol.TRABAJADOR, Rol.ADMIN})
MAX_REASON: Final = 1_000
"""Characters of a reason that are worth a log line: a body may be wrong in hundreds of places."""


@attrs.frozen(kw_only=True)
class Settings:
    """Tables of a sale, and the function that delivers its event."""

    productos_table: str = setting("PRODUCTOS_TABLE")
    ventas_table: str = setting("VENTAS_TABLE")
    counters_table: str = setting("COUNTERS_TABLE")
    eventos_table: str = setting("EVENTOS_TABLE")
    idempotencia_table: str = setting("IDEMPOTENCIA_TABLE")
    emitir_eventos_ws: str = setting("EMITIR_EVENTOS_WS_FUNCTION_NAME")


def build(environment: Mapping[str, str]) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    events = EventLog(
        client=dynamodb_client(),
        eventos_table=settings.eventos_table,
        counters_table=settings.counters_table,
        idempotencia_table=settings.idempotencia_table,
    )
    ledger = SalesLedger(
        client=dynamodb_client(),
        events=events,
        productos_table=settings.productos_table,
        ventas_table=settings.ventas_table,
    )
    publisher = EventPublisher(client=lambda_client(), function_name=settings.emitir_eventos_ws)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        try:
            registered = register(event, ledger)
        except SaaiError as error:
            return refused(error)
        except (ClientError, BotoCoreError) as error:
            log_line("sale failed", level="ERROR", reason=str(error), metrics={"SalesFailed": 1})
            return failure(SaaiError())
        report(registered, deliver(publisher, registered.event))
        return success(registered.answer, message="Venta registrada.", status=HTTPStatus.CREATED)

    return handle


def register(event: Event, ledger: SalesLedger) -> Registered:
    """Check who asks and what for, then make the sale."""
    request = Request.from_event(event)
    claims = verificar_token_jwt(request.bearer_token)
    require_role(claims, SELLERS)
    key = idempotency_key(request.headers, request_id=request.request_id)
    return ledger.register(read_sale_request(request.json_object()), claims, key=key)


def deliver(publisher: EventPublisher, event: LoggedEvent | None) -> PublishError | None:
    """Have the event delivered. A failure never fails the sale: the row stays pending in the log."""
    if event is None:
        return None
    try:
        publisher.deliver(event)
    except PublishError as error:
        return error
    return None


def refused(error: SaaiError) -> Answer:
    """Answer why there is no sale, and print the line of it. What no user can correct counts as failed."""
    answer = failure(error)
    failed = answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR
    log_line(
        "sale failed" if failed else "sale refused",
        level="ERROR" if failed else "INFO",
        reason=str(error)[:MAX_REASON],
        error=type(error).__name__,
        metrics={"SalesFailed" if failed else "SalesRefused": 1},
    )
    return answer


def report(registered: Registered, problem: PublishError | None) -> None:
    """Print the line of a sale that was made, now or under the same key before."""
    log_line(
        "sale registered",
        level="INFO" if problem is None else "ERROR",
        codigo_venta=registered.answer["codigo_venta"],
        **({} if problem is None else {"reason": f"{problem}: {problem.__cause__}"}),
        metrics={
            "SalesRegistered": int(registered.event is not None),
            "SalesReplayed": int(registered.event is None),
            "SaleAttempts": registered.attempts,
            "PublishFailed": int(problem is not None),
        },
    )


lambda_handler = entry_point(build)
