"""OnConnect: writes the row of a connection that the authorizer let in."""

from collections.abc import Mapping

import attrs
from saai_domain.aws.clients import AwsClients
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import about_store, log_line
from saai_domain.http_api import headers_of
from saai_domain.settings import load_settings, setting
from saai_domain.time import lima_now

from ws_gateway.screens.connections import Connection, Connections


@attrs.frozen(kw_only=True)
class Settings:
    """Where the connections stand."""

    ws_connections_table: str = setting("WS_CONNECTIONS_TABLE")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    connections = Connections(client=aws.dynamodb, table=settings.ws_connections_table)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        connection = Connection.opened(event["requestContext"])
        about_store(connection.tenant_id)
        connections.put(connection, lima_now())
        log_line(
            "connected",
            connection_id=connection.connection_id,
            rol=connection.rol.value,
            metrics={"ConnectionsOpened": 1},
        )
        return accepted(event)

    return handle


def accepted(event: Event) -> Answer:
    """Accept the handshake. A browser that offers subprotocols drops the connection unless one is chosen."""
    offered = headers_of(event).get("sec-websocket-protocol", "").split(",")[0].strip()
    answer: Answer = {"statusCode": 200}
    if offered:
        answer["headers"] = {"Sec-WebSocket-Protocol": offered}
    return answer


lambda_handler = entry_point(build)
