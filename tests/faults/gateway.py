"""API Gateway's sockets: a connection exists a moment after its row, closes at any time, and frames overtake."""

import random
from collections.abc import Mapping, Sequence
from enum import Enum, auto

import attrs
from saai_domain.codes import ConnectionId
from ws_gateway.delivery.outcome import Outcome

from tests.faults.kills import Faults


class State(Enum):
    """A socket's life."""

    OPENING = auto()
    """Its row may be there; a post answers Gone."""
    OPEN = auto()
    CLOSED = auto()


@attrs.define(eq=False)
class Socket:
    """One connection, with the frames that are on their way to the screen."""

    connection_id: ConnectionId
    connected_at: int
    state: State = State.OPENING
    frames: list[str] = attrs.field(factory=list)


@attrs.define
class Gateway:
    """``@connections``, and the way of the frames to the screens."""

    faults: Faults
    random: random.Random
    sockets: dict[ConnectionId, Socket] = attrs.field(factory=dict)

    def connect(self, now: int) -> Socket:
        """Begin a handshake."""
        socket = Socket(ConnectionId(f"c{len(self.sockets)}"), now)
        self.sockets[socket.connection_id] = socket
        return socket

    def post(self, connection_id: ConnectionId, data: bytes) -> Outcome:
        return self.faults.around_post(connection_id, lambda: self._post(connection_id, data), Outcome.FAILED)

    def post_all(
        self, connection_ids: Sequence[ConnectionId], data: bytes, *, deadline: float
    ) -> Mapping[ConnectionId, Outcome]:
        return {each: self.post(each, data) for each in connection_ids}

    def close(self, connection_id: ConnectionId) -> Outcome:
        def close() -> Outcome:
            socket = self.sockets[connection_id]
            if socket.state is not State.OPEN:
                return Outcome.GONE
            socket.state = State.CLOSED
            return Outcome.SENT

        return self.faults.around_post(connection_id, close, Outcome.FAILED)

    def next_frame(self, socket: Socket) -> str | None:
        """Take the next frame off a socket: mostly the first, sometimes one that overtook it."""
        if socket.state is not State.OPEN or not socket.frames:
            return None
        place = min(len(socket.frames) - 1, self.random.choice((0, 0, 0, 1, 2)))
        return socket.frames.pop(place)

    def _post(self, connection_id: ConnectionId, data: bytes) -> Outcome:
        socket = self.sockets[connection_id]
        if socket.state is not State.OPEN:
            return Outcome.GONE
        assert len(data) <= 131_072
        socket.frames.append(data.decode())
        return Outcome.SENT
