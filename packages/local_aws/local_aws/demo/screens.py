"""Opens screens: real WebSocket clients that wait for frames."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from urllib.parse import urlencode

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from local_aws.demo.ledger import Delivery, Frame
from local_aws.demo.scenario import Screen

OPEN_LIMIT = 30.0
"""Seconds for a handshake; the first one starts its functions."""

_CLOSE_LIMIT = 0.5
"""Seconds for a farewell: the local AWS lets go of a socket only after OnDisconnect, and it is about to stop."""


@contextlib.asynccontextmanager
async def open_screens(
    screens: Sequence[Screen],
    *,
    ws_url: str,
    tokens: Mapping[Screen, str],
    on_delivery: Callable[[Delivery], None],
) -> AsyncIterator[None]:
    """Connect every screen; inside the block each frame is handed over as it arrives."""
    async with contextlib.AsyncExitStack() as stack:
        # One after the other: at once they would start a copy of the authorizer each, which takes longer.
        sockets = [await stack.enter_async_context(_connect(ws_url, tokens[screen])) for screen in screens]
        listeners = [
            asyncio.create_task(_listen(socket, screen, on_delivery))
            for socket, screen in zip(sockets, screens, strict=True)
        ]
        try:
            yield
        finally:
            await asyncio.gather(*(socket.close() for socket in sockets))
            for outcome in await asyncio.gather(*listeners, return_exceptions=True):
                # A frame that can't be read is an error of the system under demonstration, not a quiet screen.
                if isinstance(outcome, msgspec.DecodeError):
                    raise outcome


def _connect(ws_url: str, token: str) -> connect:
    return connect(
        f"{ws_url}?{urlencode({'token': token})}", proxy=None, open_timeout=OPEN_LIMIT, close_timeout=_CLOSE_LIMIT
    )


async def _listen(socket: ClientConnection, screen: Screen, on_delivery: Callable[[Delivery], None]) -> None:
    with contextlib.suppress(ConnectionClosed):
        async for text in socket:
            at = time.monotonic()
            on_delivery(Delivery(screen=screen, frame=msgspec.json.decode(text, type=Frame), at=at))
