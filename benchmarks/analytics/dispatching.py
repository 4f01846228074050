"""How long it takes to send every store its message, when each call to SQS takes a fixed time."""

import time
from collections.abc import Sequence
from typing import Any

import attrs
from saai_domain.codes import TenantId
from saai_events.dispatching.dispatch import Dispatcher


@attrs.frozen
class SlowQueue:
    """Takes every batch after ``seconds``."""

    seconds: float

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[Any]) -> dict[str, Any]:  # noqa: ARG002, N803 - SQS's names
        time.sleep(self.seconds)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}


def dispatch_seconds(*, stores: int, call_seconds: float) -> float:
    """Return the seconds that the dispatch of so many stores takes."""
    queue: Any = SlowQueue(call_seconds)
    dispatcher = Dispatcher(client=queue, queue_url="url", stores_a_second=10)
    began = time.monotonic()
    dispatcher.dispatch([TenantId(f"T{number:05d}") for number in range(1, stores + 1)])
    return time.monotonic() - began
