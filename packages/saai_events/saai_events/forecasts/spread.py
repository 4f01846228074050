"""How far the week's total may lie from its forecast: its variance, learned from the forecast's own past errors."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

from saai_events.forecasts.profile import WEEK
from saai_events.forecasts.smoothing import warm_up

PRIOR_DISPERSION = 2.0
"""Dispersion (variance / mean) assumed before there are errors."""
_PRIOR_UNITS = 2.0
"""Units of forecast demand which that assumption is worth."""
LEVEL_UNCERTAINTY = 0.01
"""Variance of the level, relative to its square, that a quiet history can't show (about 10 % either way)."""


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
