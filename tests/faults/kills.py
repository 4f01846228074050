"""Killing a process at any external call of it; calls whose answer is lost; calls that fail without effect."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import attrs
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from saai_domain.testing.aws import Call

from tests.faults.clock import VirtualClock
from tests.faults.refusals import DENIED, REFUSALS, UNHEARD

_NO_ANSWER: Final = 0
"""In the place of a post's status."""
CALL_SECONDS: Final = 6.0
"""What a call takes that is never answered: two attempts of three seconds (``aws_lite.connection_pool``)."""
POST_SECONDS: Final = 2.0
"""What a post takes that is never answered (``ws_gateway.delivery.broadcast``)."""
MAX_CALLS: Final = 20_000
"""A process that makes more calls than this will never come to an end."""


class ProcessKilled(BaseException):
    """The process is gone: no handler of ours may catch it."""


@attrs.define
class Process:
    """One invocation, until ``deadline`` on the clock. After its death none of its calls takes effect.

    ``home`` is what outlives it: the function in one of its environments.
    """

    home: object = None
    deadline: float = float("inf")
    calls: int = 0
    dead: bool = False
    failed: set[str] = attrs.field(factory=set)
    """Services of which a call failed, or wasn't answered."""


@attrs.frozen
class Outage:
    """A service that fails every call in one way, from a moment on the clock."""

    kind: str
    began: float


@attrs.define
class Faults:
    """Decides at each external call what becomes of it.

    The process dies before it or after it, the answer never comes, the call fails without effect, or the service is
    down altogether.
    """

    random: random.Random
    clock: VirtualClock
    kill: float
    """The probability of a death before a call, and of one after it."""
    lose_answer: float
    """The probability that a call takes effect and its answer doesn't come."""
    refuse: float = 0.0
    """The probability that a call fails without effect."""
    outages: dict[str, Outage] = attrs.field(factory=dict)
    """By service."""
    kills: Counter[str] = attrs.field(factory=Counter)
    """Deaths by site, as ``after transact_write_items``."""
    lost_answers: Counter[str] = attrs.field(factory=Counter)
    refused: Counter[str] = attrs.field(factory=Counter)
    """Calls without effect, as ``sns throttle``."""
    endless: list[str] = attrs.field(factory=list)
    """Functions that would not come to an end."""
    between: Callable[[], None] = lambda: None
    """Something else that happens in the middle of an invocation."""
    process: Process = attrs.field(factory=Process)
    secrets: dict[object, float] = attrs.field(factory=dict)
    """When each home was told the secret last; it holds it no more once SSM refuses it."""

    def __attrs_post_init__(self) -> None:
        self.clock.woken = self._look_at_the_time

    @contextmanager
    def invocation(self, seconds: float, home: object = None) -> Iterator[Process]:
        """Run what is inside as a process of its own, which has so many seconds."""
        before = self.process
        self.process = Process(home, deadline=self.clock.monotonic() + seconds)
        try:
            yield self.process
        finally:
            self.process = before

    def calm(self) -> None:
        """From now on nothing fails."""
        self.kill = self.lose_answer = self.refuse = 0.0
        self.outages.clear()

    def around(self, call: Call, make: Callable[[], Any]) -> Any:
        """Make a call that may be the process's last."""
        self.process.calls += 1
        if self.process.calls > MAX_CALLS:
            self.endless.append(call.operation)
            self._note("without an end")
        if call.service == "connections":
            return self._around_post(call, make)
        self.between()
        self._look_at_the_time()
        self._die(f"before {call.operation}")
        self._refuse(call)
        answer = make()
        self._die(f"after {call.operation}")
        if self._loses(call):
            self.clock.pass_time(CALL_SECONDS)
            raise ReadTimeoutError(endpoint_url=call.operation)
        if call.service == "ssm":
            self.secrets[self.process.home] = self.clock.monotonic()
        return answer

    def _around_post(self, call: Call, post: Callable[[], int]) -> int:
        """Make a post, among others that are under way: the process's death shows at its next call elsewhere."""
        if self.process.dead:
            return _NO_ANSWER
        luck = self.random.random()
        if luck < self.kill:
            self._note(f"before {call.operation}")
            return _NO_ANSWER
        try:
            self._refuse(call)
        except ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"]
        except BotoCoreError:
            return _NO_ANSWER
        status = post()
        if luck > 1 - self.kill:
            self._note(f"after {call.operation}")
        if self._loses(call):
            self.clock.pass_time(POST_SECONDS)
            return _NO_ANSWER
        return status

    def _refuse(self, call: Call) -> None:
        ways = REFUSALS[call.service]
        outage = self.outages.get(call.service)
        kind = outage.kind if outage else None
        if kind is None and self.random.random() < self.refuse:
            kind = self.random.choice(list(ways))
        if kind is None:
            return
        self.refused[f"{call.service} {kind}"] += 1
        self.process.failed.add(call.service)
        if call.service == "ssm" and kind == DENIED:
            self.secrets.pop(self.process.home, None)
        if kind in UNHEARD:
            self.clock.pass_time(POST_SECONDS if call.service == "connections" else CALL_SECONDS)
        raise ways[kind](call.operation)

    def _loses(self, call: Call) -> bool:
        """Tell whether a call's answer gets lost."""
        lost = self.random.random() < self.lose_answer
        if lost:
            self.lost_answers[call.operation] += 1
            self.process.failed.add(call.service)
        return lost

    def _look_at_the_time(self) -> None:
        """End a process whose function's time is up, as Lambda does."""
        if not self.process.dead and self.clock.monotonic() > self.process.deadline:
            self._note("out of time")
        self._die("")

    def _die(self, site: str) -> None:
        if not self.process.dead and site and self.random.random() < self.kill:
            self._note(site)
        if self.process.dead:
            raise ProcessKilled(site)

    def _note(self, site: str) -> None:
        self.process.dead = True
        self.kills[site] += 1
