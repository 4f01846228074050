"""How long a store of 2,000 products takes on one core."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from saai_domain.aws.dynamodb import deserialize, serialize
from saai_domain.codes import TenantId, product_code_for
from saai_domain.time import LIMA
from saai_events.forecasts.forecaster import Forecaster
from saai_events.forecasts.model import HISTORY_DAYS, MINIMUM_SALES, forecast, store_profile
from saai_events.products.product import Product
from saai_events.summaries.day import DaySummary, ProductDay, from_item, to_item

from benchmarks.forecast.backtest import history_before
from benchmarks.forecast.generator import FIRST_DAY, Series, generate_store
from benchmarks.forecast.shapes import MINIMARKET

PRODUCTS = 2000


def print_speed() -> None:
    """Time the forecasts alone, then a nightly batch from the rows that it reads to those that it writes."""
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
    _print_batch_speed(store)


_STORE = TenantId("T001")


def _print_batch_speed(store: Sequence[Series]) -> None:
    items = [serialize(to_item(_STORE, _summary(store, place), now="")) for place in range(HISTORY_DAYS)]
    products = [
        Product(codigo=product_code_for(_STORE, number), nombre="Producto", precio=Decimal(1), stock=10, row={})
        for number in range(1, len(store) + 1)
    ]
    fecha = FIRST_DAY + timedelta(days=HISTORY_DAYS)
    moment = datetime(fecha.year, fecha.month, fecha.day, 2, tzinfo=LIMA)
    start = time.process_time()
    days = {day.fecha: day for day in (from_item(deserialize(item)) for item in items)}
    predictions = Forecaster.from_days(days, fecha).predict_all(products)
    rows = [serialize(prediction.item(_STORE, moment)) for prediction in predictions]
    seconds = time.process_time() - start
    print(f"From the rows of {len(days)} summaries to those of {len(rows)} predictions: {seconds:.2f} s of one core")


def _summary(store: Sequence[Series], place: int) -> DaySummary:
    sold: dict[str, ProductDay] = {
        product_code_for(_STORE, number): ProductDay(
            unidades=series.sales[place], ventas=series.tickets[place], nombre="Producto"
        )
        for number, series in enumerate(store, start=1)
        if series.sales[place]
    }
    out = (product_code_for(_STORE, number) for number, series in enumerate(store, 1) if not series.in_stock[place])
    fecha = FIRST_DAY + timedelta(days=place)
    return DaySummary(fecha=fecha, ventas=len(sold), productos=sold, sin_stock=frozenset(out), cerrado=True)
