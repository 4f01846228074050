"""Sending one message for each store: ten at a time, several calls at once, until every message is in the queue."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from aws_lite.backoff import Backoff
from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.errors import SaaiError
from saai_domain.store_messages import store_message

if TYPE_CHECKING:
    from saai_domain.aws.clients import SQSClient

BATCH: Final = 10
"""Entries of a SendMessageBatch at most."""
THREADS: Final = 8
"""Calls at once; the client keeps 10 connections."""
MAX_DELAY_SECONDS: Final = 900
"""The longest that SQS holds a message back."""


class NotDispatched(SaaiError):
    """SQS did not take the messages of some stores; the schedule's next try sends all again, which does no harm."""

    def __init__(self, stores: int, reason: str) -> None:
        super().__init__(stores, reason)
        self.stores = stores
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.stores} stores have no message: {self.reason}"


@component
class Dispatcher:
    """Puts messages into a queue.

    ``stores_a_second``: messages become visible at this rate, or faster where all stores would take over 15 minutes, so
    that work for which somebody waits doesn't queue behind all of them. With None all are visible at once.
    """

    client: "SQSClient"
    queue_url: str
    stores_a_second: int | None = None
    backoff: Backoff = Backoff(base=0.1, ceiling=2.0, total=30.0)

    def dispatch(self, stores: Sequence[TenantId]) -> None:
        """Send each store's message at least once.

        Raises:
            NotDispatched: Some were refused until there was no more time; every batch was tried.
            ClientError, BotoCoreError: A batch could not be sent at all.
        """
        with ThreadPoolExecutor(THREADS) as pool:
            refused = [reason for reasons in pool.map(self._send, self._batches(stores)) for reason in reasons]
        if refused:
            raise NotDispatched(len(refused), refused[0])

    def _batches(self, stores: Sequence[TenantId]) -> Iterator[Sequence[dict[str, Any]]]:
        entries = [
            {"Id": str(place % BATCH), "MessageBody": store_message(store), "DelaySeconds": delay}
            for place, (store, delay) in enumerate(
                zip(stores, delays(len(stores), a_second=self.stores_a_second), strict=True)
            )
        ]
        return (entries[start : start + BATCH] for start in range(0, len(entries), BATCH))

    def _send(self, entries: Sequence[dict[str, Any]]) -> Sequence[str]:
        """Send a batch, those that SQS didn't take again; return why some are not taken in the end."""
        deadline = self.backoff.deadline()
        attempt = 0
        while True:
            attempt += 1
            answer = self.client.send_message_batch(QueueUrl=self.queue_url, Entries=[*entries])  # type: ignore[list-item] - boto3's own nested type
            failed = {entry["Id"]: entry for entry in answer.get("Failed", [])}
            if not failed:
                return []
            entries = [entry for entry in entries if entry["Id"] in failed]
            if not self.backoff.pause(attempt, deadline):
                return [f"{entry['Code']} {entry.get('Message', '')}" for entry in failed.values()]


def delays(stores: int, *, a_second: int | None) -> list[int]:
    """Return after how many seconds each of the stores' messages becomes visible."""
    if a_second is None:
        return [0] * stores
    rate = max(float(a_second), stores / MAX_DELAY_SECONDS)
    return [int(place / rate) for place in range(stores)]
