"""RegistrarVenta (``POST /ventas``): registers a sale and has its event delivered
(docs/domain.md, "RegistrarVenta").
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import botocore.exceptions
from saai_domain.auth import require_role
from saai_domain.aws.admission import Admission
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.event_log import EventLog, EventLogSettings
from saai_domain.aws.parameters import SecretParameter
from saai_domain.aws.publisher import EventPublisher
from saai_domain.component import component
from saai_domain.errors import PublishError, SaaiError
from saai_domain.handlers.authentication import authenticate
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.http_errors import error_response
from saai_domain.http_api import Request, success
from saai_domain.roles import Rol
from saai_domain.settings import load_settings, setting

from saai_events.products.storage import Products
from saai_events.reporting import log_committed
from saai_events.sales.ledger import Registered, SalesLedger
from saai_events.sales.sale_request import idempotency_key, read_sale_request

SELLERS: Final = frozenset({Rol.TRABAJADOR, Rol.ADMIN})


@component
class Settings(EventLogSettings):
    """Tables of a sale and of who makes it, the tokens' signing secret, and the function that delivers its event."""

    jwt_secret_parameter: str = setting("JWT_SECRET_PARAMETER")
    productos_table: str = setting("PRODUCTOS_TABLE")
    ventas_table: str = setting("VENTAS_TABLE")
    tiendas_table: str = setting("TIENDAS_TABLE")
    usuarios_table: str = setting("USUARIOS_TABLE")
    emitir_eventos_ws: str = setting("EMITIR_EVENTOS_WS_FUNCTION_NAME")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    ledger = SalesLedger(
        client=aws.dynamodb,
        events=EventLog.over(aws.dynamodb, settings),
        products=Products(client=aws.dynamodb, table=settings.productos_table),
        admission=Admission(tiendas_table=settings.tiendas_table, usuarios_table=settings.usuarios_table),
        ventas_table=settings.ventas_table,
    )
    signing = SecretParameter(client=aws.ssm, name=settings.jwt_secret_parameter)
    aws.ahead(signing.read_ahead)
    publisher = EventPublisher(client=aws.lambda_, function_name=settings.emitir_eventos_ws)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        try:
            registered = register(event, ledger, signing)
        except (SaaiError, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            return error_response(error, subject="sale", refused_metric="SalesRefused", failed_metric="SalesFailed")
        report(registered, publisher.deliver_or_error(registered.event))
        return success(registered.answer, message="Venta registrada.", status=HTTPStatus.CREATED)

    return handle


def register(event: Event, ledger: SalesLedger, signing: SecretParameter) -> Registered:
    """Check who asks and what for, then make the sale."""
    request = Request.from_event(event)
    claims = authenticate(request.bearer_token, signing)
    require_role(claims, SELLERS)
    key = idempotency_key(request.headers, request_id=request.request_id)
    return ledger.register(read_sale_request(request.json_object()), claims, key=key)


def report(registered: Registered, problem: PublishError | None) -> None:
    """Print the line of a sale that was made, now or under the same key before."""
    log_committed(
        "sale registered",
        problem,
        codigo_venta=registered.answer["codigo_venta"],
        metrics={
            "SalesRegistered": int(registered.event is not None),
            "SalesReplayed": int(registered.event is None),
            "SaleAttempts": registered.attempts,
        },
    )


lambda_handler = entry_point(build)
