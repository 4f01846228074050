"""Killing a process at any external call of it, and calls whose answer is lost."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import attrs
from botocore.exceptions import ReadTimeoutError
from saai_domain.testing.aws import Call

_NO_ANSWER: Final = 0
"""In the place of a post's status."""


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

    def around(self, call: Call, make: Callable[[], Any]) -> Any:
        """Make a call that may be the process's last."""
        if call.service == "ssm":
            # Nothing rests on when a secret is read.
            return make()
        if call.service == "connections":
            return self._around_post(call.params["ConnectionId"], make)
        self.between()
        self._die(f"before {call.operation}")
        answer = make()
        self._die(f"after {call.operation}")
        if self.random.random() < self.lose_answer:
            self.lost_answers[call.operation] += 1
            raise ReadTimeoutError(endpoint_url=call.operation)
        return answer

    def _around_post(self, connection_id: str, post: Callable[[], int]) -> int:
        """Make a post, among others that are under way: the process's death shows at its next call elsewhere."""
        with self._lock:
            # Not the common random numbers: the number of screens would change everybody's.
            luck = random.Random(f"{self.process.number}#{connection_id}#{self.kill}").random()  # noqa: S311
            if self.process.dead:
                return _NO_ANSWER
            if luck < self.kill:
                self._note("before post_to_connection")
                return _NO_ANSWER
            status = post()
            if luck < 2 * self.kill:
                self._note("after post_to_connection")
            return status

    def _die(self, site: str) -> None:
        if not self.process.dead and self.random.random() < self.kill:
            self._note(site)
        if self.process.dead:
            raise ProcessKilled(site)

    def _note(self, site: str) -> None:
        self.process.dead = True
        self.kills[site] += 1
