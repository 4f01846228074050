"""API Gateway's sockets: a connection exists a moment after its row, closes at any time, and frames overtake."""

import json
from random import Random
from typing import Any

import attrs
from saai_domain.testing.connections import InMemoryConnections, Socket, SocketState
from saai_domain.time import epoch_seconds, lima_now

from tests.faults.audit import Audit
from tests.faults.clients import Seat

OK = 200
UNDER_WAY_SECONDS = 60
"""So long after a connection's end whoever had read its row before may still post to it."""


@attrs.define
class Gateway(InMemoryConnections):
    """``@connections``, and the way of the frames to the screens. Looks at every frame that is posted."""

    random: Random = attrs.field(kw_only=True)
    audit: Audit = attrs.field(kw_only=True)
    seats: dict[str, Seat] = attrs.field(factory=dict)
    """Whose connection it is."""
    ends: dict[str, int] = attrs.field(factory=dict)
    """When each connection's time is over, in epoch seconds."""
    barred: set[str] = attrs.field(factory=set)
    """Users whose screens CerrarPantallas has closed."""
    problems: list[str] = attrs.field(factory=list)
    """Frames that should not have been posted."""

    def connect(self, seat: Seat) -> Socket:
        """Begin a handshake."""
        socket = self.open(f"c{len(self.sockets)}", SocketState.OPENING)
        self.seats[socket.connection_id] = seat
        return socket

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> int:  # noqa: N803 - API Gateway's names
        """Post a frame."""
        status = super().post_to_connection(ConnectionId=ConnectionId, Data=Data)
        if status == OK:
            self._look_at(self.seats[ConnectionId], Data.decode())
            if epoch_seconds(lima_now()) > self.ends[ConnectionId] + UNDER_WAY_SECONDS:
                self.problems.append(f"{self.seats[ConnectionId].name} was posted to after its connection's time")
        return status

    def next_frame(self, socket: Socket) -> str | None:
        """Take the next frame off a socket: mostly the first, sometimes one that overtook it."""
        if socket.state is not SocketState.OPEN or not socket.frames:
            return None
        place = min(len(socket.frames) - 1, self.random.choice((0, 0, 0, 1, 2)))
        return socket.frames.pop(place)

    def _look_at(self, seat: Seat, text: str) -> None:
        """Note what is not byte for byte what was logged, and what goes to who may not listen."""
        if seat.codigo_usuario in self.barred:
            self.problems.append(f"{seat.name} was posted to after CerrarPantallas")
        frame = json.loads(text)
        events = frame.get("events", [frame])
        if any(event["tenant_id"] != seat.tenant_id or event["canal"] not in seat.channels for event in events):
            self.problems.append(f"{seat.name} was posted what it may not hear: {text[:80]}")
        if text not in {self._alone(events[0]), self._together(seat, events)}:
            self.problems.append(f"{seat.name} was posted another text than was logged: {text[:80]}")

    def _alone(self, event: dict[str, Any]) -> str | None:
        return self.audit.frame(event["tenant_id"], event["canal"], event["seq"])

    def _together(self, seat: Seat, events: list[dict[str, Any]]) -> str:
        canal, first, last = events[0]["canal"], events[0]["seq"], events[-1]["seq"]
        texts = ",".join(self.audit.frame(seat.tenant_id, canal, event["seq"]) or "" for event in events)
        return f'{{"action":"events","canal":"{canal}","desde":{first},"hasta":{last},"events":[{texts}]}}'
