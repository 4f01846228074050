"""A screen of the demo: a real WebSocket client that may drop out, and recovers what it missed."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import attrs
from saai_domain.events import Canal
from saai_domain.roles import Rol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from local_aws.catalogue import Store, User
from local_aws.judge import ApiAnswer, Viewer
from local_aws.stack import Stack
from local_aws.tokens import issue_for

OPEN_LIMIT = 30.0
"""Seconds for a handshake; the first one starts its functions."""
_CLOSE_LIMIT = 0.5
"""Seconds for a farewell: the local AWS lets go of a socket only after OnDisconnect, and it is about to stop."""


@attrs.frozen(kw_only=True)
class Arrival:
    """An event that came, and when, by the monotonic clock; ``recovered`` if the screen had to ask for it."""

    event: Mapping[str, Any]
    at: float
    recovered: bool


@attrs.frozen(kw_only=True)
class Asked:
    """What a route (``POST /ventas``) was asked for a screen at a moment, its answer, and the seconds that it took."""

    screen: "Screen"
    route: str
    answer: ApiAnswer
    at: float
    took: float


@attrs.define(kw_only=True, eq=False)
class Screen:
    """A browser tab of a store's user."""

    stack: Stack
    store: Store
    usuario: User
    shows: Callable[["Screen", Arrival], None]
    """Called for each event that comes."""
    arrivals: list[Arrival] = attrs.field(factory=list[Arrival])
    _socket: ClientConnection | None = None
    _listener: asyncio.Task[None] | None = None

    @property
    def label(self) -> str:
        """The person's first name and job, for the demo's lines."""
        return f"{self.usuario.nombre.split()[0]} ({'owner' if self.usuario.rol is Rol.ADMIN else 'cashier'})"

    @property
    def token(self) -> str:
        return issue_for(self.stack, self.store, self.usuario)

    @property
    def viewer(self) -> Viewer:
        """What the page would have been given: each event once, in the order of its channel."""
        events: dict[tuple[str, str, int], Mapping[str, Any]] = {}
        for arrival in self.arrivals:
            event = arrival.event
            events.setdefault((event["tenant_id"], event["canal"], event["seq"]), event)
        in_order = [events[key] for key in sorted(events)]
        return Viewer(name=self.label, tenant_id=self.store.codigo_tienda, rol=self.usuario.rol, events=in_order)

    async def open(self) -> ClientConnection:
        """Connect; each event is shown as it arrives."""
        url = f"{self.stack.ws_url}?{urlencode({'token': self.token})}"
        self._socket = await connect(url, proxy=None, open_timeout=OPEN_LIMIT, close_timeout=_CLOSE_LIMIT)
        self._listener = asyncio.create_task(self._listen(self._socket))
        return self._socket

    async def come_back(self) -> None:
        """Connect again and ask for what was missed."""
        socket = await self.open()
        seen = {event["canal"]: event["seq"] for event in self.viewer.events}
        cursor = {canal.value: seen.get(canal.value, 0) for canal in Canal}
        await socket.send(json.dumps({"action": "resume", "cursor": cursor}))

    async def close(self) -> None:
        """Cut the connection, and raise what went wrong while listening."""
        if self._socket is not None and self._listener is not None:
            await self._socket.close()
            await self._listener
            self._socket = self._listener = None

    async def _listen(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in socket:
                frame: dict[str, Any] = json.loads(text)
                for event in frame.get("events", [frame] if "event_type" in frame else []):
                    self.arrivals.append(Arrival(event=event, at=time.monotonic(), recovered="events" in frame))
                    self.shows(self, self.arrivals[-1])
