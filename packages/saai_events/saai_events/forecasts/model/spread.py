"""How far the week's total may lie from its forecast: its variance, learned from the forecast's own past errors.

The quantiles are those of the negative binomial distribution, given by mean and variance.
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

from saai_events.forecasts.model.level import WEEK, warm_up

PRIOR_DISPERSION = 2.0
"""Dispersion (variance / mean) assumed before there are errors."""
_PRIOR_UNITS = 2.0
"""Units of forecast demand which that assumption is worth."""
LEVEL_UNCERTAINTY = 0.01
"""Variance of the level, relative to its square, that a quiet history can't show (about 10 % either way)."""
_SMALLEST_LOG_PROBABILITY = -700.0
"""Below this the probability of zero is no longer a float, and the sum can't start."""
_LARGEST_MEAN_SUMMED = 3000.0


def dispersion(units: Sequence[float], exposure: Sequence[float], levels: Sequence[float]) -> float:
    """Return variance / mean of the errors, at least 1: the mean of that of single days and that of whole weeks.

    Single days are many but miss what lasts (a level that moves); weeks show it, but there are few. A history too
    short for any week has that of its days, raised by what the mean of so few days can be off.

    Args:
        units: What was sold.
        exposure: The expected strength of those days.
        levels: The level before each day, as ``Blend.levels``.
    """
    first = warm_up(len(units))
    daily = _ratio(
        (count, level * weight)
        for count, weight, level in zip(units[first:], exposure[first:], levels[first:-1], strict=True)
    )
    if len(units) - first < WEEK:
        return max(1.0, daily) * (1.0 + WEEK / len(units))
    sold = list(accumulate(units, initial=0.0))
    strength = list(accumulate(exposure, initial=0.0))
    weekly = _ratio(
        (sold[day + WEEK] - sold[day], levels[day] * (strength[day + WEEK] - strength[day]))
        for day in range(first, len(units) - WEEK + 1)
    )
    return max(1.0, (daily + weekly) / 2.0)


def _ratio(pairs: Iterable[tuple[float, float]]) -> float:
    squares, expected = PRIOR_DISPERSION * _PRIOR_UNITS, _PRIOR_UNITS
    for actual, forecast in pairs:
        squares += (actual - forecast) ** 2
        expected += forecast
    return squares / expected


def variance(mean: float, *, dispersion: float) -> float:
    """Return the variance of a total of ``mean`` units: the scatter of sales plus the uncertainty of the level."""
    return dispersion * mean + LEVEL_UNCERTAINTY * mean * mean


def negative_binomial_quantile(*, mean: float, variance: float, probability: float) -> int:
    """Return the smallest whole number that the count exceeds with at most ``1 - probability``.

    A variance not above the mean gives the Poisson distribution, its limit. Small means are summed exactly; large
    ones use the normal quantile corrected for skewness (Cornish-Fisher), which there is off by a unit at most.
    """
    if mean <= 0.0:
        return 0
    variance = max(variance, mean)
    excess = variance / mean - 1.0
    overdispersed = excess > 1e-9  # noqa: PLR2004 - below it the formulas lose their digits
    size = mean / excess if overdispersed else math.inf
    log_zero = -size * math.log1p(excess) if overdispersed else -mean
    if log_zero < _SMALLEST_LOG_PROBABILITY or mean > _LARGEST_MEAN_SUMMED:
        return _by_cornish_fisher(mean, variance, probability)
    fade = excess / (1.0 + excess) if overdispersed else 0.0
    per_step = fade * size if overdispersed else mean
    count, term = 0, math.exp(log_zero)
    cumulative = term
    while cumulative < probability and (term > 0.0 or count < mean):
        term *= (per_step + fade * count) / (count + 1)
        count += 1
        cumulative += term
    return count


def _by_cornish_fisher(mean: float, variance: float, probability: float) -> int:
    normal = _normal_quantile(probability)
    deviation = math.sqrt(variance)
    skewness = (2.0 * variance / mean - 1.0) / deviation
    return max(0, math.ceil(mean + deviation * (normal + (normal * normal - 1.0) * skewness / 6.0) - 0.5))


@lru_cache(maxsize=8)
def _normal_quantile(probability: float) -> float:
    """Halve an interval: the standard library's own lives in ``statistics``, which costs 4 ms to import."""
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2.0
        if 0.5 * math.erfc(-middle / math.sqrt(2.0)) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0
