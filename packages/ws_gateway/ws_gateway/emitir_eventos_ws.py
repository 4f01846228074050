"""EmitirEventosWs: delivers an event to every screen of its store.

Any SAAI service invokes it (docs/domain.md, "WebSocket"), with an event to be logged first or with the place of one
that is in the log already.
"""

from collections.abc import Callable, Mapping

from saai_domain.aws.clients import AwsClients
from saai_domain.aws.event_log import EventLog, EventLogSettings
from saai_domain.component import component
from saai_domain.errors import EventIdReused, InvalidInput, NotFound
from saai_domain.event_log import ForgottenEvent, LoggedEvent, entity_id_of
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import MAX_REASON, about_store, log_line
from saai_domain.invocation import LoggedEventRef, NewEvent, read_invocation
from saai_domain.settings import load_settings, setting

from ws_gateway.delivery.answers import accepted_response, refused_response
from ws_gateway.delivery.emitter import Emission, Emitter
from ws_gateway.delivery.notices import NoticeTopic
from ws_gateway.delivery.outcome import Broadcaster
from ws_gateway.delivery.poster import api_gateway_poster
from ws_gateway.delivery.refresh import AnalyticsRefresh
from ws_gateway.screens.connections import Connections


@component
class Settings(EventLogSettings):
    """Tables, the stage's endpoint for ``@connections``, the notices' topic, and the queues of the analytics worker and
    of what can't be done.
    """

    ws_connections_table: str = setting("WS_CONNECTIONS_TABLE")
    endpoint: str = setting("WS_API_ENDPOINT")
    topic_arn: str = setting("ALERTAS_SNS_TOPIC_ARN")
    analitica_queue_url: str = setting("ANALITICA_QUEUE_URL")
    failures_queue_url: str = setting("EVENTOS_FALLIDOS_QUEUE_URL")


def build(
    environment: Mapping[str, str],
    aws: AwsClients,
    connections_api: Callable[[str, Mapping[str, str]], Broadcaster] = api_gateway_poster,
) -> Handler:
    """Make the handler; ``connections_api`` makes the client of ``@connections`` for the stage's endpoint."""
    settings = load_settings(Settings, environment)
    log = EventLog.over(aws.dynamodb, settings)
    emitter = Emitter(
        connections=Connections(client=aws.dynamodb, table=settings.ws_connections_table),
        poster=connections_api(settings.endpoint, environment),
        topic=NoticeTopic(client=aws.sns, topic_arn=settings.topic_arn),
        log=log,
        refresh=AnalyticsRefresh(sqs=aws.sqs, queue_url=settings.analitica_queue_url),
    )

    def refuse(error: InvalidInput | EventIdReused, event: Event, request_id: str) -> Answer:
        from ws_gateway.delivery.refused_events import RefusedEvents  # noqa: PLC0415 - an event is rarely refused

        answer = refused_response(error)
        refused = RefusedEvents(client=aws.sqs, queue_url=settings.failures_queue_url)
        refused.keep(event, request_id=request_id, answer=answer)
        return answer

    def handle(event: Event, context: LambdaContext) -> Answer:
        try:
            invocation = read_invocation(event, request_id=context.aws_request_id)
            about_store(invocation.tenant_id)
            row = logged(log, invocation)
        except NotFound as error:
            # The log is where its content was: there is nothing left to keep.
            log_line("event not in the log", level="ERROR", reason=str(error), metrics={"EventsRefused": 1})
            return refused_response(error)
        except (InvalidInput, EventIdReused) as error:
            log_line("event refused", level="ERROR", reason=str(error)[:MAX_REASON], metrics={"EventsRefused": 1})
            return refuse(error, event, context.aws_request_id)
        if isinstance(row, ForgottenEvent) or not row.pending:
            log_line("event was delivered before", event_id=row.event_id)
            return accepted_response(row, Emission())
        exclude = invocation.exclude_connection_id if isinstance(invocation, NewEvent) else None
        seconds = context.get_remaining_time_in_millis() / 1000
        return accepted_response(row, emitter.emit(row, exclude=exclude, seconds=seconds))

    return handle


def logged(log: EventLog, invocation: NewEvent | LoggedEventRef) -> LoggedEvent | ForgottenEvent:
    """Return the event's row, logging it first where it is new.

    Raises:
        EventIdReused: Another event was logged under its ``event_id``.
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
