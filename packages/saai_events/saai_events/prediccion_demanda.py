"""PrediccionDemanda: forecasts demand, for one product on request and for a store's products every night.

``POST /predicciones`` is the owner's; the queue ``predicciones`` brings one message a store (docs/domain.md,
"PrediccionDemanda").
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from saai_domain.auth import require_role, verificar_token_jwt
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.event_log import EventLog, EventLogSettings
from saai_domain.aws.parameters import SecretParameter
from saai_domain.aws.publisher import EventPublisher
from saai_domain.codes import TenantId
from saai_domain.errors import PublishError, SaaiError
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.http_errors import refused
from saai_domain.handlers.telemetry import log_line
from saai_domain.http_api import Request, success
from saai_domain.roles import Rol
from saai_domain.settings import load_settings, setting

from saai_events.forecasts.demand import Answered, Demand, Night
from saai_events.forecasts.request import read_product_request
from saai_events.forecasts.storage import Predictions, Products
from saai_events.store_queue import read_message, work_through
from saai_events.summaries.days import Days

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

OWNERS: Final = frozenset({Rol.ADMIN})
MAX_REASONS: Final = 3
"""Rows that can't be read, of which a log line tells why; the others are counted."""


@attrs.frozen(kw_only=True)
class Settings(EventLogSettings):
    """Tables of the forecasts, the tokens' signing secret, and the function that delivers the event."""

    jwt_secret_parameter: str = setting("JWT_SECRET_PARAMETER")
    predicciones_table: str = setting("PREDICCIONES_TABLE")
    resumenes_table: str = setting("RESUMENES_TABLE")
    ventas_table: str = setting("VENTAS_TABLE")
    productos_table: str = setting("PRODUCTOS_TABLE")
    emitir_eventos_ws: str = setting("EMITIR_EVENTOS_WS_FUNCTION_NAME")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler: of requests, and of the queue's messages."""
    settings = load_settings(Settings, environment)
    demand = demand_of(settings, aws.dynamodb)
    signing = SecretParameter(client=aws.ssm, name=settings.jwt_secret_parameter)
    publisher = EventPublisher(client=aws.lambda_, function_name=settings.emitir_eventos_ws)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        if "Records" not in event:
            return answer(event, demand, publisher, signing)
        return work_through(event, lambda record: work(record, demand, publisher))

    return handle


def demand_of(settings: Settings, client: "DynamoDBClient") -> Demand:
    """Make the forecasts over the settings' tables."""
    return Demand(
        client=client,
        events=EventLog.over(client, settings),
        days=Days.over(
            client,
            ventas_table=settings.ventas_table,
            counters_table=settings.counters_table,
            resumenes_table=settings.resumenes_table,
        ),
        products=Products(client=client, table=settings.productos_table),
        predictions=Predictions(client=client, table=settings.predicciones_table),
    )


def answer(event: Event, demand: Demand, publisher: EventPublisher, signing: SecretParameter) -> Answer:
    """Answer a request, and print its line."""
    try:
        answered = predict(event, demand, signing.secrets())
    except (SaaiError, ClientError, BotoCoreError) as error:
        return refused(error, subject="prediction", metric="Predictions")
    problem = publisher.try_deliver(answered.event)
    log_line(
        "prediction answered",
        level="INFO" if problem is None else "ERROR",
        codigo_producto=answered.answer["codigo_producto"],
        **why(problem),
        metrics={
            "PredictionsMade": int(answered.event is not None),
            "PredictionsRepeated": int(answered.event is None),
            "PublishFailed": int(problem is not None),
        },
    )
    return success(answered.answer, message="Predicción de demanda.")


def predict(event: Event, demand: Demand, secrets: Sequence[str]) -> Answered:
    """Check who asks and what for, then make the prediction."""
    request = Request.from_event(event)
    claims = verificar_token_jwt(request.bearer_token, secrets)
    require_role(claims, OWNERS)
    return demand.of_product(claims.tenant_id, read_product_request(request.json_object()))


def work(record: Mapping[str, Any], demand: Demand, publisher: EventPublisher) -> bool:
    """Predict the products of a message's store, and print its line. False where the message must come again."""
    body = str(record.get("body"))
    try:
        tenant_id = read_message(body)
        night = demand.of_store(tenant_id)
    except (SaaiError, msgspec.DecodeError, ClientError, BotoCoreError) as error:
        log_line(
            "batch failed",
            level="ERROR",
            message_id=record.get("messageId"),
            body=body,
            reason=str(error),
            error=type(error).__name__,
            metrics={"BatchesFailed": 1},
        )
        return False
    report(tenant_id, night, publisher.try_deliver(night.event))
    return True


def report(tenant_id: TenantId, night: Night, problem: PublishError | None) -> None:
    """Print the line of a store's batch."""
    log_line(
        "products predicted" if night.event else "products were predicted before",
        level="INFO" if problem is None else "ERROR",
        tenant_id=tenant_id,
        unreadable=[str(row) for row in night.unreadable[:MAX_REASONS]],
        **why(problem),
        metrics={
            "BatchesDone": int(night.event is not None),
            "PredictionsMade": night.predicted,
            "PredictionsSkipped": night.skipped,
            "AlertsRaised": night.alerts,
            "SalesRead": night.sales_read,
            "RowsUnreadable": len(night.unreadable),
            "PublishFailed": int(problem is not None),
        },
    )


def why(problem: PublishError | None) -> Mapping[str, str]:
    """Return the log field that tells why an event was not accepted."""
    return {} if problem is None else {"reason": f"{problem}: {problem.__cause__}"}


lambda_handler = entry_point(build)
