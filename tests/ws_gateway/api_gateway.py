"""API Gateway's WebSocket events, as its developer guide shows them."""

import json
from pathlib import Path
from typing import Any

_PAYLOADS = Path(__file__).parent / "payloads"


def load_event(name: str, **changes: Any) -> dict[str, Any]:
    """Return the event of ``payloads/{name}.json`` with some of its top-level keys replaced."""
    return {**json.loads((_PAYLOADS / f"{name}.json").read_text()), **changes}
