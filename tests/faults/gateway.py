"""API Gateway's sockets: a connection exists a moment after its row, closes at any time, and frames overtake."""

from random import Random

import attrs
from saai_domain.testing.connections import InMemoryConnections, Socket, SocketState


@attrs.define
class Gateway(InMemoryConnections):
    """``@connections``, and the way of the frames to the screens."""

    random: Random = attrs.field(kw_only=True)

    def connect(self) -> Socket:
        """Begin a handshake."""
        return self.open(f"c{len(self.sockets)}", SocketState.OPENING)

    def next_frame(self, socket: Socket) -> str | None:
        """Take the next frame off a socket: mostly the first, sometimes one that overtook it."""
        if socket.state is not SocketState.OPEN or not socket.frames:
            return None
        place = min(len(socket.frames) - 1, self.random.choice((0, 0, 0, 1, 2)))
        return socket.frames.pop(place)
