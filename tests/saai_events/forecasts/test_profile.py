"""Weekday profiles: the store's, and a product's shrunk towards it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_events.forecasts import FLAT, InvalidHistory, StoreProfile, store_profile
from saai_events.forecasts.profile import product_factors

from tests.saai_events.forecasts.histories import history

WEEKEND_SHOP = [4, 4, 4, 4, 4, 4, 18]
"""Units a week, Monday first: Sunday 3 times the mean."""


def test_a_busy_weekday_has_a_factor_above_one() -> None:
    """Twelve weeks of 4 units and 18 on Sundays: mean 6, so 4/6 and 18/6, nearly, because of the prior."""
    profile = store_profile([history(WEEKEND_SHOP * 12)] * 20)
    assert profile.factors[0] == pytest.approx(4 / 6, abs=0.03)
    assert profile.factors[6] == pytest.approx(18 / 6, abs=0.1)


def test_a_store_that_sold_little_has_a_nearly_flat_profile() -> None:
    """One Sunday's ten units prove no Sunday business; a store without sales has the flat profile."""
    assert all(0.7 < factor < 1.5 for factor in store_profile([history([0] * 6 + [10])]).factors)
    assert store_profile([history([0] * 14, sales=0)]) == FLAT
    assert store_profile([]) == FLAT


def test_no_single_product_decides_the_stores_profile() -> None:
    """A best seller of Sundays against a hundred slow sellers of Mondays: Monday wins, though it has fewer units."""
    best_seller = history([0, 0, 0, 0, 0, 0, 1000] * 12)
    slow_sellers = [history([1, 0, 0, 0, 0, 0, 0] * 12)] * 100
    factors = store_profile([best_seller, *slow_sellers]).factors
    assert factors[0] > factors[6] > factors[3]


def test_out_of_stock_days_say_nothing_about_the_weekdays() -> None:
    """An empty shelf on Mondays is not a lack of customers on Mondays."""
    units = [0, 2, 2, 2, 2, 2, 2] * 12
    flags = [False, True, True, True, True, True, True] * 12
    assert store_profile([history(units, flags)]).factors == pytest.approx([1.0] * 7)


def test_a_steady_seller_gets_its_own_weekdays_and_a_slow_one_the_stores() -> None:
    """What a product sold outweighs the store's profile only if it is much."""
    store = StoreProfile((0.5, 1, 1, 1, 1, 1, 1.5))
    weekdays = list(range(7)) * 12
    steady = product_factors([100, 100, 100, 100, 100, 100, 100] * 12, weekdays, store)
    slow = product_factors([1, 0, 0, 0, 0, 0, 0] * 12, weekdays, store)
    assert steady == pytest.approx([1.0] * 7, abs=0.25)
    assert slow == pytest.approx(store.factors, abs=0.25)
    assert product_factors([0] * 84, weekdays, store) == list(store.factors)


@pytest.mark.parametrize("factors", [(1.0,) * 6, (1.0,) * 6 + (0.0,), (1.0,) * 6 + (float("nan"),)])
def test_a_profile_is_seven_positive_factors(factors: tuple[float, ...]) -> None:
    """Anything else would make exposures vanish."""
    with pytest.raises(InvalidHistory):
        StoreProfile(factors)


@given(st.lists(st.integers(0, 10_000), min_size=7, max_size=90))
def test_factors_average_one_and_are_positive(units: list[int]) -> None:
    """The level keeps the meaning of units per mean day, whatever was sold."""
    weekdays = [day % 7 for day in range(len(units))]
    for factors in (store_profile([history(units)]).factors, product_factors(units, weekdays, FLAT)):
        assert sum(factors) == pytest.approx(7.0)
        assert min(factors) > 0
