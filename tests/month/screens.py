"""The screens of a month: each follows its store, and of what it was given only the last events are kept."""

from collections.abc import Mapping
from random import Random
from typing import Any

import attrs
import msgspec
from saai_domain.codes import number_of
from saai_domain.testing.connections import Socket, SocketState

from tests.faults.clients import Following, Seat
from tests.faults.functions import Functions
from tests.faults.gateway import Gateway
from tests.faults.network import FIRST_SALES, Line, Network
from tests.faults.plain_clients import PlainClients
from tests.month.books import Books


class _Place(msgspec.Struct):
    """Whose an event is, and its place in the log."""

    tenant_id: str
    canal: str
    seq: int


class _Frame(msgspec.Struct):
    """A frame of events, each with its exact text."""

    events: list[msgspec.Raw]


_place_of = msgspec.json.Decoder(_Place).decode
_texts_of = msgspec.json.Decoder(_Frame).decode


@attrs.define(eq=False)
class WatchedSeat(Seat):
    """A seat whose application looks at each event, and keeps the last of each channel."""

    problems: list[str] = attrs.field(factory=list)
    delivered: int = 0
    reloads: int = -1
    """The first load is the beginning of the log."""

    def __attrs_post_init__(self) -> None:
        self.loaded(dict.fromkeys(self.channels, 0))

    def loaded(self, cursor: Mapping[str, int]) -> None:
        """Follow from a snapshot."""
        start = {canal: cursor[canal] for canal in self.channels}
        self.followings[:] = [Following(start, _Application(self, start))]
        self.reloads += 1

    def place(self) -> Mapping[str, int]:
        """Return the last ``seq`` of each channel that the application has."""
        following = self.followings[-1]
        return {**following.start, **{event["canal"]: event["seq"] for event in following.events}}


class _Application(list[Mapping[str, Any]]):
    """The last event of each channel; every one must be its store's, and follow the one before."""

    def __init__(self, seat: WatchedSeat, start: Mapping[str, int]) -> None:
        super().__init__()
        self._seat = seat
        self._seen = dict(start)

    def append(self, event: Mapping[str, Any]) -> None:
        seat, canal, seq = self._seat, event["canal"], event["seq"]
        if event["tenant_id"] != seat.tenant_id:
            seat.problems.append(f"{seat.name} was given an event of {event['tenant_id']}")
        if seq != self._seen[canal] + 1:
            seat.problems.append(f"{seat.name} was given {seq} of {canal} after {self._seen[canal]}")
        self._seen[canal] = seq
        seat.delivered += 1
        self[:] = [last for last in self if last["canal"] != canal]
        super().append(event)


@attrs.define(kw_only=True)
class OpenSockets(Gateway):
    """``@connections``, which forgets a socket once it is closed."""

    books: Books
    begun: int = 0
    """Handshakes."""

    def connect(self, seat: Seat) -> Socket:
        """Begin a handshake."""
        for closed in [name for name, each in self.sockets.items() if each.state is SocketState.CLOSED]:
            del self.sockets[closed], self.seats[closed]
        self.begun += 1
        socket = self.open(f"c{self.begun}", SocketState.OPENING)
        self.seats[socket.connection_id] = seat
        return socket

    def _look_at(self, seat: Seat, text: str) -> None:
        """Note what is not byte for byte what was logged, and what goes to who may not hear it."""
        texts = [bytes(raw).decode() for raw in _texts_of(text).events] if text.startswith('{"action"') else [text]
        for each in texts:
            place = _place_of(each)
            if place.tenant_id != seat.tenant_id or place.canal not in seat.channels:
                self.problems.append(f"{seat.name} was posted an event of {place.tenant_id} {place.canal}")
            if not self.books.is_logged(place.tenant_id, place.canal, place.seq, each):
                self.problems.append(f"{seat.name} was posted another text than was logged: {each[:80]}")


class Screens(Network):
    """The screens' lines; what is on its way to one comes at once, in order."""

    def __init__(self, chance: Random, functions: Functions, gateway: OpenSockets, books: Books) -> None:
        super().__init__(chance, functions, gateway, PlainClients(), books)
        self.books = books

    def deliver(self) -> None:
        """Let everything that is on its way arrive: handshakes, loads, and each line's frames in order."""
        busy = True
        while busy:
            busy = bool(self.loads)
            for line in list(self.lines.values()):
                if line.socket.state is SocketState.OPENING:
                    busy = True
                    self.shake()
                elif line.socket.frames:
                    busy = True
                    frames = line.socket.frames.copy()
                    line.socket.frames.clear()
                    for text in frames:
                        self._do(self.clients.message(line.number, text))
            for _ in range(len(self.loads)):
                self.load()

    def _disconnected(self, line: Line) -> None:
        """``$disconnect`` may never come."""
        if self.random.random() < 0.9:
            super()._disconnected(line)

    def _look_at_products(self, seat: Seat, data: Mapping[str, Any]) -> None:
        for item in data["items"]:
            if item["stock"] != self.books.stock[item["codigo_producto"]]:
                self.problems.append(f"{seat.name} loaded another stock of {item['codigo_producto']}")

    def _look_at_sales(self, seat: Seat, data: Mapping[str, Any]) -> None:
        numbers = [number_of(item["codigo_venta"]) for item in data["items"]]
        newest = self.books.codes.get(seat.tenant_id, 0)
        if numbers != list(range(newest, max(0, newest - FIRST_SALES), -1)):
            self.problems.append(f"{seat.name} loaded sales {numbers}, of {newest}")
