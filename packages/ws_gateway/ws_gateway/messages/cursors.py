"""How far the channels of a store have come, for a connection that hears whatever comes next."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from saai_domain.aws.admission import Admission
from saai_domain.aws.channels import ChannelPlace, Channels
from saai_domain.aws.dynamodb import Item, Key, batch_get
from saai_domain.component import component
from saai_domain.errors import NotAdmitted
from saai_domain.time import Clock, lima_now

from ws_gateway.screens.connections import Connection, Connections, recovered_until

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient


class ScreenPlace(ChannelPlace, frozen=True, kw_only=True):
    """What a screen is told, and until when its recoveries have used up its allowance, in epoch seconds."""

    recovered_until: int | None


@component
class ChannelCursors:
    """Reads the counters of a store's channels, consistently, for who may still listen."""

    client: "DynamoDBClient"
    connections: Connections
    channels: Channels
    admission: Admission
    clock: Clock = lima_now

    def of(self, connection: Connection) -> ScreenPlace:
        """Return the last ``seq`` of each channel that the role may hear, and what else its row and the log say.

        A row that is missing is written again: an event may have met the socket before it was open, and its 410 may
        have removed the row. The counters are read after the row stands, so that no event falls between the two; and
        so is who may listen: CerrarPantallas closes those whose rows stand.

        Raises:
            NotAdmitted: The store or the user is not active any more.
        """
        counters = self.channels.keys(connection.tenant_id, connection.rol)
        row = Key(self.connections.table, connection.tenant_id, connection.connection_id)
        rows = self._read(connection, (*counters, row))
        recovered = recovered_until(rows.get(row))
        if row not in rows:
            self.connections.put(connection, self.clock())
            rows = self._read(connection, counters)
        place = self.channels.among(rows, connection.tenant_id, connection.rol)
        return ScreenPlace(cursor=place.cursor, log=place.log, recovered_until=recovered)

    def _read(self, connection: Connection, keys: Iterable[Key]) -> Mapping[Key, Item]:
        """Read rows for a connection, together with those that tell whether it may still listen."""
        who = connection.tenant_id, connection.codigo_usuario
        rows = batch_get(self.client, (*keys, *self.admission.keys(*who)))
        reason = self.admission.refusal(rows, *who)
        if reason is not None:
            raise NotAdmitted(reason)
        return rows
