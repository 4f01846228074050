"""The action ``ping``: keeps the connection alive and tells the screen how far its channels have come."""

from collections.abc import Mapping
from typing import Any

from saai_domain.component import component
from saai_domain.time import Clock, lima_now

from ws_gateway.messages.cursors import ChannelCursors
from ws_gateway.messages.dispatch import Reply
from ws_gateway.screens.connections import Connection


@component
class Ping:
    """Answers with the last ``seq`` of each channel that the role may hear, and how long the connection has left."""

    cursors: ChannelCursors
    clock: Clock = lima_now

    def __call__(self, connection: Connection, _message: Mapping[str, Any]) -> Reply:
        """Make the pong."""
        place = self.cursors.of(connection)
        return {
            "action": "pong",
            "cursor": place.cursor,
            "log": place.log,
            "connection_id": connection.connection_id,
            "expira_en": connection.seconds_left(self.clock()),
        }
