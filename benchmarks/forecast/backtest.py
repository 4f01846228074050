"""Rolling-origin backtest: every method sees 90 days and is held against the demand of the next seven."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import attrs
from saai_events.forecasts.model import (
    HISTORY_DAYS,
    MINIMUM_SALES,
    Forecast,
    ProductHistory,
    StoreProfile,
    forecast,
    store_profile,
)
from saai_events.forecasts.model.spread import negative_binomial_quantile

from benchmarks.forecast import competitors
from benchmarks.forecast.generator import FIRST_DAY, Series, generate_store
from benchmarks.forecast.scoring import PROBABILITY, Score
from benchmarks.forecast.shapes import StoreShape

OURS = "SAAI"
OURS_WHOLE = "SAAI, whole units"
MEAN_28 = "28-day mean"
MEAN_28_RESIDUAL = "28-day mean, residuals"
METHODS: Mapping[str, competitors.Method] = {
    MEAN_28: competitors.mean_28,
    "seasonal naive": competitors.seasonal_naive,
    "Holt-Winters": competitors.holt_winters,
    "TSB hybrid": competitors.tsb_hybrid,
}
_DAYS_BETWEEN_ORIGINS = 13
"""No multiple of 7: the origins fall on all weekdays."""


@attrs.frozen(kw_only=True)
class Case:
    """One series at one origin."""

    store: str
    kind: str
    history: ProductHistory
    profile: StoreProfile
    actual: int
    """Units wanted in the seven days from the origin, sold or not."""


@attrs.frozen(kw_only=True)
class Scored:
    """A case with every method's expected week and 0.9 quantile."""

    case: Case
    ours: Forecast
    outcomes: Mapping[str, tuple[float, float]]


def cases(shape: StoreShape, *, products: int, origins: int, seed: int) -> Iterator[Case]:
    """Generate a store and cut it at the origins. No method is asked about series with too few sales to forecast."""
    days = HISTORY_DAYS + 7 + (origins - 1) * _DAYS_BETWEEN_ORIGINS
    store = generate_store(shape, products=products, days=days, seed=seed)
    for origin in range(HISTORY_DAYS, days - 6, _DAYS_BETWEEN_ORIGINS):
        histories = [history_before(series, origin) for series in store]
        profile = store_profile(histories)
        for series, history in zip(store, histories, strict=True):
            if history.sales >= MINIMUM_SALES:
                yield Case(
                    store=shape.name,
                    kind=series.kind.value,
                    history=history,
                    profile=profile,
                    actual=sum(series.demand[origin : origin + 7]),
                )


def history_before(series: Series, origin: int) -> ProductHistory:
    """Return what the store knows about a product on the morning of day ``origin``."""
    window = slice(origin - HISTORY_DAYS, origin)
    return ProductHistory(
        first_day=FIRST_DAY + timedelta(days=origin - HISTORY_DAYS),
        units=series.sales[window],
        in_stock=series.in_stock[window],
        sales=sum(series.tickets[window]),
    )


def score_case(case: Case) -> Scored:
    """Let every method forecast the case."""
    history = case.history
    tomorrow = history.first_day + timedelta(days=len(history.units))
    ours = forecast(history, tomorrow=tomorrow, profile=case.profile)
    days = [None if flag is False else units for units, flag in zip(history.units, history.in_stock, strict=True)]
    if all(units is None for units in days):
        days = list(history.units)
    outcomes: dict[str, tuple[float, float]] = {
        OURS: (ours.expected_week, ours.week_quantile_90),
        OURS_WHOLE: (ours.demanda_proxima_semana, ours.week_quantile_90),
    }
    for name, method in METHODS.items():
        outlook = method(days)
        quantile = negative_binomial_quantile(
            mean=outlook.week, variance=7 * outlook.day_variance, probability=PROBABILITY
        )
        outcomes[name] = (outlook.week, quantile)
    residual = competitors.residual_quantile(days, probability=PROBABILITY)
    outcomes[MEAN_28_RESIDUAL] = (outcomes[MEAN_28][0], residual)
    return Scored(case=case, ours=ours, outcomes=outcomes)


def tally(scored: Sequence[Scored]) -> dict[str, Score]:
    """Sum up each method's score."""
    scores: dict[str, Score] = {}
    for one in scored:
        for name, (expected, quantile) in one.outcomes.items():
            scores.setdefault(name, Score()).add(expected=expected, quantile=quantile, actual=one.case.actual)
    return scores
