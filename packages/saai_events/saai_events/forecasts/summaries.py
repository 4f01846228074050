"""The products' histories, put together from a store's daily summaries in one pass."""

from collections.abc import Mapping, Sequence

from saai_events.forecasts.history import ProductHistory
from saai_events.summaries.day import DaySummary


def product_histories(days: Sequence[DaySummary]) -> Mapping[str, ProductHistory]:
    """Return the history of every product that sold in these days, by its code.

    The days before the store's first sale are left off: it had not opened, or not with this system. A day without any
    sale after that counts as one on which nothing was wanted, as a closed Sunday is.

    Args:
        days: Consecutive, the oldest first.
    """
    start = next((place for place, day in enumerate(days) if day.ventas), len(days))
    days = days[start:]
    units: dict[str, list[int]] = {}
    sales: dict[str, int] = {}
    for place, day in enumerate(days):
        for code, sold in day.productos.items():
            if sold.unidades:
                units.setdefault(code, [0] * len(days))[place] = sold.unidades
                sales[code] = sales.get(code, 0) + sold.ventas
    missing = _days_without_stock(days)
    return {
        code: ProductHistory(
            first_day=days[0].fecha,
            units=counts,
            in_stock=[place not in missing[code] for place in range(len(days))] if code in missing else (),
            sales=sales[code],
        )
        for code, counts in units.items()
    }


def _days_without_stock(days: Sequence[DaySummary]) -> Mapping[str, set[int]]:
    places: dict[str, set[int]] = {}
    for place, day in enumerate(days):
        for code in day.sin_stock:
            places.setdefault(code, set()).add(place)
    return places
