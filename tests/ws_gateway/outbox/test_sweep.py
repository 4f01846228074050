"""When the sweep repeats an event, and when it gives up."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs
import msgspec
from saai_domain.errors import PublishError
from saai_domain.event_log import LoggedEvent
from ws_gateway.outbox.pending_events import PendingEvent
from ws_gateway.outbox.sweep import Sweep, SweepResult

from tests.ws_gateway.connected import NOON, NOW, logged


@attrs.define
class Fakes:
    """The log and EmitirEventosWs, over a clock that moves when told."""

    waiting: list[PendingEvent] = attrs.field(factory=list)
    now: datetime = NOON
    seconds: float = 0.0
    delivered: list[str] = attrs.field(factory=list)
    accepts: bool = True
    overtaken: bool = False
    """Whether another sweep is always faster."""
    shards: list[list[int]] = attrs.field(factory=list)
    """In which order each sweep asked for them."""

    def created_until(self, epoch: int, *, shards: Iterable[int]) -> list[PendingEvent]:
        self.shards.append([*shards])
        return [pending for pending in self.waiting if pending.event.created_epoch <= epoch]

    def count_attempt(self, pending: PendingEvent) -> bool:
        if not self.overtaken:
            self.waiting[self.waiting.index(pending)] = msgspec.structs.replace(pending, attempts=pending.attempts + 1)
        return not self.overtaken

    def abandon(self, pending: PendingEvent) -> bool:
        if not self.overtaken:
            self.waiting.remove(pending)
        return not self.overtaken

    def deliver(self, row: LoggedEvent) -> None:
        self.seconds += 1
        if not self.accepts:
            raise PublishError("EmitirEventosWs", row.event_id)
        self.delivered.append(row.event_id)

    def sweep(self, *, seconds: float = 44) -> SweepResult:
        sweep = Sweep(pending=self, publisher=self, clock=lambda: self.now, monotonic=lambda: self.seconds)
        return sweep.run(seconds=seconds)


def pending(name: str = "e-1", *, age: int = 30, attempts: int = 0) -> PendingEvent:
    return PendingEvent(
        event=msgspec.structs.replace(logged(), event_id=name, created_epoch=NOW - age), attempts=attempts
    )


def test_an_event_is_repeated_30_seconds_after_its_commit() -> None:
    """Until then the publisher's own invoke is under way."""
    fakes = Fakes([pending(age=29)])
    assert fakes.sweep() == SweepResult()
    fakes.now += timedelta(seconds=1)
    assert fakes.sweep() == SweepResult(repeated=1, oldest_seconds=30)
    assert fakes.delivered == ["e-1"]


def test_each_attempt_waits_twice_as_long_as_the_one_before() -> None:
    """An outage of hours is bridged with ten; then the event is given up and named."""
    fakes = Fakes([pending(age=0)])
    moments: list[int] = []
    swept = SweepResult()
    for minute in range(1, 24 * 60):
        fakes.now += timedelta(minutes=1)
        swept = fakes.sweep()
        if swept.repeated:
            moments.append(minute)
        if swept.abandoned:
            break
    assert moments == [1, 2, 3, 4, 8, 16, 32, 64, 128, 256]
    assert swept.abandoned == ["e-1"]
    assert (fakes.now - NOON) == timedelta(seconds=30 * 2**10)


def test_an_event_that_waits_for_its_next_attempt_is_counted() -> None:
    """And is the oldest, if it is."""
    assert Fakes([pending(age=100, attempts=2)]).sweep() == SweepResult(waiting=1, oldest_seconds=100)


def test_an_event_that_another_sweep_has_is_left_to_it() -> None:
    """Neither repeated nor given up twice."""
    fakes = Fakes([pending(), pending("e-2", age=100_000, attempts=10)], overtaken=True)
    assert fakes.sweep() == SweepResult(oldest_seconds=100_000)
    assert fakes.delivered == []


def test_an_invoke_that_is_not_accepted_costs_the_event_an_attempt_and_nobody_else_theirs() -> None:
    """Those that follow are tried."""
    fakes = Fakes([pending(), pending("e-2")], accepts=False)
    assert fakes.sweep() == SweepResult(refused=2, oldest_seconds=30)
    assert [each.attempts for each in fakes.waiting] == [1, 1]


def test_a_sweep_ends_with_its_time() -> None:
    """The rest has its turn in the next."""
    fakes = Fakes([pending(f"e-{number}") for number in range(5)])
    assert fakes.sweep(seconds=3) == SweepResult(repeated=3, oldest_seconds=30, finished=False)
    assert fakes.sweep(seconds=3).repeated == 2
    assert sorted(fakes.delivered) == [f"e-{number}" for number in range(5)]


def test_every_shard_is_asked_for_first_by_some_sweep() -> None:
    """A backlog in one that takes all the time would starve those behind it for good."""
    fakes = Fakes()
    for _ in range(16):
        fakes.sweep()
        fakes.now += timedelta(minutes=1)
    assert sorted(shards[0] for shards in fakes.shards) == list(range(16))
    assert all(sorted(shards) == list(range(16)) for shards in fakes.shards)
