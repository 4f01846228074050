"""Demand forecasts. What is exported here is pure: no AWS, no clock, nothing but what is passed in."""

from saai_events.forecasts.history import (
    HISTORY_DAYS,
    MINIMUM_SALES,
    InvalidHistory,
    NotEnoughSales,
    ProductHistory,
)
from saai_events.forecasts.model import Forecast, forecast
from saai_events.forecasts.profile import FLAT, StoreProfile, store_profile

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
