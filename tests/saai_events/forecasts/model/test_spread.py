"""The variance of the week's total, hand-computed, and the quantile held against plain summation."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_events.forecasts.model.spread import dispersion, negative_binomial_quantile, variance


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


def summed(mean: float, variance: float, probability: float) -> int:
    """Add up the textbook probabilities until they reach ``probability``."""
    count, cumulative = 0, 0.0
    while True:
        if variance > mean:
            size, success = mean * mean / (variance - mean), mean / variance
            log = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
            log += size * math.log(success) + count * math.log1p(-success)
        else:
            log = count * math.log(mean) - mean - math.lgamma(count + 1)
        cumulative += math.exp(log)
        if cumulative >= probability:
            return count
        count += 1


@pytest.mark.parametrize(
    ("mean", "variance", "expected"),
    [
        (0.0, 0.0, 0),  # nothing is expected
        (0.1, 0.1, 0),  # Poisson: P(0) = 0.905
        (0.11, 0.11, 1),  # P(0) = 0.896, P(<= 1) = 0.994
        (1.0, 1.0, 2),  # P(<= 1) = 0.736, P(<= 2) = 0.920
        (1.0, 2.0, 3),  # geometric with 1/2: P(<= 2) = 7/8, P(<= 3) = 15/16
        (2.0, 0.5, 4),  # less variance than Poisson's counts as Poisson: P(<= 3) = 0.857, P(<= 4) = 0.947
    ],
)
def test_small_cases_by_hand(mean: float, variance: float, expected: int) -> None:
    """The smallest number that suffices nine times in ten."""
    assert negative_binomial_quantile(mean=mean, variance=variance, probability=0.9) == expected


@given(st.floats(0.01, 300.0), st.floats(1.001, 30.0), st.sampled_from([0.5, 0.9, 0.99]))
def test_it_is_what_plain_summation_gives(mean: float, dispersion: float, probability: float) -> None:
    """Within one unit, for sums that meet the probability to the last digit."""
    quantile = negative_binomial_quantile(mean=mean, variance=mean * dispersion, probability=probability)
    assert abs(quantile - summed(mean, mean * dispersion, probability)) <= 1


@pytest.mark.parametrize("mean", [2900.0, 3100.0, 20_000.0])
@pytest.mark.parametrize("dispersion", [1.0, 3.0, 40.0])
def test_large_means_use_a_formula_that_agrees(mean: float, dispersion: float) -> None:
    """Two units at most, in thousands."""
    quantile = negative_binomial_quantile(mean=mean, variance=mean * dispersion, probability=0.9)
    assert abs(quantile - summed(mean, mean * dispersion, 0.9)) <= 2


@given(st.floats(1e-9, 1e12), st.floats(0.0, 1e6), st.floats(0.0, 1e6))
def test_more_scatter_never_breaks_it(mean: float, dispersion: float, more: float) -> None:
    """Any size gives a whole number that is not negative."""
    for spread in (dispersion, dispersion + more):
        assert negative_binomial_quantile(mean=mean, variance=mean * spread, probability=0.9) >= 0
