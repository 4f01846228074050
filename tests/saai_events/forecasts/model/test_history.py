"""A product's history: what is refused, and which days count."""

from datetime import date

import pytest
from saai_domain.errors import InvalidInput
from saai_events.forecasts.model import InvalidHistory, NotEnoughSales, ProductHistory
from saai_events.forecasts.model.history import usable_days

from tests.saai_events.forecasts.model.histories import history


def test_the_weekdays_follow_the_first_day() -> None:
    """2025-12-26 is a Friday."""
    days = usable_days(ProductHistory(first_day=date(2025, 12, 26), units=[1, 2, 3, 4], sales=5))
    assert list(days.weekdays) == [4, 5, 6, 0]
    assert list(days.units) == [1, 2, 3, 4]


def test_a_day_without_a_flag_counts_as_in_stock() -> None:
    """docs/domain.md and the history agree: only a flag that says so takes a day out."""
    assert list(usable_days(history([1, 2, 3], [None, True, False])).units) == [1, 2]
    assert list(usable_days(history([1, 2, 3])).units) == [1, 2, 3]


def test_an_unknown_day_is_left_out() -> None:
    """A day without a summary is not a day without sales."""
    days = usable_days(history([1, None, 0]))
    assert list(days.units) == [1, 0]
    assert list(days.weekdays) == [4, 6]


def test_only_the_last_ninety_days_count() -> None:
    """Older entries may be there; they are not looked at."""
    assert list(usable_days(history([9] * 10 + [1] * 90)).units) == [1] * 90


def test_a_product_never_in_stock_for_a_whole_day_keeps_the_days_it_sold_on() -> None:
    """Bread that sells out every day would otherwise have no history at all."""
    assert list(usable_days(history([3, 0, 2], [False, False, False])).units) == [3, 2]


@pytest.mark.parametrize(
    ("units", "flags", "sales"),
    [([1, 2], [True], 3), ([1, -1], (), 3), ([1, 2], (), -1)],
    ids=["flags of another length", "negative units", "negative sales"],
)
def test_a_history_that_contradicts_itself_is_refused(units: list[int], flags: list[bool], sales: int) -> None:
    """The caller's fault shows at once, not in a figure."""
    with pytest.raises(InvalidHistory) as refused:
        history(units, flags, sales=sales)
    assert refused.value.reason in str(refused.value)


def test_too_few_sales_are_a_bad_request_in_spanish() -> None:
    """The error carries the count and becomes a 400."""
    error = NotEnoughSales(3)
    assert isinstance(error, InvalidInput)
    assert "3" in str(error)
    assert "al menos 5 ventas" in error.user_message
    assert error.details == [{"campo": "codigo_producto", "mensaje": "Tiene 3 de las 5 ventas necesarias."}]
