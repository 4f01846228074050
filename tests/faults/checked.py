"""What crosses the wire in a run is held against the published contracts, whatever fails meanwhile."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from saai_contracts.reality import check_answer, check_frame
from saai_contracts.routes import ROUTES

SERVER_ERROR: Final = '{"message":"Internal server error","connectionId":"c","requestId":"r"}'
"""What API Gateway says for a function that failed."""


@lru_cache(maxsize=4096)
def check_frame_text(text: str) -> None:
    """Check what comes to a screen; the same frame comes to many. Other services' events may hold keys of their own.

    Raises:
        BrokenContract: Of ours, a frame that its contract doesn't allow.
    """
    if text != SERVER_ERROR:
        check_frame(json.loads(text), ours=False)


def checked(event: Mapping[str, Any], answer: Any) -> Any:
    """Return what a function answers, checked where a request of the HTTP API called it.

    Raises:
        BrokenContract: An answer that its route's contract doesn't allow.
    """
    if event.get("routeKey") in ROUTES:
        check_answer(event["routeKey"], answer["statusCode"], json.loads(answer["body"]), ours=False)
    return answer
