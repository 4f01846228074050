"""The methods that the forecast is held against, each in its textbook form.

Every method sees the same days with the same flags: days out of stock are left out by all of them. A method gives the
week's expected units and the variance of one day around it; its 0.9 quantile is that of the negative binomial
distribution with the method's mean and seven times that variance, the rule that suits counts best without being
anyone's invention. The 28-day mean appears a second time with the other common rule, the 0.9 quantile of its own past
weekly errors.
"""

from collections.abc import Callable, Sequence
from itertools import product

import attrs

WEEK = 7
MONTH = 28
_FREQUENT = 1 / 3
"""Share of selling days from which the hybrid averages in the exponential smoother."""


@attrs.frozen(kw_only=True)
class Outlook:
    """What a method says about the next week."""

    week: float
    """Expected units."""
    day_variance: float
    """Variance of one day's units around the method's expectation."""


Method = Callable[[Sequence[float | None]], Outlook]
"""Takes the daily units, oldest first, None where the day is left out; at least one day is not None."""


def mean_28(days: Sequence[float | None]) -> Outlook:
    """Take the mean of the days in stock among the last 28, or of all when there are none."""
    known = _known(days[-MONTH:]) or _known(days)
    mean = sum(known) / len(known)
    return Outlook(week=WEEK * mean, day_variance=_mean([(units - mean) ** 2 for units in known]))


def seasonal_naive(days: Sequence[float | None]) -> Outlook:
    """Repeat the last value of each weekday; a weekday never seen gets the 28-day mean."""
    fallback = mean_28(days).week / WEEK
    week = 0.0
    for weekday in range(1, WEEK + 1):
        same = _known(days[-weekday::-WEEK])
        week += same[0] if same else fallback
    changes = [
        (now - then) ** 2
        for now, then in zip(days[WEEK:], days[:-WEEK], strict=True)
        if now is not None and then is not None
    ]
    return Outlook(week=week, day_variance=_mean(changes))


def holt_winters(days: Sequence[float | None]) -> Outlook:
    """Additive level, trend and weekly season; the three constants by least squared one-day errors over a grid."""
    runs = [
        _holt_winters(days, level_gain=level, trend_gain=trend, season_gain=season)
        for level, trend, season in product((0.05, 0.2, 0.5), (0.0, 0.05), (0.05, 0.2))
    ]
    return min(runs, key=lambda run: run.day_variance)


def _holt_winters(days: Sequence[float | None], *, level_gain: float, trend_gain: float, season_gain: float) -> Outlook:
    level, trend = _mean(_known(days[: 2 * WEEK]) or _known(days)), 0.0
    season = [_mean(_known(days[: 2 * WEEK][weekday::WEEK]), default=level) - level for weekday in range(WEEK)]
    squares: list[float] = []
    for day, units in enumerate(days):
        before, seasonal = level + trend, season[day % WEEK]
        if units is None:
            level = before
            continue
        if day >= 2 * WEEK:
            squares.append((units - before - seasonal) ** 2)
        level = level_gain * (units - seasonal) + (1.0 - level_gain) * before
        trend = trend_gain * (level - (before - trend)) + (1.0 - trend_gain) * trend
        season[day % WEEK] = season_gain * (units - level) + (1.0 - season_gain) * seasonal
    week = sum(max(0.0, level + (ahead + 1) * trend + season[(len(days) + ahead) % WEEK]) for ahead in range(WEEK))
    return Outlook(week=week, day_variance=_mean(squares))


def tsb_hybrid(days: Sequence[float | None]) -> Outlook:
    """TSB for slow sellers, its mean with a grid-searched exponential smoother for frequent ones."""
    known = _known(days)
    slow = tsb(known, size_gain=0.05, chance_gain=0.05)
    if sum(1 for units in known if units) / len(known) <= _FREQUENT:
        return slow
    fast = min((simple_smoother(known, gain=gain) for gain in (0.05, 0.1, 0.2, 0.3)), key=lambda run: run.day_variance)
    return Outlook(week=(slow.week + fast.week) / 2.0, day_variance=(slow.day_variance + fast.day_variance) / 2.0)


def tsb(units: Sequence[float], *, size_gain: float, chance_gain: float) -> Outlook:
    """Smooth the chance of a selling day and the size of its sales apart (Teunter, Syntetos and Babai)."""
    selling = [count for count in units if count]
    chance, size = len(selling) / len(units), _mean(selling)
    squares: list[float] = []
    for count in units:
        squares.append((count - chance * size) ** 2)
        chance += chance_gain * ((1.0 if count else 0.0) - chance)
        if count:
            size += size_gain * (count - size)
    return Outlook(week=WEEK * chance * size, day_variance=_mean(squares))


def simple_smoother(units: Sequence[float], *, gain: float) -> Outlook:
    """Smooth the units exponentially, starting from the mean of the first two weeks."""
    level = _mean(units[: 2 * WEEK])
    squares: list[float] = []
    for count in units:
        squares.append((count - level) ** 2)
        level += gain * (count - level)
    return Outlook(week=WEEK * level, day_variance=_mean(squares))


def residual_quantile(days: Sequence[float | None], *, probability: float) -> float:
    """Return the 28-day mean's forecast plus that quantile of its own past weekly errors; 0 at least."""
    errors = []
    for day in range(MONTH, len(days) - WEEK + 1):
        past, week = days[:day], _known(days[day : day + WEEK])
        if week and _known(past):
            errors.append(sum(week) - mean_28(past).week * len(week) / WEEK)
    errors.sort()
    error = errors[min(len(errors) - 1, int(probability * len(errors)))] if errors else 0.0
    return max(0.0, mean_28(days).week + error)


def _known(days: Sequence[float | None]) -> list[float]:
    return [units for units in days if units is not None]


def _mean(values: Sequence[float], *, default: float = 0.0) -> float:
    return sum(values) / len(values) if values else default
