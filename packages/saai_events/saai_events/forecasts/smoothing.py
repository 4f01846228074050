"""The level of demand: exponential smoothers of different memory, blended by how well each foresaw this product.

Units are smoothed against exposure: an ordinary day counts as 1, a day that the weekday profile expects to be twice
as strong counts as 2. The level is units per day of exposure, a ratio of two discounted sums, so missing days, closed
weekdays and short histories need no special case.
"""

from collections.abc import Sequence

import attrs

HALF_LIVES = (5.0, 10.0, 20.0, 40.0, 120.0)
"""Memory of the smoothers: after so many days in stock a day counts half."""
_PRIOR = (1.0, 2.0, 4.0, 4.0, 2.0)
"""Trust in each before the product has shown which suits it."""
START_DAYS = 2.0
"""Exposure that the starting level is worth."""
FIRST_DAYS = 14
"""The days whose mean, together with that of the whole history, is the starting level; errors count after them."""
_SMALLEST_EXPOSURE = 0.1


def smooth(units: Sequence[float], exposure: Sequence[float], *, half_life: float, start: float) -> list[float]:
    """Return the level before each day, and last the level after all of them."""
    keep = 0.5 ** (1.0 / half_life)
    sold, days = start * START_DAYS, START_DAYS
    levels = [start]
    for count, weight in zip(units, exposure, strict=True):
        sold = keep * sold + count
        days = keep * days + weight
        levels.append(sold / days)
    return levels


def starting_level(units: Sequence[float], exposure: Sequence[float]) -> float:
    """Return the mean of the first days' level and the whole history's."""
    early = sum(units[:FIRST_DAYS]) / sum(exposure[:FIRST_DAYS])
    return (early + sum(units) / sum(exposure)) / 2.0


def warm_up(days: int) -> int:
    """Return how many first days are not judged: 14, or half of a shorter history."""
    return min(FIRST_DAYS, days // 2)


@attrs.frozen(kw_only=True)
class Blend:
    """The smoothers' blend."""

    levels: Sequence[float]
    """The level before each day, and last the one to forecast from."""
    weights: Sequence[float]
    """The share of each of ``HALF_LIVES``; they sum to 1."""


def blend(units: Sequence[float], exposure: Sequence[float]) -> Blend:
    """Return the smoothers' levels, weighted by prior trust times the likelihood of their one-day errors.

    The likelihood is that of normal errors of unknown size: the sum of squares to the power of minus half the number
    of days. Similar smoothers thus share the weight, and a product that clearly moves gets a short memory.
    """
    start = starting_level(units, exposure)
    runs = [smooth(units, exposure, half_life=half_life, start=start) for half_life in HALF_LIVES]
    first = warm_up(len(units))
    judged = [
        (count, weight, 1.0 / max(weight, _SMALLEST_EXPOSURE))
        for count, weight in zip(units[first:], exposure[first:], strict=True)
    ]
    squares = [
        sum((day[0] - level * day[1]) ** 2 * day[2] for level, day in zip(run[first:], judged, strict=False))
        for run in runs
    ]
    weights = _weights(squares, days=len(judged), smallest=1e-6 * (start * start + 1e-6))
    by_day = zip(*runs, strict=True)
    return Blend(
        levels=[sum(weight * level for weight, level in zip(weights, levels, strict=True)) for levels in by_day],
        weights=weights,
    )


def _weights(squares: Sequence[float], *, days: int, smallest: float) -> list[float]:
    best = min(squares) + smallest
    raw = [prior * (best / (total + smallest)) ** (days / 2.0) for prior, total in zip(_PRIOR, squares, strict=True)]
    return [weight / sum(raw) for weight in raw]
