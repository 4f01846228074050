"""The level: rare days don't decide it, weekdays are allowed for, and what the blend of smoothers prefers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_events.forecasts.model import FLAT, InvalidHistory, StoreProfile, store_profile
from saai_events.forecasts.model.level import (
    HALF_LIVES,
    blend,
    ceiling,
    days_before_launch,
    product_factors,
    smooth,
    starting_level,
    warm_up,
)

from tests.saai_events.forecasts.model.histories import history


def test_an_extraordinary_order_is_cut_to_what_is_ordinary() -> None:
    """Forty-two days of 4 and forty-two of 6, and one of 500: mean 5, deviation 1, so 5 deviations are 10."""
    assert ceiling([4, 6] * 42 + [500], deviations=5) == pytest.approx(10.0)


def test_ordinary_days_stay_as_they_are() -> None:
    """Nothing is cut from an even seller, nor from one that sells single units."""
    assert ceiling([4, 6] * 42, deviations=5) > 6
    assert ceiling(([0] * 9 + [1]) * 9, deviations=5) >= 1


def test_growth_is_not_an_outlier() -> None:
    """Three days at the new level within four weeks, and the new level passes."""
    assert ceiling([1] * 80 + [50, 52, 51], deviations=5) >= 50


def test_single_units_are_never_cut() -> None:
    """The deviation of a product that hardly ever sells is nearly 0; two units on a day still pass."""
    assert ceiling([0] * 80 + [1], deviations=5) == 2.0


def test_nothing_is_cut_from_less_than_a_week() -> None:
    """What is ordinary is not known yet."""
    assert ceiling([1, 1, 100], deviations=5) == math.inf
    assert ceiling([], deviations=5) == math.inf


def test_the_days_before_a_launch_go() -> None:
    """Seventy zeros, then sales nearly every day: the product did not exist before."""
    assert days_before_launch([0] * 70 + [3, 1, 0, 2, 4]) == 70


def test_a_slow_sellers_first_quiet_weeks_stay() -> None:
    """Thirty zeros before the first sale are nothing unusual for a product that sells every third week."""
    assert days_before_launch([0] * 30 + ([1] + [0] * 20) * 3) == 0


@pytest.mark.parametrize("units", [[], [0, 0, 0], [1, 0, 0], [2, 2, 2]])
def test_without_leading_zeros_nothing_is_before_the_launch(units: list[int]) -> None:
    """Nor when there is no sale at all."""
    assert days_before_launch(units) == 0


@given(st.lists(st.integers(0, 50), max_size=90))
def test_only_zeros_are_taken_for_the_time_before_the_launch(units: list[int]) -> None:
    """No sale is ever left out."""
    assert not any(units[: days_before_launch(units)])


WEEKEND_SHOP = [4, 4, 4, 4, 4, 4, 18]
"""Units a week, Monday first: Sunday 3 times the mean."""


def test_a_busy_weekday_has_a_factor_above_one() -> None:
    """Twelve weeks of 4 units and 18 on Sundays: mean 6, so 4/6 and 18/6, nearly, because of the prior."""
    profile = store_profile([history(WEEKEND_SHOP * 12)] * 20)
    assert profile.factors[0] == pytest.approx(4 / 6, abs=0.03)
    assert profile.factors[6] == pytest.approx(18 / 6, abs=0.1)


def test_a_store_that_sold_little_has_a_nearly_flat_profile() -> None:
    """One Sunday's ten units prove no Sunday business; a store without sales has the flat profile."""
    assert all(0.7 < factor < 1.5 for factor in store_profile([history([0] * 6 + [10])]).factors)
    assert store_profile([history([0] * 14, sales=0)]) == FLAT
    assert store_profile([]) == FLAT


def test_no_single_product_decides_the_stores_profile() -> None:
    """A best seller of Sundays against a hundred slow sellers of Mondays: Monday wins, though it has fewer units."""
    best_seller = history([0, 0, 0, 0, 0, 0, 1000] * 12)
    slow_sellers = [history([1, 0, 0, 0, 0, 0, 0] * 12)] * 100
    factors = store_profile([best_seller, *slow_sellers]).factors
    assert factors[0] > factors[6] > factors[3]


def test_out_of_stock_days_say_nothing_about_the_weekdays() -> None:
    """An empty shelf on Mondays is not a lack of customers on Mondays."""
    units = [0, 2, 2, 2, 2, 2, 2] * 12
    flags = [False, True, True, True, True, True, True] * 12
    assert store_profile([history(units, flags)]).factors == pytest.approx([1.0] * 7)


def test_a_steady_seller_gets_its_own_weekdays_and_a_slow_one_the_stores() -> None:
    """What a product sold outweighs the store's profile only if it is much."""
    store = StoreProfile((0.5, 1, 1, 1, 1, 1, 1.5))
    weekdays = list(range(7)) * 12
    steady = product_factors([100, 100, 100, 100, 100, 100, 100] * 12, weekdays, store)
    slow = product_factors([1, 0, 0, 0, 0, 0, 0] * 12, weekdays, store)
    assert steady == pytest.approx([1.0] * 7, abs=0.25)
    assert slow == pytest.approx(store.factors, abs=0.25)
    assert product_factors([0] * 84, weekdays, store) == list(store.factors)


@pytest.mark.parametrize("factors", [(1.0,) * 6, (1.0,) * 6 + (0.0,), (1.0,) * 6 + (float("nan"),)])
def test_a_profile_is_seven_positive_factors(factors: tuple[float, ...]) -> None:
    """Anything else would make exposures vanish."""
    with pytest.raises(InvalidHistory):
        StoreProfile(factors)


@given(st.lists(st.integers(0, 10_000), min_size=7, max_size=90))
def test_factors_average_one_and_are_positive(units: list[int]) -> None:
    """The level keeps the meaning of units per mean day, whatever was sold."""
    weekdays = [day % 7 for day in range(len(units))]
    for factors in (store_profile([history(units)]).factors, product_factors(units, weekdays, FLAT)):
        assert sum(factors) == pytest.approx(7.0)
        assert min(factors) > 0


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
