"""EmitirEventosWs: delivers an event to every screen of its store.

Any SAAI service invokes it (docs/domain.md, "WebSocket"), with an event to be logged first or with the place of one
that is in the log already.
"""

from collections.abc import Mapping

import attrs
from saai_domain.aws.clients import dynamodb_client, sns_client, sqs_client
from saai_domain.aws.event_log import EventLog, EventLogSettings
from saai_domain.errors import InvalidInput, NotFound
from saai_domain.event_log import LoggedEvent, entity_id_of
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import log_line
from saai_domain.settings import load_settings, setting

from ws_gateway.delivery.emitter import Emission, Emitter
from ws_gateway.delivery.invocation import LoggedEventRef, NewEvent, answer, read_invocation, refusal
from ws_gateway.delivery.notices import NoticeTopic
from ws_gateway.delivery.poster import api_gateway_poster
from ws_gateway.delivery.refresh import AnalyticsRefresh
from ws_gateway.screens.connections import Connections


@attrs.frozen(kw_only=True)
class Settings(EventLogSettings):
    """Tables, the stage's endpoint for ``@connections``, the notices' topic and the analytics worker's queue."""

    connections_table: str = setting("WS_CONNECTIONS_TABLE")
    endpoint: str = setting("WS_API_ENDPOINT")
    topic_arn: str = setting("ALERTAS_SNS_TOPIC_ARN")
    analitica_table: str = setting("ANALITICA_TABLE")
    analitica_queue_url: str = setting("ANALITICA_QUEUE_URL")


def build(environment: Mapping[str, str]) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    log = EventLog.over(dynamodb_client(), settings)
    emitter = Emitter(
        connections=Connections(client=dynamodb_client(), table=settings.connections_table),
        poster=api_gateway_poster(settings.endpoint),
        topic=NoticeTopic(client=sns_client(), topic_arn=settings.topic_arn),
        log=log,
        refresh=AnalyticsRefresh(
            dynamodb=dynamodb_client(),
            sqs=sqs_client(),
            analitica_table=settings.analitica_table,
            queue_url=settings.analitica_queue_url,
        ),
    )

    def handle(event: Event, context: LambdaContext) -> Answer:
        try:
            invocation = read_invocation(event, request_id=context.aws_request_id)
            row = logged(log, invocation)
        except (InvalidInput, NotFound) as error:
            log_line("event refused", level="ERROR", reason=str(error), metrics={"EventsRefused": 1})
            return refusal(error)
        if not row.pending:
            log_line("event was delivered before", tenant_id=row.tenant_id, event_id=row.event_id)
            return answer(row, Emission())
        exclude = invocation.exclude_connection_id if isinstance(invocation, NewEvent) else None
        seconds = context.get_remaining_time_in_millis() / 1000
        return answer(row, emitter.emit(row, exclude=exclude, seconds=seconds))

    return handle


def logged(log: EventLog, invocation: NewEvent | LoggedEventRef) -> LoggedEvent:
    """Return the event's row, logging it first where it is new.

    Raises:
        NotFound: The log doesn't hold the row.
        EventTooLarge: The frame exceeds what can be posted.
        Contention, OutcomeUnknown: It could not be logged. The invocation fails, and Lambda repeats it under the
            same request id.
    """
    if isinstance(invocation, NewEvent):
        return log.append(
            invocation.event,
            tenant_id=invocation.tenant_id,
            origen="EmitirEventosWs",
            dedupe_id=invocation.dedupe_id,
            event_id=invocation.event_id,
        )
    row = log.read(invocation.tenant_id, invocation.canal, invocation.seq)
    if row is None:
        raise NotFound("event", [entity_id_of(invocation.canal, invocation.seq)])
    return row


lambda_handler = entry_point(build)
