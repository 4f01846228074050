"""The action ``resume``: sends a screen what it missed since its cursor (docs/protocol.md, "What a screen sends")."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from saai_domain.channel import Canal
from saai_domain.component import component
from saai_domain.time import Clock, epoch_seconds, lima_now

from ws_gateway.delivery.outcome import DeliveryOutcome, Poster
from ws_gateway.messages.cursors import ChannelCursors
from ws_gateway.messages.dispatch import ErrorCode, Reply, error_reply, throttled_reply
from ws_gateway.messages.limits import COUNTED_FROM, recovery
from ws_gateway.messages.missed_events import EventsExpired, EventsFrame, MissedEvents, pack
from ws_gateway.screens.connections import Connection

MAX_MISSED: Final = 5_000
"""Loading a snapshot costs less than so many events."""
SECONDS: Final = 4.0
"""No frame is begun later: the client waits 10 s for the answer, and a post may take 5 s, 2 of them for repeats."""

Cursor = dict[Canal, int]
"""The last event of each channel that a screen has."""


class InvalidCursor(Exception):
    """A screen's ``cursor`` is not valid."""


@component
class Resume:
    """Posts the missed events in order; the reply tells how far they got, and whether to ask again."""

    cursors: ChannelCursors
    missed: MissedEvents
    poster: Poster
    max_missed: int = MAX_MISSED
    monotonic: Callable[[], float] = time.monotonic
    clock: Clock = lima_now

    def __call__(self, connection: Connection, message: Mapping[str, Any]) -> Reply:
        """Send what is missing and make the reply."""
        try:
            cursor = read_cursor(message.get("cursor"), Canal.for_rol(connection.rol))
        except InvalidCursor:
            return error_reply(
                ErrorCode.CURSOR_NO_VALIDO,
                "Se espera «cursor»: un objeto con el último número recibido de cada canal, un entero desde 0.",
            )
        place = self.cursors.of(connection)
        current = dict(place.cursor)
        reload = {"action": "reload", "cursor": current, "log": place.log}
        # A channel that the screen doesn't name begins now.
        start = current | cursor
        missing = [until - start[canal] for canal, until in current.items()]
        # A screen of the earlier version names no log; a cursor beyond the counter is of another.
        another = message.get("log") not in (None, place.log) or min(missing) < 0
        if another or sum(missing) > self.max_missed:
            return reload
        wait = self._seconds_to_wait(connection, place.recovered_until, events=sum(missing))
        if wait:
            return throttled_reply(wait)
        try:
            reached = self._send(connection, start, current)
        except EventsExpired:
            return reload
        if reached == start != current:
            return error_reply(
                ErrorCode.RECUPERACION_FALLIDA, "No se pudo enviar lo que falta. Vuelve a pedirlo en un momento."
            )
        return {
            "action": "resumed",
            "cursor": reached,
            "log": place.log,
            "more": reached != current,
            "connection_id": connection.connection_id,
            "expira_en": connection.seconds_left(self.clock()),
        }

    def _seconds_to_wait(self, connection: Connection, used: int | None, *, events: int) -> int:
        """Count a large recovery, and return 0; or return how many seconds it has to wait."""
        if events < COUNTED_FROM:
            return 0
        now = epoch_seconds(self.clock())
        until, wait = recovery(used or 0, now, events=events)
        # It is counted before anything is read: of several at once one goes on.
        counted = not wait and self.cursors.connections.count_recovery(connection, until=until, before=used)
        return 0 if counted else max(wait, 1)

    def _send(self, connection: Connection, start: Cursor, current: Cursor) -> Cursor:
        """Post frames until all are out, time is up or one is not taken; return how far they got."""
        deadline = self.monotonic() + SECONDS
        reached = dict(start)
        for frame in self._frames(connection, start, current):
            if self.monotonic() >= deadline:
                break
            if self.poster.post(connection.connection_id, frame.text.encode()) is not DeliveryOutcome.SENT:
                # What came after it would leave a gap on the screen.
                break
            reached[frame.canal] = frame.last
        return reached

    def _frames(self, connection: Connection, start: Cursor, current: Cursor) -> Iterator[EventsFrame]:
        for canal, until in current.items():
            if start[canal] < until:
                events = self.missed.between(connection.tenant_id, canal, after=start[canal], until=until)
                yield from pack(canal, events)


def read_cursor(value: object, heard: tuple[Canal, ...]) -> Cursor:
    """Read a screen's cursor. Channels that its role may not hear, or that don't exist, are ignored.

    Raises:
        InvalidCursor: It isn't an object, or the place in a channel isn't a whole number from 0.
    """
    if not isinstance(value, dict):
        raise InvalidCursor
    cursor = {canal: value[canal] for canal in heard if canal in value}
    if not all(type(seq) is int and seq >= 0 for seq in cursor.values()):
        raise InvalidCursor
    return cursor
