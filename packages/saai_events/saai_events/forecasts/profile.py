"""Weekly seasonality: the store's weekday profile, and each product's own, shrunk towards the store's."""

import math
from collections.abc import Iterable, Sequence

import attrs

from saai_events.forecasts.history import InvalidHistory, ProductHistory, usable_days

WEEK = 7
_STORE_PRIOR_UNITS = 30.0
"""Units of an average weekday that a store's profile must outweigh before it departs from the flat one."""
_PRODUCT_PRIOR_UNITS = 30.0
"""The same for a product's own profile, times the dispersion of its daily units. Measured: 20 to 50 are equal."""
_DAYS_TO_COMPARE = 3 * WEEK
"""From here on a weekday's units scatter around that weekday's own mean, so that a strong pattern is no scatter."""


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

    A product's weight grows with the square root of its sales: many slow products speak as loudly as a few fast ones,
    and none alone.
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
