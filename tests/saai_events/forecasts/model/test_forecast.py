"""The forecast as its readers see it: what it needs, what always holds, and the shapes that break simple methods."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from saai_events.forecasts.model import Forecast, InvalidHistory, NotEnoughSales, StoreProfile, forecast
from saai_events.forecasts.model.forecast import METHOD, METHOD_SHORT_HISTORY, confidence

from tests.saai_events.forecasts.model.histories import TOMORROW, history

COUNTS = st.lists(st.integers(0, 30) | st.integers(0, 10**9), min_size=1, max_size=90)


def ahead(units: Sequence[int | None], in_stock: Sequence[bool | None] = (), **also: int) -> Forecast:
    return forecast(history(units, in_stock, **also), tomorrow=TOMORROW)


def poisson_like(seed: int, mean: float, days: int = 90) -> list[int]:
    """Counts with that mean, of 60 possible customers a day."""
    rng = random.Random(seed)  # noqa: S311 - reproducible noise, no secret
    return [sum(rng.random() < mean / 60 for _ in range(60)) for _ in range(days)]


def test_a_constant_seller_goes_on() -> None:
    """Five a day: five tomorrow, 35 in the week, and somewhat more to be safe."""
    five = ahead([5] * 90)
    assert five.forecast_7_dias == pytest.approx((5.0,) * 7)
    assert (five.demanda_manana, five.demanda_proxima_semana) == (5, 35)
    assert 35 < five.week_quantile_90 < 50
    assert five.metodo == METHOD
    assert five.tomorrow == TOMORROW


def test_fewer_than_five_sales_are_not_forecast() -> None:
    """Sales count, not units: four sales of ten units are four sales; five on one day are five."""
    with pytest.raises(NotEnoughSales) as refused:
        ahead([10, 10, 10, 10], sales=4)
    assert refused.value.sales == 4
    assert ahead([0] * 20 + [5], sales=5).expected_week > 0


def test_the_history_must_end_before_the_first_day_to_forecast() -> None:
    """Today's incomplete day may be left off, but tomorrow can't be known."""
    known = history([5] * 30)
    assert forecast(known, tomorrow=TOMORROW + timedelta(days=1)).expected_week == pytest.approx(35.0)
    with pytest.raises(InvalidHistory):
        forecast(known, tomorrow=TOMORROW - timedelta(days=1))
    with pytest.raises(InvalidHistory):
        ahead([], sales=5)


def test_whole_units_round_the_expected_demand_halves_up() -> None:
    """0.5 a day rounds to 1 tomorrow; the week's 3.5 to 4, rounded once and not day by day."""
    half = ahead([1, 0] * 45)
    assert half.expected_week == pytest.approx(3.5, rel=0.05)
    assert half.demanda_proxima_semana in {3, 4}
    assert half.demanda_proxima_semana == int(half.expected_week + 0.5)
    assert half.demanda_manana == int(half.forecast_7_dias[0] + 0.5)


def test_the_weekday_pattern_comes_back() -> None:
    """A product sold on Saturdays and Sundays is forecast for Saturday and Sunday; the forecast starts on a Monday."""
    pattern = [2, 2, 2, 2, 2, 20, 20]
    days = forecast(
        history(pattern * 12), tomorrow=TOMORROW, profile=StoreProfile([7 * units / 50 for units in pattern])
    ).forecast_7_dias
    assert days == pytest.approx(pattern, rel=0.15)
    later = forecast(history(pattern * 12), tomorrow=TOMORROW + timedelta(days=5)).forecast_7_dias
    assert later[0] > 3 * later[2]


def test_a_slow_seller_takes_the_stores_weekdays() -> None:
    """Its own few sales say nothing about weekdays, the store's do."""
    quiet = history(([0] * 11 + [1]) * 7)
    days = forecast(quiet, tomorrow=TOMORROW, profile=StoreProfile((0.5, 1, 1, 1, 1, 1, 1.5))).forecast_7_dias
    assert days[6] / days[0] == pytest.approx(3.0, rel=0.2)


def test_out_of_stock_days_don_t_count_as_no_demand() -> None:
    """Ten a day when there is stock stays ten a day, though a third of the days sold nothing."""
    units = [10, 10, 0] * 30
    assert ahead(units, [True, True, False] * 30).expected_week == pytest.approx(70.0, rel=0.01)
    assert ahead(units).expected_week < 55


def test_unknown_days_are_no_days_without_sales() -> None:
    """A missing summary neither lowers nor raises the forecast."""
    assert ahead([8, None, None] * 30).expected_week == pytest.approx(56.0, rel=0.01)


