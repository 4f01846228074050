"""Histories put together from daily summaries."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_events.forecasts.forecaster import product_histories
from saai_events.summaries.day import DaySummary, ProductDay

from tests.saai_events.summaries.sales_history import day


def summary(fecha: date, sin_stock: tuple[str, ...] = (), /, **units: int) -> DaySummary:
    """A day on which each product was part of one sale."""
    productos = {code: ProductDay(unidades=count, ventas=1, nombre=code) for code, count in units.items()}
    return DaySummary(fecha=fecha, ventas=len(units), productos=productos, sin_stock=frozenset(sin_stock))


def test_each_product_has_every_day_since_the_stores_first_sale() -> None:
    """Days on which it was not sold are zeros; earlier days say nothing."""
    histories = product_histories([summary(day(4)), summary(day(3), a=2), summary(day(2)), summary(day(1), a=1, b=5)])
    assert {code: (each.first_day, list(each.units), each.sales) for code, each in histories.items()} == {
        "a": (day(3), [2, 0, 1], 2),
        "b": (day(3), [0, 0, 5], 1),
    }


def test_a_day_without_stock_is_flagged_and_no_flag_means_in_stock() -> None:
    """A product that never lacked has no flags at all."""
    days = [summary(day(2), a=1, b=1), summary(day(1), ("a", "other"), a=1, b=1)]
    histories = product_histories(days)
    assert (list(histories["a"].in_stock), list(histories["b"].in_stock)) == ([True, False], [])


def test_a_sale_of_no_units_is_no_sale_of_the_product() -> None:
    """Five of them are not what a forecast needs."""
    assert product_histories([summary(day(1), a=0, b=1)]).keys() == {"b"}


@pytest.mark.parametrize("days", [[], [summary(day(1))]])
def test_without_sales_there_is_no_history(days: Any) -> None:
    """A store that has just opened."""
    assert product_histories(days) == {}


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9), max_size=3), max_size=95))
def test_no_unit_and_no_sale_is_lost(sold: list[dict[str, int]]) -> None:
    """Whatever was sold when."""
    days = [summary(day(len(sold) - place), **units) for place, units in enumerate(sold)]
    histories = product_histories(days)
    for code in "abc":
        counts = [units.get(code, 0) for units in sold]
        history = histories.get(code)
        assert sum(count or 0 for count in history.units if history) == sum(counts) if history else not any(counts)
        assert history is None or history.sales == sum(count > 0 for count in counts)
        assert history is None or history.day_after == day(0).toordinal()
