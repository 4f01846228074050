"""Killing a process at any external call of it, and calls whose answer is lost."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import attrs
from botocore.exceptions import ReadTimeoutError

Result = TypeVar("Result")


class ProcessKilled(BaseException):
    """The process is gone: no handler of ours may catch it."""


@attrs.define
class Process:
    """One invocation. After its death none of its calls takes effect."""

    number: int
    dead: bool = False


@attrs.define
class Faults:
    """Decides at each external call whether the process dies before it, dies after it, or never gets the answer."""

    random: random.Random
    kill: float
    """The probability of a death before a call, and of one after it."""
    lose_answer: float
    """The probability that a call takes effect and its answer doesn't come."""
    kills: Counter[str] = attrs.field(factory=Counter)
    """Deaths by site, as ``after transact_write_items``."""
    lost_answers: Counter[str] = attrs.field(factory=Counter)
    between: Callable[[], None] = lambda: None
    """Something else that happens in the middle of an invocation."""
    process: Process = attrs.field(factory=lambda: Process(0))
    _started: int = 0
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    @contextmanager
    def invocation(self) -> Iterator[None]:
        """Run what is inside as a process of its own."""
        before, self._started = self.process, self._started + 1
        self.process = Process(self._started)
        try:
            yield
        finally:
            self.process = before

    def around(self, site: str, call: Callable[[], Result]) -> Result:
        """Make a call that may be the process's last."""
        self.between()
        self._die(f"before {site}")
        result = call()
        self._die(f"after {site}")
        if self.random.random() < self.lose_answer:
            self.lost_answers[site] += 1
            raise ReadTimeoutError(endpoint_url=site)
        return result

    def around_post(self, connection_id: str, post: Callable[[], Result], otherwise: Result) -> Result:
        """Make a post, among others that are under way: the process's death shows at its next call elsewhere."""
        with self._lock:
            # Not the common random numbers: the number of screens would change everybody's.
            luck = random.Random(f"{self.process.number}#{connection_id}#{self.kill}").random()  # noqa: S311
            if self.process.dead:
                return otherwise
            if luck < self.kill:
                self._note("before post_to_connection")
                return otherwise
            result = post()
            if luck < 2 * self.kill:
                self._note("after post_to_connection")
            return result

    def _die(self, site: str) -> None:
        if not self.process.dead and self.random.random() < self.kill:
            self._note(site)
        if self.process.dead:
            raise ProcessKilled(site)

    def _note(self, site: str) -> None:
        self.process.dead = True
        self.kills[site] += 1


@attrs.frozen
class Deadly:
    """A client each of whose calls may be the process's last."""

    client: Any
    faults: Faults
    calls: Callable[[str], str] = lambda name: name
    """Names a call's site."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.client, name)

        def call(**params: Any) -> Any:
            return self.faults.around(self.calls(name), lambda: method(**params))

        return call

    def get_paginator(self, operation: str) -> "DeadlyPaginator":
        return DeadlyPaginator(self.client.get_paginator(operation), self.faults, operation)


@attrs.frozen
class DeadlyPaginator:
    """Pages, each of which is a call."""

    paginator: Any
    faults: Faults
    operation: str

    def paginate(self, **params: Any) -> Iterator[Any]:
        pages = iter(self.paginator.paginate(**params))
        end = object()
        while (page := self.faults.around(self.operation, lambda: next(pages, end))) is not end:
            yield page
