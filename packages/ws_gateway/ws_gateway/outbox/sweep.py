"""The sweep: has events delivered again that were left pending (docs/architecture.md, "The way of an event")."""

import time
from collections.abc import Callable, Iterable
from typing import Final, Protocol

import msgspec
from saai_domain.component import component
from saai_domain.errors import PublishError
from saai_domain.event_log import LoggedEvent
from saai_domain.time import Clock, epoch_seconds, lima_now

from ws_gateway.outbox.pending_events import SWEPT_SHARDS, PendingEvent

GRACE_SECONDS: Final = 30
"""How long the publisher's own invoke has before the sweep repeats it."""
MAX_ATTEMPTS: Final = 10
INTERVAL_SECONDS: Final = 60
"""Between two sweeps."""


class PendingPort(Protocol):
    """The pending events."""

    def created_until(self, epoch: int, *, shards: Iterable[int]) -> Iterable[PendingEvent]:
        """Return these shards' events that were committed until then, oldest first in each shard."""
        ...

    def count_attempt(self, pending: PendingEvent) -> bool:
        """Count one more attempt; False where another did, or the event is delivered."""
        ...

    def abandon(self, pending: PendingEvent) -> bool:
        """Take an event out of the sweeps; False where that is done, or the event is delivered."""
        ...


class DeliverPort(Protocol):
    """EmitirEventosWs, invoked asynchronously."""

    def deliver(self, row: LoggedEvent) -> None:
        """Have an event delivered.

        Raises:
            PublishError: It was not accepted.
        """
        ...


class SweepResult(msgspec.Struct, kw_only=True):
    """What a sweep found and did. ``oldest_seconds`` is the age of the oldest event that is pending."""

    repeated: int = 0
    waiting: int = 0
    """Had an attempt not long ago."""
    refused: int = 0
    """EmitirEventosWs did not accept the invoke."""
    abandoned: list[str] = msgspec.field(default_factory=list)
    """Ids of the events whose attempts are used up."""
    oldest_seconds: int = 0
    finished: bool = True
    """Whether every pending event had its turn."""


@component
class Sweep:
    """Repeats each event at growing distances: 30 s after its commit, then 60 s, 2 min, … until 10 attempts were made.

    An outage of hours is bridged that way, and one that ends is noticed soon.
    """

    pending: PendingPort
    publisher: DeliverPort
    clock: Clock = lima_now
    monotonic: Callable[[], float] = time.monotonic

    def run(self, *, seconds: float) -> SweepResult:
        """Sweep for at most ``seconds``; what had no turn has it in a later sweep.

        Each sweep begins with another shard, or a backlog in the first ones would starve the last.
        """
        deadline = self.monotonic() + seconds
        now = epoch_seconds(self.clock())
        first = now // INTERVAL_SECONDS % len(SWEPT_SHARDS)
        shards = (*SWEPT_SHARDS[first:], *SWEPT_SHARDS[:first])
        result = SweepResult()
        for pending in self.pending.created_until(now - GRACE_SECONDS, shards=shards):
            if self.monotonic() >= deadline:
                result.finished = False
                break
            age = now - pending.event.created_epoch
            result.oldest_seconds = max(result.oldest_seconds, age)
            if age < due_after(pending.attempts):
                result.waiting += 1
            elif pending.attempts >= MAX_ATTEMPTS:
                if self.pending.abandon(pending):
                    result.abandoned.append(pending.event.event_id)
            elif self.pending.count_attempt(pending):
                self._repeat(pending.event, result)
        return result

    def _repeat(self, event: LoggedEvent, result: SweepResult) -> None:
        try:
            self.publisher.deliver(event)
        except PublishError:
            result.refused += 1
        else:
            result.repeated += 1


def due_after(attempts: int) -> int:
    """Return how many seconds after its commit an event is due that had so many attempts."""
    return int(GRACE_SECONDS * 2**attempts)
