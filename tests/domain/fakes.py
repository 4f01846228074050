"""Hand-written stand-ins: a time that only moves when told, and backoff that never really waits."""

from datetime import datetime, timedelta

import attrs
from aws_lite.backoff import Backoff
from saai_domain.time import LIMA, Clock

NEW_YEARS_EVE = datetime(2025, 12, 31, 15, 30, tzinfo=LIMA)
"""docs/domain.md's own example of a moment."""


def at(moment: datetime) -> Clock:
    """Return a clock that stands still."""
    return lambda: moment


@attrs.define
class FakeTime:
    """A monotonic clock and a wall clock that advance by sleeping only. Seconds."""

    elapsed: float = 0.0
    naps: list[float] = attrs.field(factory=list)

    def monotonic(self) -> float:
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.elapsed += seconds

    def clock(self) -> datetime:
        return NEW_YEARS_EVE + timedelta(seconds=self.elapsed)


def backoff(time: FakeTime | None = None, *, total: float = 10.0) -> Backoff:
    """Return backoff on a fake time that always draws the longest pause."""
    time = time or FakeTime()
    return Backoff(total=total, monotonic=time.monotonic, sleep=time.sleep, uniform=lambda _low, high: high)
