"""Clients that follow ``docs/protocol.md`` to the letter and do nothing more."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from tests.faults.clients import Action, Close, Connect, Load, Seat, Send

PING_SECONDS: Final = 300.0
ANSWER_SECONDS: Final = 10.0
RETRY_SECONDS: Final = 1.0


@attrs.define(eq=False)
class Reader:
    """One screen's client: drops what it has, holds what is early, asks for what is missing."""

    seat: Seat
    sockets: Iterator[int]
    loads: Iterator[int]
    cursor: Mapping[str, int] | None
    now: float
    log: str | None = None
    load: int | None = None
    """The load under way: until it is done nothing is delivered."""
    socket: int | None = None
    is_open: bool = False
    _seen: dict[str, int] = attrs.field(init=False)
    _known: dict[str, int] = attrs.field(init=False)
    """How far each channel is known to have come."""
    _held: dict[tuple[str, int], Mapping[str, Any]] = attrs.field(factory=dict)
    _asked_at: float | None = None
    _ping_at: float = 0.0
    _retry_at: float = 0.0
    _load_at: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._seen = dict(self.cursor) if self.cursor else {}
        self._known = dict(self._seen)
        self._load_at = self.now if self.cursor is None else float("inf")

    @property
    def loading(self) -> bool:
        return self.load is not None or self._load_at < float("inf")

    def advance(self, seconds: float) -> Iterator[Action]:
        self.now += seconds
        if self.now >= self._load_at:
            self._load_at, self.load = float("inf"), next(self.loads)
            yield Load(self.seat, self.load)
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

    def loaded(self, cursor: Mapping[str, int] | None) -> Iterator[Action]:
        self.load = None
        if cursor is None:
            self._load_at = self.now + RETRY_SECONDS
            return
        self._seen = {canal: cursor[canal] for canal in self.seat.channels}
        self._known = dict(self._seen)
        self._held.clear()
        if self.is_open:
            yield from self._ask()

    def lost(self) -> None:
        self.socket, self.is_open, self._asked_at = None, False, None
        self._retry_at = self.now + RETRY_SECONDS

    def take(self, text: str) -> Iterator[Action]:
        frame = json.loads(text)
        if self.loading:
            # Whatever comes now, the resume after the load brings it again.
            self._asked_at = (
                None if frame.get("action") in {"resumed", "reload", "error", "throttled"} else self._asked_at
            )
            return
        for event in frame.get("events", [frame] if "event_type" in frame else []):
            self._offer(event)
        more = False
        match frame.get("action"):
            case "resumed":
                self._asked_at, more, self.log = None, frame["more"], frame["log"]
                self._learn(frame["cursor"])
            case "pong" if self.log not in {None, frame["log"]}:
                more = True
            case "pong":
                self._learn(frame["cursor"])
            case "reload":
                self._asked_at, self.log, self._load_at = None, frame["log"], self.now
                return
            case "error" | "throttled":
                self._asked_at, more = None, True
        self._deliver()
        if more or any(self._seen[canal] < known for canal, known in self._known.items()):
            yield from self._ask()

    def _ask(self) -> Iterator[Action]:
        if self._asked_at is None and self.socket is not None and not self.loading:
            self._asked_at = self.now
            log = {"log": self.log} if self.log else {}
            yield Send(self.socket, json.dumps({"action": "resume", "cursor": self._seen, **log}))

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

    readers: dict[int, Reader] = attrs.field(factory=dict)
    """By seat."""
    sockets: Iterator[int] = attrs.field(factory=itertools.count)
    loads: Iterator[int] = attrs.field(factory=itertools.count)
    now: float = 0.0

    def start(self, seats: Sequence[Seat]) -> list[Action]:
        return [action for seat in seats for action in self.come_back(seat, dict.fromkeys(seat.channels, 0))]

    def leave(self, seat: Seat) -> list[Action]:
        socket = self.readers.pop(seat.number).socket
        return [] if socket is None else [Close(socket)]

    def come_back(self, seat: Seat, cursor: Mapping[str, int] | None) -> list[Action]:
        reader = self.readers[seat.number] = Reader(seat, self.sockets, self.loads, cursor, self.now)
        return list(reader.advance(0))

    def loaded(self, number: int, cursor: Mapping[str, int] | None) -> list[Action]:
        readers = [reader for reader in self.readers.values() if reader.load == number]
        return [action for reader in readers for action in reader.loaded(cursor)]

    def opened(self, socket: int) -> list[Action]:
        return [action for reader in self._of(socket) for action in reader.opened()]

    def message(self, socket: int, text: str) -> list[Action]:
        return [action for reader in self._of(socket) for action in reader.take(text)]

    def closed(self, socket: int) -> list[Action]:
        for reader in self._of(socket):
            reader.lost()
        return []

    def advance(self, seconds: float) -> list[Action]:
        self.now += seconds
        return [action for reader in self.readers.values() for action in reader.advance(seconds)]

    def stale(self) -> list[int]:
        return [number for number, reader in self.readers.items() if reader.loading or not reader.is_open]

    def close(self) -> None:
        """There is nothing to let go."""

    def _of(self, socket: int) -> list[Reader]:
        return [reader for reader in self.readers.values() if reader.socket == socket]
