"""The benchmark's own parts, and its verdict on a small fixed panel."""

import math

import pytest

from benchmarks.forecast import competitors
from benchmarks.forecast.backtest import MEAN_28, OURS, OURS_WHOLE, cases, score_case, tally
from benchmarks.forecast.competitors import holt_winters, mean_28, residual_quantile, seasonal_naive
from benchmarks.forecast.generator import generate_store
from benchmarks.forecast.scoring import Score, pinball, ratios
from benchmarks.forecast.shapes import BODEGA, MINIMARKET, SHAPES, STORES, Kind, StoreShape


def test_the_28_day_mean_leaves_out_of_stock_days_out() -> None:
    """Days of 2 and 4 and an unknown one: mean 3, variance 1, week 21. Older days don't count."""
    outlook = mean_28([100.0, *[2.0, 4.0, None] * 9, 3.0])
    assert outlook.week == pytest.approx(21.0)
    assert outlook.day_variance == pytest.approx(18 / 19)


def test_the_seasonal_naive_repeats_each_weekdays_last_value() -> None:
    """The last week, or the week before where the day was left out."""
    assert seasonal_naive([1.0] * 7 + [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).week == 35.0
    assert seasonal_naive([1.0] * 7 + [None, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).week == 34.0


def test_holt_winters_reproduces_a_weekly_pattern() -> None:
    """Without noise there is no error left."""
    outlook = holt_winters([float(units) for units in [1, 2, 3, 4, 5, 6, 7] * 12])
    assert outlook.week == pytest.approx(28.0, rel=0.01)
    assert outlook.day_variance == pytest.approx(0.0, abs=0.01)


def test_tsb_smooths_chance_and_size_apart() -> None:
    """Chance 1/2, 1/4, 5/8, 13/16, 13/32 and size 3, 3, 3.5, 2.75, 2.75: each halfway to what the day showed."""
    outlook = competitors.tsb([0.0, 4.0, 2.0, 0.0], size_gain=0.5, chance_gain=0.5)
    assert outlook.week == pytest.approx(7 * 0.40625 * 2.75)
    assert outlook.day_variance == pytest.approx((1.5**2 + 3.25**2 + (0.625 * 3.5 - 2) ** 2 + (0.8125 * 2.75) ** 2) / 4)


def test_the_simple_smoother_moves_by_its_gain() -> None:
    """Start at the mean, 2: then 2 - 0.5 * 2 = 1, then 1 + 0.5 * 3 = 2.5."""
    outlook = competitors.simple_smoother([0.0, 4.0], gain=0.5)
    assert outlook.week == pytest.approx(7 * 2.5)
    assert outlook.day_variance == pytest.approx((2**2 + 3**2) / 2)


def test_the_residual_quantile_of_an_even_seller_is_its_week() -> None:
    """There are no errors to add."""
    assert residual_quantile([3.0] * 90, probability=0.9) == pytest.approx(21.0)


def test_a_missing_unit_costs_nine_times_a_spare_one() -> None:
    """Pinball loss at 0.9."""
    assert pinball(quantile=10, actual=12) == pytest.approx(1.8)
    assert pinball(quantile=12, actual=10) == pytest.approx(0.2)


def test_scores_sum_up_to_wape_bias_and_coverage() -> None:
    """10 for 8 and 3 for 6: 5 off of 14, 13 expected, one week of two within."""
    score = Score()
    score.add(expected=10, quantile=12, actual=8)
    score.add(expected=3, quantile=5, actual=6)
    assert score.wape == pytest.approx(5 / 14)
    assert score.bias == pytest.approx(-1 / 14)
    assert score.coverage == 0.5
    assert score.loss_per_unit == pytest.approx((0.4 + 0.9) / 14)
    assert ratios({"a": score, "b": score}, base="a")["b"] == (1.0, 1.0)


def test_a_class_without_demand_has_no_ratio() -> None:
    """Not a number instead of a crash, in a run with few products."""
    nothing = Score()
    nothing.add(expected=0, quantile=0, actual=0)
    assert math.isnan(nothing.wape)
    assert all(math.isnan(ratio) for ratio in ratios({"a": nothing}, base="a")["a"])


def test_a_seed_gives_the_same_store_again() -> None:
    """And another seed another one."""
    first = generate_store(BODEGA, products=5, days=30, seed=1)
    assert generate_store(BODEGA, products=5, days=30, seed=1) == first
    assert generate_store(BODEGA, products=5, days=30, seed=2) != first


@pytest.mark.parametrize("shape", STORES, ids=lambda shape: shape.name)
def test_generated_sales_are_what_the_shelf_let_through(shape: StoreShape) -> None:
    """Never more than wanted, and all of it on a day that ended with stock or without a flag."""
    for series in generate_store(shape, products=40, days=120, seed=3):
        for wanted, sold, flag in zip(series.demand, series.sales, series.in_stock, strict=True):
            assert 0 <= sold <= wanted
            assert sold == wanted or flag is False


def test_every_series_class_is_generated_somewhere() -> None:
    """And each has a shape."""
    assert set(SHAPES) == set(Kind) == {kind for store in STORES for kind in store.mix}


def test_the_forecast_beats_the_28_day_mean_on_a_fixed_panel() -> None:
    """A small seeded panel of two stores: at least 3 % less WAPE and 5 % less pinball loss, whole units included."""
    scored = [
        score_case(case) for shape in (BODEGA, MINIMARKET) for case in cases(shape, products=60, origins=4, seed=7)
    ]
    against = ratios(tally(scored), base=MEAN_28)
    assert against[OURS][0] < 0.97
    assert against[OURS_WHOLE][0] < 0.97
    assert against[OURS][1] < 0.95
