"""Opens screens: real WebSocket clients that wait for frames, may drop out, and recover what they missed."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

import attrs
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from local_aws.demo.ledger import Delivery, Frame
from local_aws.demo.scenario import Screen

OPEN_LIMIT = 30.0
"""Seconds for a handshake; the first one starts its functions."""

_CLOSE_LIMIT = 0.5
"""Seconds for a farewell: the local AWS lets go of a socket only after OnDisconnect, and it is about to stop."""


class ScreensPort(Protocol):
    """Screens that are open."""

    async def drop(self, screen: Screen) -> None:
        """Cut a screen's connection."""
        ...

    async def come_back(self, screen: Screen) -> None:
        """Connect a screen again and have it ask for what it missed."""
        ...


@attrs.define
class Screens:
    """The sockets of the open screens, and how far each has come in its channels."""

    ws_url: str
    tokens: Mapping[Screen, str]
    on_delivery: Callable[[Delivery], None]
    _sockets: dict[Screen, ClientConnection] = attrs.field(factory=dict)
    _listeners: list[asyncio.Task[None]] = attrs.field(factory=list)
    _cursors: dict[Screen, dict[str, int]] = attrs.field(factory=dict)

    async def open(self, screen: Screen) -> None:
        """Connect a screen; each frame is handed over as it arrives."""
        query = urlencode({"token": self.tokens[screen]})
        socket = await connect(
            f"{self.ws_url}?{query}", proxy=None, open_timeout=OPEN_LIMIT, close_timeout=_CLOSE_LIMIT
        )
        self._sockets[screen] = socket
        self._listeners.append(asyncio.create_task(self._listen(socket, screen)))

    async def drop(self, screen: Screen) -> None:
        """Cut a screen's connection."""
        await self._sockets.pop(screen).close()

    async def come_back(self, screen: Screen) -> None:
        """Connect a screen again and have it ask for what it missed."""
        await self.open(screen)
        # A screen that has heard nothing yet of a channel begins at its beginning.
        cursor = {"tienda": 0, "administracion": 0} | self._cursors.get(screen, {})
        resume = {"action": "resume", "cursor": cursor}
        await self._sockets[screen].send(msgspec.json.encode(resume).decode())

    async def close(self) -> None:
        """Close what is open, and raise what went wrong while listening."""
        await asyncio.gather(*(socket.close() for socket in self._sockets.values()))
        for outcome in await asyncio.gather(*self._listeners, return_exceptions=True):
            # A frame that can't be read is an error of the system under demonstration, not a quiet screen.
            if isinstance(outcome, msgspec.MsgspecError):
                raise outcome

    async def _listen(self, socket: ClientConnection, screen: Screen) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in socket:
                at = time.monotonic()
                frame: Any = msgspec.json.decode(text)
                events = (
                    frame["events"] if frame.get("action") == "events" else [frame] if "event_type" in frame else []
                )
                for event in events:
                    delivery = Delivery(
                        screen=screen, frame=msgspec.convert(event, Frame), at=at, recovered="action" in frame
                    )
                    cursor = self._cursors.setdefault(screen, {})
                    cursor[delivery.frame.canal] = max(cursor.get(delivery.frame.canal, 0), delivery.frame.seq)
                    self.on_delivery(delivery)


@contextlib.asynccontextmanager
async def open_screens(
    screens: Sequence[Screen],
    *,
    ws_url: str,
    tokens: Mapping[Screen, str],
    on_delivery: Callable[[Delivery], None],
) -> AsyncIterator[Screens]:
    """Connect every screen, for as long as the block lasts."""
    opened = Screens(ws_url=ws_url, tokens=tokens, on_delivery=on_delivery)
    try:
        # One after the other: at once they would start a copy of the authorizer each, which takes longer.
        for screen in screens:
            await opened.open(screen)
        yield opened
    finally:
        await opened.close()
