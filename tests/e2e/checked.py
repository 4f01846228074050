"""Everything that crosses the local AWS in these tests is held against the published contracts."""

import json
from collections.abc import Callable
from typing import Any, Self

import httpx
from saai_contracts.reality import BrokenContract, check_answer, check_body, check_frame, check_message
from saai_contracts.routes import ROUTES
from websockets.sync.client import ClientConnection

TAKEN = range(200, 300)


class CheckedConnection(ClientConnection):
    """A screen whose messages and frames are checked. What breaks the contract must be answered as an error."""

    hears_other_services = False
    """Whether events come that others made, which pass through with whatever keys they have."""
    _wrong = False

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def send(self, message: Any, *, text: bool | None = None) -> None:
        try:
            check_message(json.loads(message))
        except (BrokenContract, ValueError, AttributeError):
            self._wrong = True
        super().send(message, text=text)

    def recv(self, timeout: float | None = None, decode: bool | None = None) -> Any:  # noqa: FBT001 - the same
        text = super().recv(timeout, decode)
        frame = json.loads(text)
        check_frame(frame, ours=not self.hears_other_services)
        if "action" in frame and self._wrong:
            assert frame["action"] == "error", f"a message outside its contract was answered: {frame}"
            self._wrong = False
        return text


def check_response(response: httpx.Response) -> None:
    """Check what a route answered; what is outside the request's contract must not be taken."""
    request = response.request
    route = f"{request.method} /{request.url.path.rpartition('/')[2]}"
    response.read()
    check_answer(route, response.status_code, response.json())
    if response.status_code in TAKEN and ROUTES[route].body is not None:
        check_body(route, json.loads(request.content))


def hooks() -> dict[str, list[Callable[..., Any]]]:
    """What makes an httpx client check every answer."""
    return {"response": [check_response]}
