"""OnMessage: answers what a screen sends. A route response carries the reply to it.

A connection past its time gets no answer: it is closed. So is one whose store or user is not active any more, and one
that goes on sending more than it may.
"""

from collections.abc import Callable, Mapping

from aws_lite.wire import encode_json
from saai_domain.aws.admission import Admission
from saai_domain.aws.channels import Channels
from saai_domain.aws.clients import AwsClients
from saai_domain.component import component
from saai_domain.errors import NotAdmitted
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import about_store, log_line
from saai_domain.settings import load_settings, setting
from saai_domain.time import epoch_seconds, lima_now

from ws_gateway.delivery.outcome import Poster
from ws_gateway.delivery.poster import api_gateway_poster
from ws_gateway.messages.cursors import ChannelCursors
from ws_gateway.messages.dispatch import MessageDispatcher, throttled_reply
from ws_gateway.messages.limits import MessageLimit, Verdict
from ws_gateway.messages.missed_events import MissedEvents
from ws_gateway.messages.ping import Ping
from ws_gateway.messages.resume import Resume
from ws_gateway.screens.connections import Connection, Connections


@component
class Settings:
    """Where connections, counters, events, stores and users stand, and the stage's endpoint for ``@connections``."""

    ws_connections_table: str = setting("WS_CONNECTIONS_TABLE")
    counters_table: str = setting("COUNTERS_TABLE")
    eventos_table: str = setting("EVENTOS_TABLE")
    tiendas_table: str = setting("TIENDAS_TABLE")
    usuarios_table: str = setting("USUARIOS_TABLE")
    endpoint: str = setting("WS_API_ENDPOINT")


def build(
    environment: Mapping[str, str],
    aws: AwsClients,
    connections_api: Callable[[str, Mapping[str, str]], Poster] = api_gateway_poster,
    limit: MessageLimit | None = None,
) -> Handler:
    """Make the handler.

    Args:
        environment: Its settings.
        aws: An account's clients.
        connections_api: Makes the client of ``@connections`` for the stage's endpoint.
        limit: Judges messages; by default one that begins to count.
    """
    settings = load_settings(Settings, environment)
    client = aws.dynamodb
    poster = connections_api(settings.endpoint, environment)
    connections = Connections(client=client, table=settings.ws_connections_table)
    cursors = ChannelCursors(
        client=client,
        connections=connections,
        channels=Channels(counters_table=settings.counters_table),
        admission=Admission(tiendas_table=settings.tiendas_table, usuarios_table=settings.usuarios_table),
    )
    limit = limit or MessageLimit()
    missed = MissedEvents(client=client, eventos_table=settings.eventos_table)
    dispatcher = MessageDispatcher(
        actions={
            "ping": Ping(cursors=cursors),
            "resume": Resume(cursors=cursors, missed=missed, poster=poster),
        }
    )

    def handle(event: Event, _context: LambdaContext) -> Answer:
        connection = Connection.opened(event["requestContext"])
        about_store(connection.tenant_id)
        if epoch_seconds(lima_now()) >= connection.expira:
            # Its row goes with $disconnect, or at the next event.
            outcome = poster.close(connection.connection_id)
            log_line("expired connection closed", outcome=outcome, connection_id=connection.connection_id)
            return {"statusCode": 200}
        verdict = limit.judge(connection)
        if verdict is Verdict.FLOOD:
            outcome = poster.close(connection.connection_id)
            log_line(
                "connection that floods closed",
                codigo_usuario=connection.codigo_usuario,
                outcome=outcome,
                connection_id=connection.connection_id,
                metrics={"ConnectionsFlooding": 1},
            )
            return {"statusCode": 200}
        try:
            admitted = verdict is Verdict.ADMITTED
            reply = dispatcher.reply(connection, event) if admitted else throttled_reply(limit.wait(connection))
        except NotAdmitted as error:
            outcome = poster.close(connection.connection_id)
            connections.delete(connection.tenant_id, connection.connection_id)
            log_line(
                "connection is not admitted any more",
                reason=str(error),
                outcome=outcome,
                connection_id=connection.connection_id,
                metrics={"ConnectionsRefused": 1},
            )
            return {"statusCode": 200}
        log_line(
            "message answered",
            connection_id=connection.connection_id,
            reply=reply["action"],
            code=reply.get("code"),
        )
        return {"statusCode": 200, "body": encode_json(reply)}

    return handle


lambda_handler = entry_point(build)
