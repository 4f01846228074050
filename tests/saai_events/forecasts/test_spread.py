"""The variance of the week's total, hand-computed."""

import pytest
from saai_events.forecasts.spread import dispersion, variance


def test_a_variance_has_the_scatter_of_sales_and_the_uncertainty_of_the_level() -> None:
    """2 * 10 + 0.01 * 10 * 10."""
    assert variance(10.0, dispersion=2.0) == pytest.approx(21.0)


def test_few_days_are_judged_by_their_errors_and_raised() -> None:
    """Four days, the last two judged: (4 + 3² + 1²) / (2 + 4 + 4) = 1.4, times 1 + 7 / 4."""
    assert dispersion([1, 9, 7, 3], [1] * 4, [4.0] * 5) == pytest.approx(1.4 * 2.75)


def test_a_single_day_has_more_spread_than_the_prior() -> None:
    """One day is judged against its own start: nothing is known, and that shows."""
    assert dispersion([5], [1.0], [5.0, 5.0]) > 2.0


def test_weeks_show_what_days_hide() -> None:
    """A level that stays one unit off: (4 + 14) / (2 + 14 * 4) a day, (4 + 8 * 7²) / (2 + 8 * 28) a week."""
    daily, weekly = 18 / 58, 396 / 226
    assert dispersion([5] * 28, [1] * 28, [4.0] * 29) == pytest.approx(max(1.0, (daily + weekly) / 2))
    assert weekly > 1 > daily


def test_a_perfect_forecast_still_has_the_scatter_of_a_poisson_count() -> None:
    """Sales are counts; no history makes them certain."""
    assert dispersion([5] * 90, [1] * 90, [5.0] * 91) == 1.0
