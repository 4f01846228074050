"""How much a screen may ask for, as plain values of time."""

from datetime import datetime, timedelta

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.codes import ConnectionId, UserCode
from ws_gateway.messages.limits import (
    FLOOD_BUDGET,
    MAX_USERS,
    MESSAGE_SECONDS,
    MESSAGES_BUDGET,
    RECOVERY_BUDGET,
    MessageLimit,
    Verdict,
    recovery,
)
from ws_gateway.screens.connections import Connection

from tests.ws_gateway.connected import NOON, screen

AT_ONCE = 30


@attrs.define
class Process:
    """A process of OnMessage, and its clock."""

    moment: datetime = NOON
    limit: MessageLimit = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.limit = MessageLimit(clock=lambda: self.moment)

    def send(self, count: int, connection: Connection | None = None) -> list[Verdict]:
        return [self.limit.judge(connection or screen("a")) for _ in range(count)]

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def test_thirty_messages_at_once_are_served_thirty_more_refused_and_then_the_connection_is_closed() -> None:
    """Who was told and goes on is no screen of ours."""
    verdicts = Process().send(3 * AT_ONCE)
    assert verdicts[:AT_ONCE] == [Verdict.ADMITTED] * AT_ONCE
    assert verdicts[AT_ONCE : 2 * AT_ONCE] == [Verdict.REFUSED] * AT_ONCE
    assert verdicts[2 * AT_ONCE :] == [Verdict.FLOOD] * AT_ONCE


def test_two_a_second_go_on_for_ever() -> None:
    """More than any screen needs, of a user who has several."""
    process = Process()
    for _ in range(1000):
        assert process.send(2) == [Verdict.ADMITTED] * 2
        process.wait(1)


@pytest.mark.parametrize("too_many", range(1, AT_ONCE))
def test_a_refused_user_is_served_after_the_time_it_was_told(too_many: int) -> None:
    """In whole seconds, and not a whole one before."""
    process, earlier = Process(), Process()
    for each in (process, earlier):
        assert each.send(AT_ONCE + too_many)[-1] is Verdict.REFUSED
    wait = process.limit.wait(screen("a"))
    earlier.wait(wait - 1)
    assert earlier.send(1) == [Verdict.REFUSED]
    process.wait(wait)
    assert process.send(1) == [Verdict.ADMITTED]


def test_a_new_connection_of_the_same_user_brings_no_new_allowance_and_takes_nobody_elses() -> None:
    """A client that is closed for flooding comes back at once."""
    process = Process()
    process.send(2 * AT_ONCE)
    assert process.send(1, screen("b")) == [Verdict.FLOOD]
    other = msgspec.structs.replace(screen("c"), codigo_usuario=UserCode("T001U002"))
    assert process.send(1, other) == [Verdict.ADMITTED]


def test_what_is_remembered_is_bounded_by_who_is_sending() -> None:
    """A process serves all stores for hours."""
    process = Process()
    for number in range(3 * MAX_USERS):
        user = msgspec.structs.replace(
            screen("a"), codigo_usuario=UserCode(f"T001U{number:03d}"), connection_id=ConnectionId("a")
        )
        process.send(1, user)
        process.wait(MESSAGE_SECONDS)
    assert len(process.limit._used) <= MAX_USERS


@given(st.lists(st.floats(0, 100) | st.just(0.0), max_size=300))
def test_whenever_messages_come_no_window_holds_more_than_the_allowance(pauses: list[float]) -> None:
    """In any ``t`` seconds at most 30 + 2 t messages are admitted."""
    process = Process()
    admitted: list[float] = []
    at = 0.0
    for pause in pauses:
        process.wait(pause)
        at += pause
        if process.send(1) == [Verdict.ADMITTED]:
            admitted.append(at)
    for first in range(0, len(admitted), 7):
        for last in range(first, len(admitted)):
            seconds = admitted[last] - admitted[first]
            assert last - first + 1 <= (MESSAGES_BUDGET + seconds) / MESSAGE_SECONDS + 1


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(500, 5000)), max_size=40))
def test_whenever_recoveries_come_none_is_served_beyond_the_allowance(asked: list[tuple[int, int]]) -> None:
    """20,000 events at once and 1,000 a minute; and who waits as long as it was told is served."""
    used, now, served = 0, 1_000_000, 0
    start = now
    for pause, events in asked:
        now += pause
        until, wait = recovery(used, now, events=events)
        if not wait:
            used, served = until, served + events
            assert served <= 20_000 + (now - start) * 1000 / 60 + 10 * len(asked)
        else:
            assert until - now > RECOVERY_BUDGET
            assert recovery(used, now + wait, events=events)[1] == 0


def test_the_second_limit_is_further_than_the_first() -> None:
    """A screen is told before it is closed."""
    assert FLOOD_BUDGET > MESSAGES_BUDGET
