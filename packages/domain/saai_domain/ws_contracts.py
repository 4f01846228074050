"""What a screen sends and receives over the WebSocket, besides the events (docs/protocol.md)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import attrs
import msgspec

__all__: list[str] = []

Sequence = Annotated[int, msgspec.Meta(ge=0)]
Cursor = dict[str, Sequence]
"""By channel, the place of its last event; 0 before the first."""
Seconds = Annotated[int, msgspec.Meta(ge=0)]
"""Until the connection's end, from which on it gets nothing (docs/domain.md, ``ws-connections``)."""


@attrs.frozen(kw_only=True)
class Ping:
    """Keeps the connection alive and asks how far the channels have come."""

    action: Literal["ping"]


@attrs.frozen(kw_only=True)
class Resume:
    """Asks for the events after a cursor, which holds the last one that the screen has of each channel.

    ``log`` names the log that the cursor is of; a screen of the earlier version names none.
    """

    action: Literal["resume"]
    cursor: Cursor
    log: str | None = None


@attrs.frozen(kw_only=True)
class Pong:
    """Answers a ping: the last event of every channel that the role hears."""

    action: Literal["pong"]
    cursor: Cursor
    log: str
    connection_id: str
    expira_en: Seconds


@attrs.frozen(kw_only=True)
class Events:
    """Missed events of a channel, the same frames that were sent live, from ``desde`` to ``hasta``."""

    action: Literal["events"]
    canal: str
    desde: Annotated[int, msgspec.Meta(ge=1)]
    hasta: Annotated[int, msgspec.Meta(ge=1)]
    events: tuple[Any, ...]


@attrs.frozen(kw_only=True)
class Resumed:
    """Ends a resume: how far it got, and whether to ask again from there."""

    action: Literal["resumed"]
    cursor: Cursor
    log: str
    more: bool
    connection_id: str
    expira_en: Seconds


@attrs.frozen(kw_only=True)
class Reload:
    """The log can't bring the screen up to date: load a snapshot, and follow from the cursor that comes with it."""

    action: Literal["reload"]
    cursor: Cursor
    log: str


@attrs.frozen(kw_only=True)
class Refused:
    """A message that was not served: ``code`` for programs, ``message`` (Spanish) for people."""

    action: Literal["error"]
    code: Literal["mensaje_no_valido", "accion_desconocida", "cursor_no_valido", "recuperacion_fallida"]
    message: str


@attrs.frozen(kw_only=True)
class Throttled:
    """A message that was not served, since the screen asks for more than it may; ``reintentar_en`` says when it may."""

    action: Literal["throttled"]
    code: Literal["demasiados_mensajes"]
    message: str
    reintentar_en: Seconds


SENT_BY_SCREENS: Final[Mapping[str, type]] = {"ping": Ping, "resume": Resume}
"""By ``action``: a route of the API each."""
SENT_TO_SCREENS: Final[Mapping[str, type]] = {
    "pong": Pong,
    "events": Events,
    "resumed": Resumed,
    "reload": Reload,
    "error": Refused,
    "throttled": Throttled,
}
"""By ``action``: every frame that is not an event."""
