"""PrediccionDemanda: forecasts demand, for one product on request and for a store's products every night.

``POST /predicciones`` is the owner's; the queue ``predicciones`` brings one message a store (docs/domain.md,
"PrediccionDemanda").
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from saai_domain.aws.clients import AwsClients
from saai_domain.aws.parameters import SecretParameter
from saai_domain.aws.publisher import EventPublisher
from saai_domain.aws.time_limit import TimeLimited
from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.handlers.committing import log_committed
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.settings import load_settings, setting

from saai_events.forecasts.demand import Demand, DemandSettings
from saai_events.forecasts.nightly import predict_store
from saai_events.forecasts.product_request import answer_request
from saai_events.reporting import reasons_of
from saai_events.store_queue import work_through

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

REQUEST_SECONDS: Final = 25
"""What a request has, of the 30 s after which API Gateway answers 503 by itself (developer guide, "Quotas for HTTP
APIs")."""


@component
class Settings(DemandSettings):
    """The forecasts' tables, the tokens' signing secret, and the function that delivers the events."""

    jwt_secret_parameter: str = setting("JWT_SECRET_PARAMETER")
    emitir_eventos_ws: str = setting("EMITIR_EVENTOS_WS_FUNCTION_NAME")


def build(environment: Mapping[str, str], aws: AwsClients, *, request_seconds: float = REQUEST_SECONDS) -> Handler:
    """Make the handler: of requests, each within so many seconds, and of the queue's messages."""
    settings = load_settings(Settings, environment)
    demand = Demand.over(aws.dynamodb, settings)
    # The function has minutes, for the nights; a request must be answered while API Gateway still waits.
    waited_for = TimeLimited(client=aws.dynamodb, seconds=request_seconds)
    requested = Demand.over(cast("DynamoDBClient", waited_for), settings)
    signing = SecretParameter(client=aws.ssm, name=settings.jwt_secret_parameter)
    publisher = EventPublisher(client=aws.lambda_, function_name=settings.emitir_eventos_ws)

    def predict(tenant_id: TenantId, _sent: int) -> None:
        batch = predict_store(demand, tenant_id)
        log_committed(
            "products predicted" if batch.event else "products were predicted before",
            publisher.deliver_or_error(batch.event),
            unreadable=reasons_of(batch.unreadable),
            metrics={
                "BatchesDone": int(batch.event is not None),
                "PredictionsMade": batch.predicted,
                "PredictionsSkipped": batch.skipped,
                "AlertsRaised": batch.alerts,
                "SalesRead": batch.sales_read,
                "RowsUnreadable": len(batch.unreadable),
            },
        )

    def handle(event: Event, _context: LambdaContext) -> Answer:
        if "Records" not in event:
            with waited_for.counting():
                return answer_request(event, requested, publisher, signing)
        return work_through(event, predict, failure="batch failed", metric="BatchesFailed")

    return handle


lambda_handler = entry_point(build)
