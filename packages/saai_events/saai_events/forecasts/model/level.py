"""The level of a product's demand: its units, without rare days, relative to what its weekdays lead to expect.

Three steps: rare days are left out or cut (extraordinary orders, the zeros before a product existed); the weekday
profile of the store, and each product's own, shrunk towards the store's; and exponential smoothers of different
memory, blended by how well each predicted this product.

Units are smoothed against exposure: an ordinary day counts as 1, a day that the weekday profile expects to be twice
as strong counts as 2. The level is units per day of exposure, a ratio of two discounted sums, so missing days, closed
weekdays and short histories need no special case.
"""

import math
from collections.abc import Iterable, Sequence

import attrs
from saai_domain.value_object import value_object

from saai_events.forecasts.model.history import InvalidHistory, ProductHistory, usable_days

_FEWEST_DAYS = 7
"""With fewer nothing is known about what is ordinary."""
_RECENT_DAYS = 28
_RECENT_RANK = 3
"""As many recent days above a ceiling are growth, not outliers."""
_SMALLEST_CEILING = 2.0
_LAUNCH_LOG_PROBABILITY = math.log(1e-4)
WEEK = 7
_STORE_PRIOR_UNITS = 30.0
"""Units of an average weekday that a store's profile must outweigh before it departs from the flat one."""
_PRODUCT_PRIOR_UNITS = 30.0
"""The same for a product's own profile, times the dispersion of its daily units. Measured: 20 to 50 are equal."""
_DAYS_TO_COMPARE = 3 * WEEK
"""From here on a weekday's units scatter around that weekday's own mean, so that a strong pattern is no scatter."""
HALF_LIVES = (5.0, 10.0, 20.0, 40.0, 120.0)
"""Memory of the smoothers: after so many days in stock a day counts half."""
_PRIOR = (1.0, 2.0, 4.0, 4.0, 2.0)
"""Trust in each before the product has shown which suits it."""
START_DAYS = 2.0
"""Exposure that the starting level is worth."""
FIRST_DAYS = 14
"""The days whose mean, together with that of the whole history, is the starting level; errors count after them."""
_SMALLEST_EXPOSURE = 0.1


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


@attrs.frozen
class StoreProfile:
    """Factors by weekday, Monday first, 1 on average: how a day's demand compares with the mean day's.

    Raises:
        InvalidHistory: Not seven positive numbers.
    """

    factors: Sequence[float]

    def __attrs_post_init__(self) -> None:
        if len(self.factors) != WEEK or not all(factor > 0 for factor in self.factors):
            raise InvalidHistory("a weekday profile is seven positive factors")


FLAT = StoreProfile((1.0,) * WEEK)
"""Every weekday alike."""


def store_profile(histories: Iterable[ProductHistory]) -> StoreProfile:
    """Return the weekday profile over all products of a store.

    A product's weight grows with the square root of its sales: many slow products weigh as much as a few fast ones,
    and no single one decides.
    """
    sold, expected = [0.0] * WEEK, [0.0] * WEEK
    for history in histories:
        days = usable_days(history)
        total = sum(days.units)
        if not total:
            continue
        mean = total / len(days.units)
        weight = 1.0 / math.sqrt(mean)
        for units, weekday in zip(days.units, days.weekdays, strict=True):
            expected[weekday] += mean * weight
            if units:
                sold[weekday] += units * weight
    return StoreProfile(tuple(_shrunk(sold, expected, [1.0] * WEEK, _STORE_PRIOR_UNITS)))


def product_factors(units: Sequence[float], weekdays: Sequence[int], profile: StoreProfile) -> list[float]:
    """Return the product's own factors: what it sold by weekday against what the store's profile expects.

    The more it sold and the steadier, the more its own days count; a slow seller keeps the store's profile.
    """
    factors = profile.factors
    exposure = sum(factors[weekday] for weekday in weekdays)
    level = sum(units) / exposure if exposure else 0.0
    if not level:
        return list(factors)
    sold, expected = [0.0] * WEEK, [0.0] * WEEK
    for count, weekday in zip(units, weekdays, strict=True):
        expected[weekday] += level * factors[weekday]
        sold[weekday] += count
    if len(units) < _DAYS_TO_COMPARE:
        means = [level * factor for factor in factors]
    else:
        means = [total / max(1, weekdays.count(weekday)) for weekday, total in enumerate(sold)]
    squares = sum((count - means[weekday]) ** 2 for count, weekday in zip(units, weekdays, strict=True))
    dispersion = max(1.0, squares / sum(units))
    return _shrunk(sold, expected, factors, _PRODUCT_PRIOR_UNITS * dispersion)


def _shrunk(sold: Sequence[float], expected: Sequence[float], prior: Sequence[float], units: float) -> list[float]:
    raw = [factor * (count + units) / (mean + units) for count, mean, factor in zip(sold, expected, prior, strict=True)]
    scale = WEEK / sum(raw)
    return [factor * scale for factor in raw]


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


@value_object
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
