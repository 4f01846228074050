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
class Seat:
    """A user before a screen, and what the application there got."""

    number: int
    tenant_id: TenantId
    codigo_usuario: UserCode
    rol: Rol
    application: list[Mapping[str, Any]] = attrs.field(factory=list)
    """Every event, in order."""
    reloads: int = 0
    """How often the application was told to load a snapshot."""

    @property
    def name(self) -> str:
        return f"{self.codigo_usuario} ({self.rol})"

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(canal.value for canal in Canal.for_rol(self.rol))


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


Action = Connect | Send | Close


class Clients(Protocol):
    """The clients of all screens. Each call returns what they do about it."""

    def start(self, seats: Sequence[Seat]) -> list[Action]:
        """Sit down: each application follows its store from the beginning."""
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

    def close(self) -> None:
        """Let the clients go."""
        ...
