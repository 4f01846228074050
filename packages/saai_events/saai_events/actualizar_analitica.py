"""ActualizarAnalitica: calculates a store's analytics, one store a message of the queue ``analitica``.

The schedule sends a message for every store, each sale one for its own (docs/domain.md, "ActualizarAnalitica"): what an
earlier refresh shows already is passed over.
"""

from collections.abc import Mapping

from saai_domain.aws.clients import AwsClients
from saai_domain.aws.publisher import EventPublisher
from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.handlers.committing import log_committed
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import log_line
from saai_domain.settings import load_settings, setting

from saai_events.analytics.calculation import Analyst, AnalystSettings, Refreshed
from saai_events.reporting import reasons_of
from saai_events.store_queue import work_through


@component
class Settings(AnalystSettings):
    """The calculation's tables, and the function that delivers its event."""

    emitir_eventos_ws: str = setting("EMITIR_EVENTOS_WS_FUNCTION_NAME")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    analyst = Analyst.over(aws.dynamodb, settings)
    publisher = EventPublisher(client=aws.lambda_, function_name=settings.emitir_eventos_ws)

    def refresh(tenant_id: TenantId, sent: int) -> None:
        refreshed = analyst.refresh(tenant_id, asked=sent)
        if not isinstance(refreshed, Refreshed):
            log_line(refreshed, metrics={"StoresSkipped": 1})
            return
        log_committed(
            "analytics refreshed",
            publisher.deliver_or_error(refreshed.event),
            event_id=refreshed.event.event_id,
            alerts=refreshed.alerts,
            unreadable=reasons_of(refreshed.unreadable),
            metrics={
                "AnalyticsRefreshed": 1,
                "AlertsRaised": refreshed.new_alerts,
                "SalesRead": refreshed.counted.sales_read,
                "RowsUnreadable": len(refreshed.unreadable),
            },
        )

    def handle(event: Event, _context: LambdaContext) -> Answer:
        return work_through(event, refresh, failure="analytics failed", metric="AnalyticsFailed")

    return handle


lambda_handler = entry_point(build)
