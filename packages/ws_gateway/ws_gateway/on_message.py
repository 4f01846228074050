"""OnMessage: answers what a screen sends. ``ping`` keeps the connection alive; anything else is an error so far."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import msgspec
from saai_domain.aws.clients import dynamodb_client
from saai_domain.aws.dynamodb import Counter, Key, batch_get
from saai_domain.aws.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.event_log import counter_name
from saai_domain.events import Canal
from saai_domain.settings import load_settings, setting
from saai_domain.telemetry import log_line
from saai_domain.time import lima_now
from saai_domain.wire import decode_json, encode_json

from ws_gateway.connections import Connection, Connections

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@attrs.frozen(kw_only=True)
class Settings:
    """Where connections and counters stand."""

    connections_table: str = setting("WS_CONNECTIONS_TABLE")
    counters_table: str = setting("COUNTERS_TABLE")


@attrs.frozen(kw_only=True)
class Ping:
    """Answers a ping with the last event of each channel that the role may hear."""

    client: "DynamoDBClient"
    connections: Connections
    counters_table: str

    def __call__(self, connection: Connection) -> dict[str, Any]:
        """Return the pong; write the connection's row again where it is missing.

        An event may have met the socket before it was open, and its 410 may have removed the row.
        """
        counters = {
            canal: Key(self.counters_table, connection.tenant_id, counter_name(canal))
            for canal in Canal.for_rol(connection.rol)
        }
        row = Key(self.connections.table, connection.tenant_id, connection.connection_id)
        rows = batch_get(self.client, (*counters.values(), row))
        if row not in rows:
            self.connections.put(connection, lima_now())
        cursor = {canal: Counter.among(rows, key).value for canal, key in counters.items()}
        return {"action": "pong", "cursor": cursor, "connection_id": connection.connection_id}


def build(environment: Mapping[str, str]) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    client = dynamodb_client()
    connections = Connections(client=client, table=settings.connections_table)
    actions = {"ping": Ping(client=client, connections=connections, counters_table=settings.counters_table)}

    def handle(event: Event, _context: LambdaContext) -> Answer:
        connection = Connection.opened(event["requestContext"])
        message = read_message(event)
        action = actions.get(str(message.get("action"))) if message is not None else None
        if action is not None:
            reply = action(connection)
        elif message is None:
            reply = error("mensaje_no_valido", "Se espera un objeto JSON con la clave «action».")
        else:
            reply = error("accion_desconocida", f"Acción desconocida. Se acepta: {', '.join(actions)}.")
        log_line("message", tenant_id=connection.tenant_id, reply=reply["action"], code=reply.get("code"))
        return {"statusCode": 200, "body": encode_json(reply)}

    return handle


def read_message(event: Event) -> Mapping[str, Any] | None:
    """Return the object that a screen sent; None for anything else."""
    try:
        message = decode_json(event.get("body") or "")
    except msgspec.DecodeError:
        return None
    return message if isinstance(message, dict) and "action" in message else None


def error(code: str, message: str) -> dict[str, Any]:
    """Make an error reply: ``code`` for the program, ``message`` (Spanish) for people."""
    return {"action": "error", "code": code, "message": message}


lambda_handler = entry_point(build)
