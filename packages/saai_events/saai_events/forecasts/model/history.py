"""What a product sold, day by day, and which of those days say something about its demand."""

from collections.abc import Sequence
from datetime import date
from itertools import islice

from saai_domain.errors import FieldError, InvalidInput, SaaiError
from saai_domain.value_object import value_object

HISTORY_DAYS = 90
"""Days of history that count (docs/domain.md, "PrediccionDemanda"); older ones are ignored."""
MINIMUM_SALES = 5
"""Sales that a forecast needs (docs/domain.md, "PrediccionDemanda")."""


class NotEnoughSales(InvalidInput):
    """The product sold too seldom in its history to be forecast: a 400 on request, a skip in a batch."""

    user_message = f"El producto necesita al menos {MINIMUM_SALES} ventas en los últimos {HISTORY_DAYS} días."

    def __init__(self, sales: int) -> None:
        super().__init__(FieldError("codigo_producto", f"Tiene {sales} de las {MINIMUM_SALES} ventas necesarias."))
        self.sales = sales

    def __str__(self) -> str:
        return f"{self.sales} sales in {HISTORY_DAYS} days; a forecast needs {MINIMUM_SALES}"


class InvalidHistory(SaaiError):
    """The history contradicts itself; ``reason`` says how. A fault of the caller, not of the user."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the sales history is not usable: {self.reason}"


@value_object
class ProductHistory:
    """Daily units of one product, oldest day first, one entry a calendar day.

    Raises:
        InvalidHistory: Flags of another length than the units, or a negative count.
    """

    first_day: date
    """The Lima date of the first entry."""
    units: Sequence[int | None]
    """Units sold. None: nothing is known about the day (no summary); it is left out."""
    in_stock: Sequence[bool | None] = ()
    """False: the product was missing for at least part of the day, so its sales understate the demand and the day is
    left out. None, or no flags at all: in stock."""
    sales: int
    """Completed sales with this product in the last 90 of these days (not units: one sale can take several)."""

    def __attrs_post_init__(self) -> None:
        if self.in_stock and len(self.in_stock) != len(self.units):
            raise InvalidHistory(f"{len(self.units)} days and {len(self.in_stock)} flags")
        if self.sales < 0 or any(units is not None and units < 0 for units in self.units):
            raise InvalidHistory("a count is negative")

    @property
    def day_after(self) -> int:
        """The proleptic ordinal of the first day that the history doesn't contain."""
        return self.first_day.toordinal() + len(self.units)


@value_object
class UsableDays:
    """The days that tell about demand, oldest first: what they sold and their weekday (Monday is 0)."""

    units: Sequence[float]
    weekdays: Sequence[int]


def usable_days(history: ProductHistory) -> UsableDays:
    """Return the known days in stock of the last ``HISTORY_DAYS``.

    A product that is never in stock for a whole day (bread that sells out every day) would have none: then the days
    on which it sold are used, being the least that was wanted.
    """
    skipped = max(0, len(history.units) - HISTORY_DAYS)
    weekday = history.first_day.weekday()
    flags = history.in_stock or (None,) * len(history.units)
    days = [
        (units, (weekday + day) % 7, flag is not False)
        for day, units, flag in islice(zip(range(len(history.units)), history.units, flags, strict=True), skipped, None)
        if units is not None
    ]
    chosen = [day for day in days if day[2]] or [day for day in days if day[0] > 0]
    return UsableDays(units=[day[0] for day in chosen], weekdays=[day[1] for day in chosen])
