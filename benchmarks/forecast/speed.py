"""How long a store of 2,000 products takes on one core."""

import time
from datetime import timedelta

from saai_events.predicciones import HISTORY_DAYS, MINIMUM_SALES, forecast, store_profile

from benchmarks.forecast.backtest import history_before
from benchmarks.forecast.generator import FIRST_DAY, generate_store
from benchmarks.forecast.shapes import MINIMARKET

PRODUCTS = 2000


def print_speed() -> None:
    """Time the whole of a nightly batch's calculation: the store's profile and every product's forecast."""
    store = generate_store(MINIMARKET, products=PRODUCTS, days=HISTORY_DAYS, seed=1)
    histories = [history_before(series, HISTORY_DAYS) for series in store]
    tomorrow = FIRST_DAY + timedelta(days=HISTORY_DAYS)
    start = time.process_time()
    profile = store_profile(histories)
    forecasts = [
        forecast(history, tomorrow=tomorrow, profile=profile) for history in histories if history.sales >= MINIMUM_SALES
    ]
    seconds = time.process_time() - start
    print(f"Speed: {PRODUCTS} products, {len(forecasts)} of them forecast, {seconds:.2f} s of one core (limit 2 s)")
