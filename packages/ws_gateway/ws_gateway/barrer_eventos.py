"""BarrerEventos, every minute: has events delivered that were left pending, and tells how old the oldest is."""

from collections.abc import Mapping
from typing import Final

from saai_domain.aws.clients import AwsClients
from saai_domain.aws.publisher import EventPublisher
from saai_domain.component import component
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import log_line
from saai_domain.settings import load_settings, setting

from ws_gateway.outbox.pending_events import PendingEvents
from ws_gateway.outbox.sweep import Sweep

_PART_OF_TIME: Final = 0.8
"""The rest is for a call that hangs, and for the log line."""
_NAMED: Final = 20
"""Events whose ids a log line names."""


@component
class Settings:
    """The event log, and the function that delivers events."""

    eventos_table: str = setting("EVENTOS_TABLE")
    emitir_eventos_ws: str = setting("EMITIR_EVENTOS_WS_FUNCTION_NAME")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    sweep = Sweep(
        pending=PendingEvents(client=aws.dynamodb, eventos_table=settings.eventos_table),
        publisher=EventPublisher(client=aws.lambda_, function_name=settings.emitir_eventos_ws),
    )

    def handle(_event: Event, context: LambdaContext) -> Answer:
        swept = sweep.run(seconds=_PART_OF_TIME * context.get_remaining_time_in_millis() / 1000)
        troubled = bool(swept.abandoned or swept.refused or not swept.finished)
        log_line(
            "events swept",
            level="ERROR" if troubled else "INFO",
            abandoned=swept.abandoned[:_NAMED],
            waiting=swept.waiting,
            finished=swept.finished,
            metrics={
                "OldestPendingSeconds": swept.oldest_seconds,
                "EventsRepeated": swept.repeated,
                "PublishFailed": swept.refused,
                "AttemptsUsedUp": len(swept.abandoned),
            },
        )
        return {"repeated": swept.repeated, "abandoned": len(swept.abandoned), "finished": swept.finished}

    return handle


lambda_handler = entry_point(build)
