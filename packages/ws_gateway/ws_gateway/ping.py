"""The action ``ping``: keeps the connection alive and tells the screen how far its channels have come."""

from collections.abc import Mapping
from typing import Any

import attrs

from ws_gateway.connections import Connection
from ws_gateway.messages import Reply
from ws_gateway.positions import Positions


@attrs.frozen(kw_only=True)
class Ping:
    """Answers with the last ``seq`` of each channel that the role may hear."""

    positions: Positions

    def __call__(self, connection: Connection, _message: Mapping[str, Any]) -> Reply:
        """Make the pong."""
        return {
            "action": "pong",
            "cursor": self.positions.of(connection),
            "connection_id": connection.connection_id,
        }
