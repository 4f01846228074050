"""Clients that follow ``docs/protocol.md`` to the letter and do nothing more."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from tests.faults.clients import Action, Close, Connect, Seat, Send

PING_SECONDS: Final = 300.0
ANSWER_SECONDS: Final = 10.0
RETRY_SECONDS: Final = 1.0


@attrs.define(eq=False)
class Reader:
    """One screen's client: drops what it has, holds what is early, asks for what is missing."""

    seat: Seat
    sockets: Iterator[int]
    now: float = 0.0
    socket: int | None = None
    is_open: bool = False
    _seen: dict[str, int] = attrs.field(init=False)
    _known: dict[str, int] = attrs.field(init=False)
    """How far each channel is known to have come."""
    _held: dict[tuple[str, int], Mapping[str, Any]] = attrs.field(factory=dict)
    _asked_at: float | None = None
    _ping_at: float = 0.0
    _retry_at: float = 0.0

    def __attrs_post_init__(self) -> None:
        self._seen = dict.fromkeys(self.seat.channels, 0)
        self._known = dict(self._seen)

    def advance(self, seconds: float) -> Iterator[Action]:
        self.now += seconds
        if self.socket is None:
            if self.now >= self._retry_at:
                self.socket, self.is_open = next(self.sockets), False
                yield Connect(self.seat, self.socket)
        elif self._asked_at is not None and self.now - self._asked_at > ANSWER_SECONDS:
            yield Close(self.socket)
            self.lost()
        elif self.is_open and self.now >= self._ping_at:
            self._ping_at = self.now + PING_SECONDS
            yield Send(self.socket, '{"action":"ping"}')

    def opened(self) -> Iterator[Action]:
        self.is_open, self._ping_at = True, self.now + PING_SECONDS
        yield from self._ask()

    def lost(self) -> None:
        self.socket, self._asked_at = None, None
        self._retry_at = self.now + RETRY_SECONDS

    def take(self, text: str) -> Iterator[Action]:
        frame = json.loads(text)
        for event in frame.get("events", [frame] if "event_type" in frame else []):
            self._offer(event)
        more = False
        match frame.get("action"):
            case "resumed":
                self._asked_at, more = None, frame["more"]
                self._learn(frame["cursor"])
            case "pong":
                self._learn(frame["cursor"])
            case "reload":
                self._asked_at = None
                self.seat.reloads += 1
            case "error" | "throttled":
                self._asked_at, more = None, True
        self._deliver()
        if more or any(self._seen[canal] < known for canal, known in self._known.items()):
            yield from self._ask()

    def _ask(self) -> Iterator[Action]:
        if self._asked_at is None and self.socket is not None:
            self._asked_at = self.now
            yield Send(self.socket, json.dumps({"action": "resume", "cursor": self._seen}))

    def _offer(self, event: Mapping[str, Any]) -> None:
        canal, seq = event["canal"], event["seq"]
        assert canal in self._seen, f"{self.seat.name} got an event of {canal}"
        if seq > self._seen[canal]:
            self._held[canal, seq] = event
            self._known[canal] = max(self._known[canal], seq)

    def _learn(self, cursor: Mapping[str, int]) -> None:
        assert cursor.keys() == self._seen.keys(), f"{self.seat.name} was told of {sorted(cursor)}"
        for canal, seq in cursor.items():
            self._known[canal] = max(self._known[canal], seq)

    def _deliver(self) -> None:
        for canal in self._seen:
            while (event := self._held.pop((canal, self._seen[canal] + 1), None)) is not None:
                self._seen[canal] += 1
                self.seat.application.append(event)


@attrs.define(eq=False)
class PlainClients:
    """A reader for each seat."""

    readers: list[Reader] = attrs.field(factory=list)

    def start(self, seats: Sequence[Seat]) -> list[Action]:
        sockets = itertools.count()
        self.readers = [Reader(seat, sockets) for seat in seats]
        return self.advance(0)

    def opened(self, socket: int) -> list[Action]:
        return [action for reader in self._of(socket) for action in reader.opened()]

    def message(self, socket: int, text: str) -> list[Action]:
        return [action for reader in self._of(socket) for action in reader.take(text)]

    def closed(self, socket: int) -> list[Action]:
        for reader in self._of(socket):
            reader.lost()
        return []

    def advance(self, seconds: float) -> list[Action]:
        return [action for reader in self.readers for action in reader.advance(seconds)]

    def close(self) -> None:
        """There is nothing to let go."""

    def _of(self, socket: int) -> list[Reader]:
        return [reader for reader in self.readers if reader.socket == socket]
