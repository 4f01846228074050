"""The action ``ping``: keeps the connection alive and tells the screen how far its channels have come."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
from saai_domain.aws.dynamodb import Counter, Key, batch_get
from saai_domain.event_log import counter_name
from saai_domain.events import Canal
from saai_domain.time import Clock, lima_now

from ws_gateway.connections import Connection, Connections
from ws_gateway.messages import Reply

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@attrs.frozen(kw_only=True)
class Ping:
    """Answers with the last ``seq`` of each channel that the role may hear, read consistently."""

    client: "DynamoDBClient"
    connections: Connections
    counters_table: str
    clock: Clock = lima_now

    def __call__(self, connection: Connection, _message: Mapping[str, Any]) -> Reply:
        """Make the pong. A row that is missing is written again.

        An event may have met the socket before it was open, and its 410 may have removed the row.
        """
        counters = {
            canal: Key(self.counters_table, connection.tenant_id, counter_name(canal))
            for canal in Canal.for_rol(connection.rol)
        }
        row = Key(self.connections.table, connection.tenant_id, connection.connection_id)
        rows = batch_get(self.client, (*counters.values(), row))
        if row not in rows:
            self.connections.put(connection, self.clock())
        cursor = {canal: Counter.among(rows, key).value for canal, key in counters.items()}
        return {"action": "pong", "cursor": cursor, "connection_id": connection.connection_id}
