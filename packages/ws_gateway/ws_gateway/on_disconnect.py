"""OnDisconnect: removes the row of a connection that closed.

The store comes from the index, not from the authorizer's context, which is not documented for ``$disconnect``.
"""

from collections.abc import Mapping

from saai_domain.aws.clients import AwsClients
from saai_domain.codes import ConnectionId
from saai_domain.component import component
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import about_store, log_line
from saai_domain.settings import load_settings, setting

from ws_gateway.screens.connections import Connections


@component
class Settings:
    """Where the connections stand."""

    ws_connections_table: str = setting("WS_CONNECTIONS_TABLE")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    connections = Connections(client=aws.dynamodb, table=settings.ws_connections_table)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        connection_id = ConnectionId(event["requestContext"]["connectionId"])
        tenants = connections.tenants_of(connection_id)
        for tenant_id in tenants:
            about_store(tenant_id)
            connections.delete(tenant_id, connection_id)
        log_line("disconnected", connection_id=connection_id, rows_deleted=len(tenants))
        # The row may be gone already: the connection is closed all the same.
        return {"statusCode": 200}

    return handle


lambda_handler = entry_point(build)