def test_a_launch_is_forecast_from_its_own_days() -> None:
    """A week at about 6 a day after 80 days of nothing is 42 a week, not 7 * 42 / 28; and the short history shows."""
    launch = ahead([0] * 83 + [6, 5, 7, 6, 6, 7, 5])
    assert launch.expected_week == pytest.approx(42.0, rel=0.1)
    assert launch.metodo == METHOD_SHORT_HISTORY
    assert launch.confianza < ahead([6, 5, 7, 6, 6, 7] * 15).confianza
    assert launch.week_quantile_90 > launch.demanda_proxima_semana


def test_a_product_that_stopped_selling_fades_out() -> None:
    """Five a day, then four weeks of nothing in stock: under one a day is left; after seven weeks nearly nothing."""
    assert ahead([5] * 62 + [0] * 28).expected_week < 7.0
    assert ahead([5] * 41 + [0] * 49).demanda_manana == 0


def test_a_doubled_level_is_followed() -> None:
    """Two weeks at the new level bring the forecast most of the way, which the 28-day mean doesn't."""
    risen = ahead(poisson_like(1, 5.0, 76) + poisson_like(2, 15.0, 14))
    assert risen.expected_week > 0.85 * 7 * 15


def test_one_huge_day_moves_little() -> None:
    """An order of 1,000 units among days of about 4: the forecast stays under 1.5 times, not 12 times, what it was."""
    usual = poisson_like(3, 4.0)
    for day in (10, 60, 89):
        odd = [*usual[:day], 1000, *usual[day + 1 :]]
        assert ahead(usual).expected_week * 0.9 < ahead(odd).expected_week < ahead(usual).expected_week * 1.5
        assert ahead(odd).week_quantile_90 < 1000


def test_confidence_is_computed_from_error_and_amount_of_data() -> None:
    """By hand: deviation 20 of 40 is 1 / 1.5; 42 of 56 days: 0.5; nothing expected, nothing to trust."""
    assert confidence(mean=40.0, variance=400.0, days=42) == 0.5
    assert confidence(mean=0.0, variance=0.0, days=90) == 0.0


def test_confidence_orders_products_as_their_errors_do() -> None:
    """A steady fast seller is trusted more than a scattered one, and that more than a slow one."""
    steady = ahead([20, 21, 19] * 30).confianza
    scattered = ahead([60, 0, 0] * 30).confianza
    slow = ahead(([0] * 14 + [1]) * 6).confianza
    assert 1 > steady > scattered > slow > 0


@given(COUNTS)
def test_any_history_gives_a_sensible_forecast(units: list[int]) -> None:
    """Nothing negative, the quantile at least the expected week, the parts add up, confidence between 0 and 1."""
    assume(sum(units) >= 5)
    result = ahead(units)
    assert len(result.forecast_7_dias) == 7
    assert min(result.forecast_7_dias) >= 0
    assert result.expected_week == pytest.approx(sum(result.forecast_7_dias))
    assert result.week_quantile_90 >= result.demanda_proxima_semana >= result.demanda_manana >= 0
    assert 0 <= result.confianza < 1
    assert result.expected_week <= 7 * max(units) * 1.5 + 1


@given(COUNTS, st.data())
def test_what_was_sold_on_out_of_stock_days_changes_nothing(units: list[int], data: st.DataObject) -> None:
    """Flag any days but leave one in stock: whatever they sold, the forecast is the same."""
    flags = data.draw(st.lists(st.booleans(), min_size=len(units), max_size=len(units)))
    assume(any(flags))
    other = data.draw(st.lists(st.integers(0, 10**6), min_size=len(units), max_size=len(units)))
    changed = [count if flag else wild for count, flag, wild in zip(units, flags, other, strict=True)]
    unknown = [count if flag else None for count, flag in zip(units, flags, strict=True)]
    expected = ahead(units, flags, sales=9)
    assert ahead(changed, flags, sales=9) == expected
    assert ahead(unknown, sales=9) == expected


@given(st.lists(st.integers(5, 15), min_size=28, max_size=90), st.integers(2, 50))
def test_a_product_counted_in_smaller_units_sells_as_many_times_more(units: list[int], times: int) -> None:
    """Cans instead of six-packs. Nearly: counts have floors, such as a dispersion of 1."""
    expected = ahead(units).expected_week * times
    assert ahead([times * count for count in units]).expected_week == pytest.approx(expected, rel=0.1)


@given(COUNTS, COUNTS)
def test_days_older_than_ninety_change_nothing(old: list[int], units: list[int]) -> None:
    """The window is 90 days, whatever the caller has."""
    recent = (units * 90)[-90:]
    assert ahead([*old, *recent], sales=9) == ahead(recent, sales=9)
