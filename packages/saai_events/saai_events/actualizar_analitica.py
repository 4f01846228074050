"""ActualizarAnalitica: calculates a store's analytics, one store a message of the queue ``analitica``.

The schedule sends a message for every store, a sale one for its own (docs/domain.md, "ActualizarAnalitica").
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs
import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.event_log import EventLog, EventLogSettings
from saai_domain.aws.publisher import EventPublisher
from saai_domain.codes import TenantId
from saai_domain.errors import PublishError, SaaiError
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import log_line
from saai_domain.settings import load_settings, setting

from saai_events.analytics.refresh import Analyst, Refreshed
from saai_events.analytics.store_reader import StoreReader
from saai_events.store_queue import read_message, work_through
from saai_events.summaries.days import Days

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

MAX_REASONS: Final = 3
"""Rows that can't be read, of which a log line tells why; the others are counted."""

MAX_BODY: Final = 200
"""Characters of a message that are worth a log line; a good one has fewer than 40."""


@attrs.frozen(kw_only=True)
class Settings(EventLogSettings):
    """Tables that the figures are made of and written to, and the function that delivers the event."""

    analitica_table: str = setting("ANALITICA_TABLE")
    resumenes_table: str = setting("RESUMENES_TABLE")
    ventas_table: str = setting("VENTAS_TABLE")
    productos_table: str = setting("PRODUCTOS_TABLE")
    tiendas_table: str = setting("TIENDAS_TABLE")
    gastos_table: str = setting("GASTOS_TABLE")
    usuarios_table: str = setting("USUARIOS_TABLE")
    emitir_eventos_ws: str = setting("EMITIR_EVENTOS_WS_FUNCTION_NAME")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    analyst = analyst_of(settings, aws.dynamodb)
    publisher = EventPublisher(client=aws.lambda_, function_name=settings.emitir_eventos_ws)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        return work_through(event, lambda record: work(record, analyst, publisher))

    return handle


def analyst_of(settings: Settings, client: "DynamoDBClient") -> Analyst:
    """Make the calculation over the settings' tables."""
    return Analyst(
        client=client,
        events=EventLog.over(client, settings),
        days=Days.over(
            client,
            ventas_table=settings.ventas_table,
            counters_table=settings.counters_table,
            resumenes_table=settings.resumenes_table,
        ),
        reader=StoreReader(
            client=client,
            productos_table=settings.productos_table,
            gastos_table=settings.gastos_table,
            usuarios_table=settings.usuarios_table,
        ),
        analitica_table=settings.analitica_table,
        tiendas_table=settings.tiendas_table,
    )


def work(record: Mapping[str, Any], analyst: Analyst, publisher: EventPublisher) -> bool:
    """Refresh a message's store, and print its line. False where the message must come again."""
    body = str(record.get("body"))
    try:
        tenant_id = read_message(body)
        refreshed = analyst.refresh(tenant_id)
    except (SaaiError, msgspec.DecodeError, ClientError, BotoCoreError) as error:
        log_line(
            "analytics failed",
            level="ERROR",
            message_id=record.get("messageId"),
            body=body[:MAX_BODY],
            reason=str(error),
            error=type(error).__name__,
            metrics={"AnalyticsFailed": 1},
        )
        return False
    if refreshed is None:
        log_line("store is not active", tenant_id=tenant_id, metrics={"StoresSkipped": 1})
    else:
        report(tenant_id, refreshed, publisher.try_deliver(refreshed.event))
    return True


def report(tenant_id: TenantId, refreshed: Refreshed, problem: PublishError | None) -> None:
    """Print the line of a store that was refreshed."""
    log_line(
        "analytics refreshed",
        level="INFO" if problem is None else "ERROR",
        tenant_id=tenant_id,
        event_id=refreshed.event.event_id,
        alerts=refreshed.alerts,
        unreadable=[str(row) for row in refreshed.unreadable[:MAX_REASONS]],
        **({} if problem is None else {"reason": f"{problem}: {problem.__cause__}"}),
        metrics={
            "AnalyticsRefreshed": 1,
            "AlertsRaised": refreshed.new_alerts,
            "SalesRead": refreshed.sales_read,
            "RowsUnreadable": len(refreshed.unreadable),
            "PublishFailed": int(problem is not None),
        },
    )


lambda_handler = entry_point(build)
