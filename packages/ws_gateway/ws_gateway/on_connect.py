"""OnConnect: writes the row of a connection that the authorizer let in, if its store and user are active still."""

from collections.abc import Mapping

from saai_domain.aws.admission import Admission
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.dynamodb import batch_get
from saai_domain.component import component
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import about_store, log_line
from saai_domain.http_api import headers_of
from saai_domain.settings import load_settings, setting
from saai_domain.time import lima_now

from ws_gateway.screens.connections import Connection, Connections


@component
class Settings:
    """Where connections, stores and users stand."""

    ws_connections_table: str = setting("WS_CONNECTIONS_TABLE")
    tiendas_table: str = setting("TIENDAS_TABLE")
    usuarios_table: str = setting("USUARIOS_TABLE")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    connections = Connections(client=aws.dynamodb, table=settings.ws_connections_table)
    admission = Admission(tiendas_table=settings.tiendas_table, usuarios_table=settings.usuarios_table)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        connection = Connection.opened(event["requestContext"])
        about_store(connection.tenant_id)
        connections.put(connection, lima_now())
        # Read after the row stands: whoever is made inactive now either is seen here, or has this row closed by
        # CerrarPantallas, which looks for rows after that.
        who = connection.tenant_id, connection.codigo_usuario
        reason = admission.refusal(batch_get(aws.dynamodb, admission.keys(*who)), *who)
        if reason is not None:
            connections.delete(connection.tenant_id, connection.connection_id)
            log_line("connection refused", reason=reason, metrics={"ConnectionsRefused": 1})
            return {"statusCode": 403}
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
