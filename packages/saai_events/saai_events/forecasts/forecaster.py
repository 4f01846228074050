"""Forecasting many products of a store at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

import attrs

from saai_events.forecasts.history import NotEnoughSales, ProductHistory
from saai_events.forecasts.model import forecast
from saai_events.forecasts.prediction import Prediction
from saai_events.forecasts.profile import StoreProfile, store_profile
from saai_events.forecasts.summaries import product_histories
from saai_events.sales.sale import Product
from saai_events.summaries.day import DaySummary


@attrs.frozen(kw_only=True)
class Forecaster:
    """Forecasts from the days of a store up to yesterday: today, being incomplete, would look like a weak day.

    ``fecha`` is today's Lima date; tomorrow is the day after it.
    """

    fecha: date
    histories: Mapping[str, ProductHistory]
    profile: StoreProfile

    @classmethod
    def from_days(cls, days: Sequence[DaySummary], fecha: date) -> "Forecaster":
        """Put the histories together from the summaries of the days before ``fecha``, the oldest first."""
        histories = product_histories(days)
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
