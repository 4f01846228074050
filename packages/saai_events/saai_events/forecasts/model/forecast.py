"""The demand forecast of one product: a blend of exponential smoothers with a shrunken weekday profile.

The steps:

1. ``history``: the days in stock of the last 90; the others say nothing about demand.
2. ``level``: the days before a launch go, extraordinary days are cut to a ceiling; the product's weekday factors,
   shrunk towards the store's; the level, a blend of smoothers with different memory.
3. ``spread``: the week's 0.9 quantile, negative binomial, from the forecast's own past errors.

``docs/forecast.md`` has the figures behind the choices.
"""

import math
from datetime import date

from saai_domain.value_object import value_object

from saai_events.forecasts.model.history import (
    MINIMUM_SALES,
    InvalidHistory,
    NotEnoughSales,
    ProductHistory,
    usable_days,
)
from saai_events.forecasts.model.level import (
    FLAT,
    WEEK,
    StoreProfile,
    blend,
    ceiling,
    days_before_launch,
    product_factors,
)
from saai_events.forecasts.model.spread import dispersion, negative_binomial_quantile, variance

METHOD = "suavizado_combinado"
METHOD_SHORT_HISTORY = "suavizado_combinado_historia_corta"
"""The same from fewer than 28 usable days: the weights are little more than the prior ones."""
_SHORT_HISTORY_DAYS = 28
QUANTILE = 0.9
_LEVEL_DEVIATIONS = 5.0
"""Ceiling, in standard deviations, of a day's units as the level sees them."""
_SPREAD_DEVIATIONS = 8.0
"""The same as the quantile sees them: what happened can happen again."""
_HALF_CONFIDENT_DAYS = 14.0


@value_object
class Forecast:
    """Expected demand of one product for the seven days from ``tomorrow``, in units."""

    tomorrow: date
    forecast_7_dias: tuple[float, ...]
    """Expected units of each day; not whole."""
    expected_week: float
    """Their sum."""
    week_quantile_90: int
    """Units that suffice for the week nine times in ten; never less than ``demanda_proxima_semana``."""
    metodo: str
    confianza: float
    """See ``confidence``."""

    @property
    def demanda_manana(self) -> int:
        """Tomorrow's expected demand in whole units, halves up."""
        return _whole(self.forecast_7_dias[0])

    @property
    def demanda_proxima_semana(self) -> int:
        """The week's expected demand in whole units, halves up."""
        return _whole(self.expected_week)


def forecast(history: ProductHistory, *, tomorrow: date, profile: StoreProfile = FLAT) -> Forecast:
    """Forecast the seven days from ``tomorrow``.

    Args:
        history: The product's days, all before ``tomorrow``; today's, being incomplete, is best left off.
        tomorrow: The first day to forecast.
        profile: The store's weekday profile.

    Raises:
        NotEnoughSales: Fewer than 5 sales.
        InvalidHistory: The history reaches to ``tomorrow`` or beyond, or has sales but no units.
    """
    if history.sales < MINIMUM_SALES:
        raise NotEnoughSales(history.sales)
    if history.day_after > tomorrow.toordinal():
        raise InvalidHistory(f"the history reaches to {tomorrow} or beyond")
    days = usable_days(history)
    if not days.units:
        raise InvalidHistory(f"{history.sales} sales, but no day with units")
    start = days_before_launch(days.units)
    raw, weekdays = days.units[start:], days.weekdays[start:]
    highest = ceiling(raw, deviations=_LEVEL_DEVIATIONS)
    units = [min(count, highest) for count in raw]
    factors = product_factors(units, weekdays, profile)
    exposure = [factors[weekday] for weekday in weekdays]
    levels = blend(units, exposure).levels
    highest = ceiling(raw, deviations=_SPREAD_DEVIATIONS)
    scatter = dispersion([min(count, highest) for count in raw], exposure, levels)
    return _forecast(levels[-1], factors, tomorrow, scatter=scatter, days=len(raw))


def _forecast(level: float, factors: list[float], tomorrow: date, *, scatter: float, days: int) -> Forecast:
    first = tomorrow.weekday()
    by_day = tuple(level * factors[(first + day) % WEEK] for day in range(WEEK))
    total = sum(by_day)
    spread = variance(total, dispersion=scatter)
    quantile = negative_binomial_quantile(mean=total, variance=spread, probability=QUANTILE)
    return Forecast(
        tomorrow=tomorrow,
        forecast_7_dias=by_day,
        expected_week=total,
        week_quantile_90=max(quantile, _whole(total)),
        metodo=METHOD if days >= _SHORT_HISTORY_DAYS else METHOD_SHORT_HISTORY,
        confianza=confidence(mean=total, variance=spread, days=days),
    )


def confidence(*, mean: float, variance: float, days: int) -> float:
    """Return how far the week's forecast can be trusted, from 0 to 1, to two decimals.

    It is ``1 / (1 + deviation / mean) * days / (days + 14)``. The deviation is that of the week's total as the
    forecast's past errors show it, so the first factor is 0.5 where the usual error is as large as the forecast
    itself; the second is 0.5 after two weeks of usable days and 0.87 after ninety.
    """
    if mean <= 0.0:
        return 0.0
    accuracy = 1.0 / (1.0 + math.sqrt(variance) / mean)
    return round(accuracy * days / (days + _HALF_CONFIDENT_DAYS), 2)


def _whole(units: float) -> int:
    return math.floor(units + 0.5)
