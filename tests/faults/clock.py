"""The time of a run: only the run moves it, and whoever waits moves it too. Nothing waits in earnest."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final
from unittest import mock

import attrs
import time_machine

_WAITING: Final = ("aws_lite.backoff.time", "saai_domain.aws.parameters.time")
"""Where the code under test waits, and measures how long it has."""


@attrs.define
class VirtualClock:
    """Stands where ``time`` does. ``woken`` is called whenever somebody has waited."""

    traveller: time_machine.Traveller
    woken: Callable[[], object] = lambda: None
    _passed: float = 0.0

    @classmethod
    @contextlib.contextmanager
    def started(cls, start: datetime) -> Iterator["VirtualClock"]:
        """Begin at a moment, for as long as the block lasts."""
        with contextlib.ExitStack() as stack:
            clock = cls(stack.enter_context(time_machine.travel(start, tick=False)))
            for place in _WAITING:
                stack.enter_context(mock.patch(place, clock))
            yield clock

    def monotonic(self) -> float:
        """Return the seconds since the start."""
        return self._passed

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.pass_time(seconds)
        self.woken()

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self._passed += seconds
        self.traveller.shift(seconds)
