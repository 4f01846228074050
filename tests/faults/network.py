"""Between the clients and AWS: handshakes, frames on their way, connections that are lost, and loads."""

import json
import random
from collections import deque
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import attrs
from saai_domain.events import Canal
from saai_domain.testing.connections import Socket, SocketState
from saai_domain.testing.tokens import token
from saai_domain.time import epoch_seconds, lima_now
from saai_support.payloads import http_request, payload

from tests.faults.audit import Audit
from tests.faults.checked import SERVER_ERROR, check_frame_text
from tests.faults.clients import Action, Clients, Close, Connect, GiveUp, Load, Seat, Send
from tests.faults.functions import Functions
from tests.faults.gateway import Gateway

LIFETIME_SECONDS: Final = 2 * 3_600
"""API Gateway cuts every connection then ("Quotas", WebSocket API)."""
SLOW_HANDSHAKE: Final = 30.0
FIRST_SALES: Final = 20
"""Sales that an application loads: the newest page."""


@attrs.define(eq=False)
class Line:
    """A socket as both ends see it. Times in epoch seconds.

    ``context`` is the authorizer's; ``connected`` tells whether OnConnect let it in.
    """

    number: int
    seat: Seat
    socket: Socket
    connected_at: int
    not_before: float
    context: Mapping[str, str]
    connected: bool = False

    @property
    def request_context(self) -> dict[str, Any]:
        """What API Gateway tells OnConnect and OnMessage."""
        return {
            "connectionId": self.socket.connection_id,
            "connectedAt": self.connected_at * 1000,
            "authorizer": dict(self.context),
        }


