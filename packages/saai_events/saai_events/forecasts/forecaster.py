"""Forecasting many products of a store at once, from its daily summaries."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from saai_domain.component import component

from saai_events.forecasts.model import NotEnoughSales, ProductHistory, StoreProfile, forecast, store_profile
from saai_events.forecasts.prediction import Prediction
from saai_events.products.product import Product
from saai_events.summaries.day import DaySummary


@component
class Forecaster:
    """Forecasts from the days of a store up to yesterday: today, being incomplete, would look like a weak day.

    ``fecha`` is today's Lima date; tomorrow is the day after it.
    """

    fecha: date
    histories: Mapping[str, ProductHistory]
    profile: StoreProfile

    @classmethod
    def from_days(cls, days: Mapping[date, DaySummary], fecha: date) -> "Forecaster":
        """Put the histories together from the summaries of the days before ``fecha``, every one, by their dates."""
        histories = product_histories([days[each] for each in sorted(days)])
        return cls(fecha=fecha, histories=histories, profile=store_profile(histories.values()))

    def predict(self, product: Product) -> Prediction:
        """Forecast a product.

        Raises:
            NotEnoughSales: It has fewer than 5 sales.
        """
        history = self.histories.get(product.codigo)
        if history is None:
            raise NotEnoughSales(0)
        tomorrow = self.fecha + timedelta(days=1)
        made = forecast(history, tomorrow=tomorrow, profile=self.profile)
        return Prediction(product=product, forecast=made, fecha=self.fecha)

    def predict_all(self, products: Collection[Product]) -> Sequence[Prediction]:
        """Forecast the products that have enough sales; the others are left out."""
        predictions: list[Prediction] = []
        for product in products:
            try:
                predictions.append(self.predict(product))
            except NotEnoughSales:
                continue
        return predictions


def product_histories(days: Sequence[DaySummary]) -> Mapping[str, ProductHistory]:
    """Return the history of every product that sold in these days, by its code.

    The days before the store's first sale are left off: it had not opened, or not with this system. A day without any
    sale after that counts as one without demand, such as a Sunday on which the store is closed.

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
