"""How long to wait before trying again."""

import msgspec
from aws_lite.backoff import Backoff
from hypothesis import given
from hypothesis import strategies as st

from tests.aws_lite.fakes import FakeTime, backoff


def test_pauses_double_up_to_the_ceiling() -> None:
    """The longest that may be drawn, with the defaults of production."""
    time = FakeTime()
    paced = backoff(time)
    deadline = paced.deadline()

    for attempt in range(1, 8):
        assert paced.pause(attempt, deadline)

    assert time.naps == [0.04, 0.08, 0.16, 0.2, 0.2, 0.2, 0.2]


def test_a_pause_is_drawn_between_nothing_and_the_longest() -> None:
    """Full jitter: writers that collided spread over the whole range."""
    drawn: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        drawn.append((low, high))
        return (low + high) / 2

    time = FakeTime()
    paced = msgspec.structs.replace(backoff(time), uniform=uniform)

    assert paced.pause(1, paced.deadline())
    assert drawn == [(0, 0.04)]
    assert time.naps == [0.02]


def test_a_pause_that_would_end_after_the_deadline_is_not_begun() -> None:
    """Waiting only to give up helps nobody."""
    time = FakeTime()
    paced = backoff(time, total=0.1)
    deadline = paced.deadline()

    assert [paced.pause(attempt, deadline) for attempt in (1, 2)] == [True, False]
    assert time.elapsed == 0.04


def test_there_is_no_other_try_at_the_deadline_itself() -> None:
    """The total is a limit, not a hint."""
    paced = backoff(total=0.04)

    assert not paced.pause(1, paced.deadline())


@given(attempts=st.lists(st.integers(1, 10**9), max_size=50), total=st.floats(0, 100))
def test_the_total_is_never_exceeded(attempts: list[int], total: float) -> None:
    """Whatever the attempt's number, and no pause is longer than the ceiling."""
    time = FakeTime()
    paced = backoff(time, total=total)
    deadline = paced.deadline()

    for attempt in attempts:
        paced.pause(attempt, deadline)

    assert time.elapsed <= total
    assert all(0 < nap <= 0.5 for nap in time.naps)


def test_production_draws_from_the_real_clock() -> None:
    """One short pause, so that the defaults are wired."""
    paced = Backoff(base=0.0001, ceiling=0.0001)

    assert paced.pause(1, paced.deadline())