@attrs.define(eq=False)
class Network:
    """The sockets that some client believes in, and what becomes of them; and the loads under way."""

    random: random.Random
    functions: Functions
    gateway: Gateway
    clients: Clients
    audit: Audit
    lines: dict[int, Line] = attrs.field(factory=dict)
    loads: list[Load] = attrs.field(factory=list)
    away: dict[int, Mapping[str, int] | None] = attrs.field(factory=dict)
    """Seats without a page, and with which cursor they come back."""
    lost: int = 0
    snapshots: int = 0
    problems: list[str] = attrs.field(factory=list)
    _queue: deque[Action] = attrs.field(factory=deque)
    _clients_at: float = 0.0

    def start(self, seats: Sequence[Seat]) -> None:
        """Let everybody sit down and connect."""
        self._do(self.clients.start(seats))

    def show(self) -> None:
        """A frame comes to a screen: mostly the first, sometimes one that overtook it."""
        line = self._any(SocketState.OPEN)
        if line is not None and (text := self.gateway.next_frame(line.socket)) is not None:
            check_frame_text(text)
            self._do(self.clients.message(line.number, text))

    def shake(self) -> None:
        """A handshake goes on: OnConnect, then the socket opens. Or it fails after all."""
        line = self._any(SocketState.OPENING)
        if line is None or line.not_before > self._now:
            return
        if self.functions.faults.kill and self.random.random() < 0.05:
            self._end(line)
        elif not line.connected:
            answer = self.functions.run("OnConnect", {"requestContext": line.request_context})
            if answer is None or answer["statusCode"] != HTTPStatus.OK:
                self._end(line)
            line.connected = True
            line.not_before = self._now + self._hesitation()
        elif line.number in self.lines:
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

    def load(self) -> None:
        """An application's load comes to its end: products and newest sales, or a failure."""
        if not self.loads:
            return
        load = self.loads.pop(self.random.randrange(len(self.loads)))
        cursor = self._snapshot(load.seat)
        if cursor is not None:
            self.snapshots += 1
            load.seat.loaded(cursor)
        self._do(self.clients.loaded(load.number, cursor))

    def leave(self, seat: Seat, *, keeps: bool) -> None:
        """Somebody closes the page, and keeps its data or not."""
        following = seat.followings[-1]
        cursor = dict(following.start)
        for event in following.events:
            cursor[event["canal"]] = event["seq"]
        loading = any(load.seat is seat for load in self.loads)
        self.loads = [load for load in self.loads if load.seat is not seat]
        self.away[seat.number] = cursor if keeps and not loading else None
        self._do(self.clients.leave(seat))
        for line in [line for line in self.lines.values() if line.seat is seat]:
            del self.lines[line.number]
            line.socket.state = SocketState.CLOSED
            self._disconnected(line)

    def come_back(self, seat: Seat) -> None:
        """Somebody opens the page again."""
        self._do(self.clients.come_back(seat, self.away.pop(seat.number)))

    def pass_time(self) -> None:
        """Bring the clients' clocks up to the present; who was closed by the gateway is told."""
        for line in list(self.lines.values()):
            if line.socket.state is SocketState.CLOSED or self._now > line.connected_at + LIFETIME_SECONDS:
                self._end(line)
                self._disconnected(line)
        now = self.functions.faults.clock.monotonic()
        seconds, self._clients_at = now - self._clients_at, now
        self._do(self.clients.advance(seconds))

    def listens(self, seat: Seat) -> bool:
        """Whether a seat has an open connection whose time is not over."""
        return any(
            line.seat is seat
            and line.socket.state is SocketState.OPEN
            and self._now < self.gateway.ends[line.socket.connection_id]
            for line in self.lines.values()
        )

    @property
    def quiet(self) -> bool:
        """Whether no frame is on its way, no handshake and no load."""
        return not self.loads and not any(
            line.socket.state is SocketState.OPENING or (line.socket.state is SocketState.OPEN and line.socket.frames)
            for line in self.lines.values()
        )

    @property
    def _now(self) -> int:
        return epoch_seconds(lima_now())

    def _hesitation(self) -> float:
        slow = self.functions.faults.kill and self.random.random() < 0.05
        return self.random.uniform(0, SLOW_HANDSHAKE) if slow else 0.0

    def _do(self, actions: Sequence[Action]) -> None:
        """Carry out what clients do, and what they do about what comes of it, one after the other."""
        begun = bool(self._queue)
        self._queue.extend(actions)
        while self._queue and not begun:
            # It stays at the head meanwhile: whatever comes of it is done after it.
            match self._queue[0]:
                case Connect(_, number) if Close(number) in self._queue:
                    # It was given up while others waited. Were it waited for, too, more would be given up meanwhile.
                    pass
                case Connect(seat, number):
                    self._connect(seat, number)
                case Send(number, text) if number in self.lines:
                    self._send(self.lines[number], text)
                case Close(number) if number in self.lines:
                    line = self.lines.pop(number)
                    line.socket.state = SocketState.CLOSED
                    self._disconnected(line)
                case Load() as load:
                    self.loads.append(load)
                case GiveUp(number):
                    self.loads = [load for load in self.loads if load.number != number]
                case _:
                    # The socket is closed already.
                    pass
            self._queue.popleft()

    def _connect(self, seat: Seat, number: int) -> None:
        """Begin a handshake: a ticket for a token, and the authorizer."""
        now = self._now
        expires = now + self.random.choice((60, 3_600, 86_400))
        socket = self.gateway.connect(seat)
        # The authorizer first: until it has answered nothing else begins.
        line = self.lines[number] = Line(number, seat, socket, now, float("inf"), {})
        ticket = self._ticket(seat, expires)
        context = self._authorized(ticket) if ticket else None
        if context is None:
            self._end(line)
            return
        line.context, line.not_before = context, now + self._hesitation()
        self.gateway.ends[socket.connection_id] = expires
        if self.random.random() < 0.05 and self._authorized(ticket or "") is not None:
            self.problems.append(f"a ticket of {seat.name} was good twice")
        if context["codigo_usuario"] != seat.codigo_usuario or int(context["exp"]) != expires:
            self.problems.append(f"{seat.name} was let in as {context}")

    def _ticket(self, seat: Seat, expires: int) -> str | None:
        request = http_request("POST /ws-ticket", token=token_of(seat, expires))
        answer = self.functions.run("EmitirTicketWs", request)
        if answer is None or answer["statusCode"] != HTTPStatus.CREATED:
            return None
        ticket: str = json.loads(answer["body"])["data"]["ticket"]
        return ticket

    def _authorized(self, ticket: str) -> Mapping[str, str] | None:
        """Return the authorizer's context; None where it refuses, or fails."""
        event = payload("authorizer_query_token", queryStringParameters={"ticket": ticket})
        answer = self.functions.run("AutorizarConexion", event)
        if answer is None or answer["policyDocument"]["Statement"][0]["Effect"] != "Allow":
            return None
        context: Mapping[str, str] = answer["context"]
        return context

    def _send(self, line: Line, text: str) -> None:
        if line.socket.state is not SocketState.OPEN:
            return
        answer = self.functions.run("OnMessage", {"requestContext": line.request_context, "body": text})
        if answer is None:
            line.socket.frames.append(SERVER_ERROR)
        elif "body" in answer:
            line.socket.frames.append(answer["body"])

    def _snapshot(self, seat: Seat) -> Mapping[str, int] | None:
        """Load what an application shows, and look at it; None where that fails."""
        answers = [self._get(seat, f"GET /{name}") for name in ("productos", "ventas")]
        products, sales = answers
        if products is None or sales is None:
            return None
        self._look_at_products(seat, products)
        self._look_at_sales(seat, sales)
        return {canal: min(products["cursor"][canal], sales["cursor"][canal]) for canal in seat.channels}

    def _get(self, seat: Seat, route: str) -> Mapping[str, Any] | None:
        limit = {"limite": str(FIRST_SALES)} if route == "GET /ventas" else {}
        request = http_request(route, token=token_of(seat, self._now + 3_600), query=limit)
        answer = self.functions.run("ConsultarTienda", request)
        if answer is None or answer["statusCode"] != HTTPStatus.OK:
            return None
        data: Mapping[str, Any] = json.loads(answer["body"])["data"]
        return data

    def _look_at_products(self, seat: Seat, data: Mapping[str, Any]) -> None:
        """What a snapshot shows of the shelf was so at its cursor, or later."""
        for item in data["items"]:
            code = item["codigo_producto"]
            if item["stock"] not in self.audit.stocks_beyond(code, data["cursor"]["tienda"]):
                self.problems.append(f"{seat.name} loaded a stock of {code} from before its cursor")

    def _look_at_sales(self, seat: Seat, data: Mapping[str, Any]) -> None:
        """What a snapshot lists are the newest sales, without a gap, at least those that its cursor covers."""
        numbers = [int(item["codigo_venta"].partition("V")[2]) for item in data["items"]]
        covered = sum(
            event.event_type == "venta_registrada"
            for event in self.audit.log[seat.tenant_id, Canal.TIENDA][: data["cursor"]["tienda"]]
        )
        newest = max(numbers, default=0)
        if newest < covered or numbers != list(range(newest, max(0, newest - FIRST_SALES), -1)):
            self.problems.append(f"{seat.name} loaded sales {numbers} at a cursor that covers {covered}")
        for item in data["items"]:
            if {**item, "estado": "", "updated_at": ""} != _shown(self.audit.sales[item["codigo_venta"]].row):
                self.problems.append(f"{seat.name} loaded another {item['codigo_venta']} than was sold")

    def _end(self, line: Line) -> None:
        line.socket.state = SocketState.CLOSED
        if self.lines.pop(line.number, None) is not None:
            self._do(self.clients.closed(line.number))

    def _disconnected(self, line: Line) -> None:
        self.functions.run("OnDisconnect", {"requestContext": {"connectionId": line.socket.connection_id}})

    def _any(self, state: SocketState) -> Line | None:
        lines = [line for line in self.lines.values() if line.socket.state is state]
        return self.random.choice(lines) if lines else None


def token_of(seat: Seat, expires: int) -> str:
    """Sign a seat's token."""
    return token(tenant_id=seat.tenant_id, codigo_usuario=seat.codigo_usuario, rol=seat.rol.value, exp=expires)


def _shown(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a sale's row as JSON has it; annulled or not is another's business."""
    shown: Mapping[str, Any] = json.loads(json.dumps({**row, "estado": "", "updated_at": ""}, default=float))
    return shown
