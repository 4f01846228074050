"""The forecasting model: pure, no AWS, no clock, nothing but what is passed in (docs/forecast.md)."""

from saai_events.forecasts.model.forecast import Forecast, forecast
from saai_events.forecasts.model.history import (
    HISTORY_DAYS,
    MINIMUM_SALES,
    InvalidHistory,
    NotEnoughSales,
    ProductHistory,
)
from saai_events.forecasts.model.level import FLAT, StoreProfile, store_profile

__all__ = [
    "FLAT",
    "HISTORY_DAYS",
    "MINIMUM_SALES",
    "Forecast",
    "InvalidHistory",
    "NotEnoughSales",
    "ProductHistory",
    "StoreProfile",
    "forecast",
    "store_profile",
]
