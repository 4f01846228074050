"""Keeps rare days from deciding a forecast: extraordinary orders, and the zeros before a product existed."""

import math
from collections.abc import Sequence

_FEWEST_DAYS = 7
"""With fewer nothing is known about what is ordinary."""
_RECENT_DAYS = 28
_RECENT_RANK = 3
"""As many recent days above a ceiling are growth, not outliers."""
_SMALLEST_CEILING = 2.0
_LAUNCH_LOG_PROBABILITY = math.log(1e-4)


def ceiling(units: Sequence[float], *, deviations: float) -> float:
    """Return the largest daily count that is taken at face value; infinity with fewer than 7 days.

    It is the mean plus ``deviations`` standard deviations of all days but the largest one (an outlier must not hide
    itself), at least the third largest of the last 28 days (so that growth passes) and at least 2.
    """
    if len(units) < _FEWEST_DAYS:
        return math.inf
    ordinary = sorted(units)[:-1]
    mean = sum(ordinary) / len(ordinary)
    variance = sum(count * count for count in ordinary) / len(ordinary) - mean * mean
    growth = sorted(units[-_RECENT_DAYS:])[-_RECENT_RANK]
    return max(mean + deviations * math.sqrt(max(0.0, variance)), growth, _SMALLEST_CEILING)


def days_before_launch(units: Sequence[float]) -> int:
    """Return how many leading days belong to the time before the product existed.

    Leading zeros are such days when the product, selling as often as since its first sale, would show so long a run
    of zeros less than once in 10,000 times; a slow seller's first quiet weeks stay in.
    """
    first = next((day for day, count in enumerate(units) if count), 0)
    if not first:
        return 0
    selling = sum(1 for count in units if count)
    frequency = (selling - 0.5) / (len(units) - first)
    return first if first * math.log1p(-min(frequency, 0.999)) < _LAUNCH_LOG_PROBABILITY else 0
