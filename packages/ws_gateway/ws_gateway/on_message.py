"""OnMessage: answers what a screen sends. A route response carries the reply to it."""

from collections.abc import Mapping

import attrs
from saai_domain.aws.clients import dynamodb_client
from saai_domain.aws.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.settings import load_settings, setting
from saai_domain.telemetry import log_line
from saai_domain.time import epoch_seconds, lima_now
from saai_domain.wire import encode_json

from ws_gateway.connections import Connection, Connections
from ws_gateway.messages import Dispatcher
from ws_gateway.ping import Ping


@attrs.frozen(kw_only=True)
class Settings:
    """Where connections and counters stand."""

    connections_table: str = setting("WS_CONNECTIONS_TABLE")
    counters_table: str = setting("COUNTERS_TABLE")


def build(environment: Mapping[str, str]) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    client = dynamodb_client()
    connections = Connections(client=client, table=settings.connections_table)
    dispatcher = Dispatcher(
        actions={"ping": Ping(client=client, connections=connections, counters_table=settings.counters_table)}
    )

    def handle(event: Event, _context: LambdaContext) -> Answer:
        connection = Connection.opened(event["requestContext"])
        reply = dispatcher.reply(connection, event, now=epoch_seconds(lima_now()))
        log_line(
            "message answered",
            tenant_id=connection.tenant_id,
            connection_id=connection.connection_id,
            reply=reply["action"],
            code=reply.get("code"),
        )
        return {"statusCode": 200, "body": encode_json(reply)}

    return handle


lambda_handler = entry_point(build)
