"""How long to wait before trying again."""

import time
from collections.abc import Callable

import msgspec

__all__ = ["Backoff"]

_MAX_DOUBLINGS = 30
"""Beyond any ceiling, and far from what a float can't hold."""


def _uniform(low: float, high: float) -> float:
    import random  # noqa: PLC0415 - most calls succeed at once

    return random.uniform(low, high)  # noqa: S311 - no secret


class Backoff(msgspec.Struct, frozen=True, kw_only=True):
    """Exponential back-off with full jitter, within a total time. All times in seconds.

    Full jitter spreads writers that collided, instead of letting them collide again
    (AWS Architecture Blog, "Exponential Backoff And Jitter"). The low ceiling keeps writers that collided often as
    quick as those that come fresh (``python -m benchmarks.contention``).
    """

    base: float = 0.02
    ceiling: float = 0.2
    total: float = 10.0
    # Looked up when they are called, so that a virtual clock can stand in the place of ``time`` for a while.
    monotonic: Callable[[], float] = lambda: time.monotonic()  # noqa: PLW0108
    sleep: Callable[[float], None] = lambda seconds: time.sleep(seconds)  # noqa: PLW0108
    uniform: Callable[[float, float], float] = _uniform

    def deadline(self) -> float:
        """Return the moment, on the monotonic clock, after which there is no other try."""
        return self.monotonic() + self.total

    def pause(self, attempt: int, deadline: float) -> bool:
        """Wait before the try after ``attempt`` (from 1). Return False at once when the time is used up."""
        seconds = self.seconds(attempt, deadline)
        if seconds is None:
            return False
        self.sleep(seconds)
        return True

    def seconds(self, attempt: int, deadline: float) -> float | None:
        """Return how long to wait before the try after ``attempt`` (from 1); None when the time is used up."""
        seconds = self.uniform(0, min(self.ceiling, self.base * 2.0 ** min(attempt, _MAX_DOUBLINGS)))
        return None if self.monotonic() + seconds >= deadline else seconds
