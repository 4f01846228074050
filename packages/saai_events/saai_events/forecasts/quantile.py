"""Quantiles of the negative binomial distribution, given by mean and variance."""

import math
from functools import lru_cache

_SMALLEST_LOG_PROBABILITY = -700.0
"""Below this the probability of zero is no longer a float, and the sum can't start."""
_LARGEST_MEAN_SUMMED = 3000.0


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
