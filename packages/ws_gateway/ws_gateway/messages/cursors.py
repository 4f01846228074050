"""How far the channels of a store have come, for a connection that hears whatever comes next."""

from typing import TYPE_CHECKING

import attrs
from saai_domain.aws.dynamodb import Counter, Key, batch_get
from saai_domain.event_log import counter_name
from saai_domain.events import Canal
from saai_domain.time import Clock, lima_now

from ws_gateway.screens.connections import Connection, Connections

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient


@attrs.frozen(kw_only=True)
class ChannelCursors:
    """Reads the counters of a store's channels, consistently."""

    client: "DynamoDBClient"
    connections: Connections
    counters_table: str
    clock: Clock = lima_now

    def of(self, connection: Connection) -> dict[Canal, int]:
        """Return the last ``seq`` of each channel that the role may hear; 0 where nothing happened yet.

        A row that is missing is written again: an event may have met the socket before it was open, and its 410 may
        have removed the row. The counters are read after the row stands, so that no event falls between the two.
        """
        counters = {
            canal: Key(self.counters_table, connection.tenant_id, counter_name(canal))
            for canal in Canal.for_rol(connection.rol)
        }
        row = Key(self.connections.table, connection.tenant_id, connection.connection_id)
        rows = batch_get(self.client, (*counters.values(), row))
        if row not in rows:
            self.connections.put(connection, self.clock())
            rows = batch_get(self.client, counters.values())
        return {canal: Counter.among(rows, key).value for canal, key in counters.items()}
