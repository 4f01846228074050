"""The level: hand-computed smoothers, and what the blend prefers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_events.forecasts.smoothing import HALF_LIVES, blend, smooth, starting_level, warm_up


def test_a_smoother_with_a_half_life_of_a_day_halves_the_past_each_day() -> None:
    """From level 1 (2 units in 2 days): (1 + 3) / 2 = 2, then (2 + 0) / 2 = 1, then (1 + 5) / 2 = 3."""
    assert smooth([3, 0, 5], [1, 1, 1], half_life=1, start=1) == pytest.approx([1, 2, 1, 3])


def test_exposure_makes_a_strong_weekday_ordinary() -> None:
    """Six units on a day expected to be three times as strong are a level of 2: (2 / 2 * 2 + 6) / (1 + 3) = 2."""
    assert smooth([6], [3], half_life=1, start=2) == pytest.approx([2, 2])


def test_the_start_is_between_the_first_two_weeks_and_all() -> None:
    """First 14 days at 2, all 28 at 3: 2.5. A short history is its own mean."""
    assert starting_level([2] * 14 + [4] * 14, [1] * 28) == pytest.approx(2.5)
    assert starting_level([1, 3], [1, 1]) == pytest.approx(2)


def test_the_first_two_weeks_are_not_judged_or_half_of_a_short_history() -> None:
    """The smoothers still live off their start then."""
    assert [warm_up(days) for days in (1, 9, 28, 90)] == [0, 4, 14, 14]


def test_a_product_that_moved_gets_a_short_memory_and_a_steady_one_a_long() -> None:
    """The blend's weights follow the errors."""
    moved = blend([2, 3] * 35 + [20, 21] * 10, [1] * 90)
    steady = blend([2, 9, 4, 1, 7] * 18, [1] * 90)
    assert moved.weights[0] + moved.weights[1] > 0.9
    assert steady.weights[3] + steady.weights[4] > 0.6
    assert moved.levels[-1] == pytest.approx(20.5, rel=0.1)


def test_without_anything_judged_the_prior_weights_hold() -> None:
    """A constant seller and a single day leave the smoothers equal: 1, 2, 4, 4 and 2 thirteenths."""
    prior = [part / 13 for part in (1, 2, 4, 4, 2)]
    assert blend([5] * 90, [1] * 90).weights == pytest.approx(prior)
    assert blend([0] * 90, [1] * 90).weights == pytest.approx(prior)


@given(st.lists(st.integers(0, 1_000_000), min_size=1, max_size=90))
def test_the_level_stays_within_what_was_sold(units: list[int]) -> None:
    """With even exposure no level lies outside the lowest and highest day, and the weights are shares."""
    blended = blend(units, [1.0] * len(units))
    assert len(blended.levels) == len(units) + 1
    assert len(blended.weights) == len(HALF_LIVES)
    assert sum(blended.weights) == pytest.approx(1.0)
    margin = 1e-9 * (1 + max(units))
    assert all(min(units) - margin <= level <= max(units) + margin for level in blended.levels)
