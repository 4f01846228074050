"""API Gateway's ``@connections`` in memory (Amazon API Gateway Developer Guide, "@connections commands")."""

from enum import Enum, auto
from http import HTTPStatus
from typing import Final

import attrs

__all__ = ["InMemoryConnections", "Socket", "SocketState"]

MAX_BYTES: Final = 131_072
"""What can be posted at once."""


class SocketState(Enum):
    """A socket's life."""

    OPENING = auto()
    """``$connect`` is still under way: a post answers Gone."""
    OPEN = auto()
    CLOSED = auto()


@attrs.define(eq=False)
class Socket:
    """A connection, and the frames that were posted to it."""

    connection_id: str
    state: SocketState = SocketState.OPEN
    frames: list[str] = attrs.field(factory=list)


@attrs.define
class InMemoryConnections:
    """The sockets of a stage. Each call answers with the HTTP status that API Gateway would."""

    sockets: dict[str, Socket] = attrs.field(factory=dict)
    statuses: dict[str, int] = attrs.field(factory=dict)
    """What calls for a connection answer whatever its socket: 403, 429, …"""

    def open(self, connection_id: str, state: SocketState = SocketState.OPEN) -> Socket:
        """Make a socket."""
        self.sockets[connection_id] = Socket(connection_id, state)
        return self.sockets[connection_id]

    def frames(self, connection_id: str) -> list[str]:
        """Return what was posted to a connection, in order."""
        return self.sockets[connection_id].frames

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> int:  # noqa: N803 - API Gateway's names
        """Post a frame."""
        status = self._status(ConnectionId)
        if status != HTTPStatus.OK:
            return status
        if len(Data) > MAX_BYTES:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        self.sockets[ConnectionId].frames.append(Data.decode())
        return HTTPStatus.OK

    def delete_connection(self, *, ConnectionId: str) -> int:  # noqa: N803 - API Gateway's name
        """Close a socket."""
        status = self._status(ConnectionId)
        if status != HTTPStatus.OK:
            return status
        self.sockets[ConnectionId].state = SocketState.CLOSED
        return HTTPStatus.NO_CONTENT

    def _status(self, connection_id: str) -> int:
        if connection_id in self.statuses:
            return self.statuses[connection_id]
        socket = self.sockets.get(connection_id)
        return HTTPStatus.OK if socket and socket.state is SocketState.OPEN else HTTPStatus.GONE
