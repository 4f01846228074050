"""What sits between the sockets and the applications: one client for each screen.

The browser client itself plays them where Node is present (``browser_clients``), or else ``plain_clients``, which
reads no more out of the protocol than ``docs/protocol.md`` says.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import attrs
from saai_domain.codes import TenantId, UserCode
from saai_domain.events import Canal
from saai_domain.roles import Rol


@attrs.define(eq=False)
class Following:
    """What an application got since it loaded: it follows from a place in each channel."""

    start: Mapping[str, int]
    events: list[Mapping[str, Any]] = attrs.field(factory=list)
    """In order."""
    over: int | None = None
    """How many events there were when the log that they are of ended; none may follow."""


@attrs.define(eq=False)
class Seat:
    """A user before a screen, and what the application there got."""

    number: int
    tenant_id: TenantId
    codigo_usuario: UserCode
    rol: Rol
    followings: list[Following] = attrs.field(factory=list)
    """One for each time that everything was loaded; the first from the beginning of the log."""

    def __attrs_post_init__(self) -> None:
        self.followings.append(Following(dict.fromkeys(self.channels, 0)))

    @property
    def name(self) -> str:
        return f"{self.codigo_usuario} ({self.rol})"

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(canal.value for canal in Canal.for_rol(self.rol))

    @property
    def application(self) -> list[Mapping[str, Any]]:
        """The events since everything was loaded last."""
        return self.followings[-1].events

    def loaded(self, cursor: Mapping[str, int]) -> None:
        """Follow from a snapshot."""
        self.followings.append(Following({canal: cursor[canal] for canal in self.channels}))


@attrs.frozen
class Connect:
    """A client begins a handshake; the number names the socket from now on."""

    seat: Seat
    socket: int


@attrs.frozen
class Send:
    """A client sends a message."""

    socket: int
    text: str


@attrs.frozen
class Close:
    """A client closes a socket."""

    socket: int


@attrs.frozen
class Load:
    """An application loads everything anew; the number names the load from now on."""

    seat: Seat
    number: int


@attrs.frozen
class GiveUp:
    """A load has taken too long; nobody waits for it any more."""

    number: int


Action = Connect | Send | Close | Load | GiveUp


class Clients(Protocol):
    """The clients of all screens. Each call returns what they do about it."""

    def start(self, seats: Sequence[Seat]) -> list[Action]:
        """Sit down: each application follows its store from the beginning."""
        ...

    def leave(self, seat: Seat) -> list[Action]:
        """Close the page: its client is gone."""
        ...

    def come_back(self, seat: Seat, cursor: Mapping[str, int] | None) -> list[Action]:
        """Open a page anew, with data as of a cursor, or with none."""
        ...

    def loaded(self, number: int, cursor: Mapping[str, int] | None) -> list[Action]:
        """Tell that a load brought everything as of a cursor, or that it failed."""
        ...

    def opened(self, socket: int) -> list[Action]:
        """Tell that a handshake succeeded."""
        ...

    def message(self, socket: int, text: str) -> list[Action]:
        """Hand over a frame."""
        ...

    def closed(self, socket: int) -> list[Action]:
        """Tell that a socket is closed, or its handshake failed."""
        ...

    def advance(self, seconds: float) -> list[Action]:
        """Let time pass."""
        ...

    def stale(self) -> list[int]:
        """Return the seats whose screens don't say that they are up to date, or said so while they were loading."""
        ...

    def close(self) -> None:
        """Let the clients go."""
        ...
