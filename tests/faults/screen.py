"""A screen: the receiving rules of ``docs/protocol.md``, and the application that gets the events."""

import json
from collections.abc import Mapping
from typing import Any

import attrs
from saai_domain.codes import TenantId, UserCode
from saai_domain.events import Canal
from saai_domain.roles import Rol

from tests.faults.gateway import Socket, State


def read(text: str) -> Any:
    """Read a frame without losing a digit: numbers with a fraction stay texts."""
    return json.loads(text, parse_float=str)


@attrs.define(eq=False)
class Screen:
    """Follows its store from the beginning. Gives its application each event once, in order per channel."""

    tenant_id: TenantId
    codigo_usuario: UserCode
    rol: Rol
    application: list[Mapping[str, Any]] = attrs.field(factory=list)
    """Every event the application got, in order."""
    reloads: int = 0
    socket: Socket | None = None
    asked: bool = False
    """Whether a resume awaits its answer: one at a time."""
    wants_resume: bool = False
    token_expires: int = 0
    _seen: dict[str, int] = attrs.field(init=False)
    _known: dict[str, int] = attrs.field(init=False)
    """How far each channel is known to have come."""
    _held: dict[tuple[str, int], Mapping[str, Any]] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._seen = {canal.value: 0 for canal in Canal.for_rol(self.rol)}
        self._known = dict(self._seen)

    @property
    def name(self) -> str:
        return f"{self.codigo_usuario} ({self.rol})"

    @property
    def connected(self) -> bool:
        return self.socket is not None and self.socket.state is not State.CLOSED

    @property
    def cursor(self) -> dict[str, int]:
        return dict(self._seen)

    @property
    def behind(self) -> bool:
        return any(self._seen[canal] < known for canal, known in self._known.items())

    def opened(self) -> None:
        """The socket is open: ask for what was missed."""
        self.asked, self.wants_resume = False, True

    def take(self, text: str) -> None:
        """Take a frame in."""
        frame = read(text)
        if "event_type" in frame:
            self._offer(frame)
        for event in frame.get("events", ()):
            self._offer(event)
        match frame.get("action"):
            case "resumed":
                self.asked = False
                self._learn(frame["cursor"])
                self.wants_resume = frame["more"]
            case "pong":
                self._learn(frame["cursor"])
            case "reload":
                self.reloads += 1
            case "error":
                self.asked, self.wants_resume = False, True
        self._deliver()
        self.wants_resume = self.wants_resume or self.behind

    def _offer(self, event: Mapping[str, Any]) -> None:
        canal, seq = event["canal"], event["seq"]
        assert canal in self._seen, f"{self.name} got an event of {canal}"
        if seq > self._seen[canal]:
            self._held[canal, seq] = event
            self._known[canal] = max(self._known[canal], seq)

    def _learn(self, cursor: Mapping[str, int]) -> None:
        assert cursor.keys() == self._seen.keys(), f"{self.name} was told of {sorted(cursor)}"
        for canal, seq in cursor.items():
            self._known[canal] = max(self._known[canal], seq)

    def _deliver(self) -> None:
        for canal in self._seen:
            while (event := self._held.pop((canal, self._seen[canal] + 1), None)) is not None:
                self._seen[canal] += 1
                self.application.append(event)
