"""Rare days don't decide a forecast."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_events.forecasts.robust import ceiling, days_before_launch


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
