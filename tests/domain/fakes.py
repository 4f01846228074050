"""Hand-written stand-ins: a time that only moves when told, and backoff that never really waits."""

from datetime import datetime, timedelta

from saai_domain.time import LIMA, Clock

from tests.aws_lite import fakes as aws_lite_fakes
from tests.aws_lite.fakes import backoff

__all__ = ["NEW_YEARS_EVE", "FakeTime", "at", "backoff"]

NEW_YEARS_EVE = datetime(2025, 12, 31, 15, 30, tzinfo=LIMA)
"""docs/domain.md's own example of a moment."""


def at(moment: datetime) -> Clock:
    """Return a clock that stands still."""
    return lambda: moment


class FakeTime(aws_lite_fakes.FakeTime):
    """Tells the moment too."""

    def clock(self) -> datetime:
        return NEW_YEARS_EVE + timedelta(seconds=self.elapsed)
