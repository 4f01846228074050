"""Calls to AWS that are made only while their caller still waits for the answer."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
from aws_lite.services.dynamodb import Pages

from saai_domain.errors import OutOfTime

__all__: list[str] = []


@attrs.define(kw_only=True)
class TimeLimited:
    """Stands where a client does. Within ``counting``, a call that would begin too late raises instead of being made.

    A call under way is not cut off, so nothing is left half done.
    """

    client: Any
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _ends: float = attrs.field(init=False, default=math.inf)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count from now on, until the block ends."""
        self._ends = self.clock() + self.seconds
        try:
            yield
        finally:
            self._ends = math.inf

    def get_paginator(self, operation: str) -> Pages:
        """Return pages of which each is a call of its own."""
        return Pages(getattr(self, operation))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the client's own
        attribute = getattr(self.client, name)
        if not callable(attribute):
            return attribute

        def call(**params: object) -> Any:  # noqa: ANN401 - the client's own
            if self.clock() >= self._ends:
                raise OutOfTime(self.seconds)
            return attribute(**params)

        return call
