"""Between the clients and the gateway: handshakes, frames on their way, and connections that are lost."""

import random
from collections import deque
from collections.abc import Sequence
from typing import Any

import attrs
from saai_domain.testing.connections import Socket, SocketState
from saai_domain.time import epoch_seconds, lima_now

from tests.faults.clients import Action, Clients, Close, Connect, Seat, Send
from tests.faults.functions import Functions
from tests.faults.gateway import Gateway


@attrs.define(eq=False)
class Line:
    """A socket as both ends see it; ``expires`` is its token's end. Times in epoch seconds."""

    number: int
    seat: Seat
    socket: Socket
    connected_at: int
    expires: int


@attrs.define(eq=False)
class Network:
    """The sockets that some client believes in, and what becomes of them."""

    random: random.Random
    functions: Functions
    gateway: Gateway
    clients: Clients
    lines: dict[int, Line] = attrs.field(factory=dict)
    lost: int = 0
    _queue: deque[Action] = attrs.field(factory=deque)

    def start(self, seats: Sequence[Seat]) -> None:
        """Let everybody sit down and connect."""
        self._do(self.clients.start(seats))

    def show(self) -> None:
        """A frame comes to a screen: mostly the first, sometimes one that overtook it."""
        line = self._any(SocketState.OPEN)
        if line is not None and (text := self.gateway.next_frame(line.socket)) is not None:
            self._do(self.clients.message(line.number, text))

    def shake(self) -> None:
        """A handshake succeeds, or fails after all."""
        line = self._any(SocketState.OPENING)
        if line is None:
            return
        if self.functions.faults.kill and self.random.random() < 0.05:
            self._end(line)
            return
        line.socket.state = SocketState.OPEN
        self._do(self.clients.opened(line.number))

    def drop(self) -> None:
        """A connection is lost with the frames on their way; ``$disconnect`` may never come."""
        line = self._any(SocketState.OPEN)
        if line is None:
            return
        self.lost += 1
        self._end(line)
        if self.random.random() < 0.7:
            self._disconnected(line)

    def pass_time(self, seconds: float) -> None:
        """Let the clients' clocks go on; who was closed by the gateway is told."""
        for line in list(self.lines.values()):
            if line.socket.state is SocketState.CLOSED:
                self._end(line)
                self._disconnected(line)
        self._do(self.clients.advance(seconds))

    @property
    def quiet(self) -> bool:
        """Whether no frame is on its way, and no handshake."""
        return not any(
            line.socket.state is SocketState.OPENING or (line.socket.state is SocketState.OPEN and line.socket.frames)
            for line in self.lines.values()
        )

    def _do(self, actions: Sequence[Action]) -> None:
        """Carry out what clients do, and what they do about what comes of it, one after the other."""
        begun = bool(self._queue)
        self._queue.extend(actions)
        while self._queue and not begun:
            match self._queue.popleft():
                case Connect(seat, number):
                    self._connect(seat, number)
                case Send(number, text) if number in self.lines:
                    self._send(self.lines[number], text)
                case Close(number) if number in self.lines:
                    line = self.lines.pop(number)
                    line.socket.state = SocketState.CLOSED
                    self._disconnected(line)
                case _:
                    # The socket is closed already.
                    pass

    def _connect(self, seat: Seat, number: int) -> None:
        now = epoch_seconds(lima_now())
        expires = now + self.random.choice((60, 3_600, 86_400))
        line = Line(number, seat, self.gateway.connect(), now, expires)
        self.lines[number] = line
        if self.functions.run("OnConnect", {"requestContext": _context(line)}) is None:
            self._end(line)

    def _send(self, line: Line, text: str) -> None:
        if line.socket.state is not SocketState.OPEN:
            return
        answer = self.functions.run("OnMessage", {"requestContext": _context(line), "body": text})
        if answer is None:
            # What API Gateway says for a function that failed.
            line.socket.frames.append('{"message":"Internal server error","connectionId":"c","requestId":"r"}')
        elif "body" in answer:
            line.socket.frames.append(answer["body"])

    def _end(self, line: Line) -> None:
        line.socket.state = SocketState.CLOSED
        if self.lines.pop(line.number, None) is not None:
            self._do(self.clients.closed(line.number))

    def _disconnected(self, line: Line) -> None:
        self.functions.run("OnDisconnect", {"requestContext": {"connectionId": line.socket.connection_id}})

    def _any(self, state: SocketState) -> Line | None:
        lines = [line for line in self.lines.values() if line.socket.state is state]
        return self.random.choice(lines) if lines else None


def _context(line: Line) -> dict[str, Any]:
    """What API Gateway tells OnConnect and OnMessage."""
    return {
        "connectionId": line.socket.connection_id,
        "connectedAt": line.connected_at * 1000,
        "authorizer": {
            "tenant_id": line.seat.tenant_id,
            "codigo_usuario": line.seat.codigo_usuario,
            "rol": line.seat.rol.value,
            "exp": str(line.expires),
        },
    }
