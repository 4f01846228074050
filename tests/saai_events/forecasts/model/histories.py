"""Histories for the tests: a product's days, ending on a Sunday."""

from collections.abc import Sequence
from datetime import date, timedelta

from saai_events.forecasts.model import ProductHistory

TOMORROW = date(2025, 12, 29)
"""A Monday."""


def history(
    units: Sequence[int | None], in_stock: Sequence[bool | None] = (), *, sales: int | None = None
) -> ProductHistory:
    """A product's history up to the day before ``TOMORROW``; a sale for every unit unless told otherwise."""
    return ProductHistory(
        first_day=TOMORROW - timedelta(days=len(units)),
        units=units,
        in_stock=in_stock,
        sales=sum(count or 0 for count in units) if sales is None else sales,
    )
