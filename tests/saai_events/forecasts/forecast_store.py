"""A store whose products are forecast: its shelf, its sales, and what became of the forecasts."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs
from saai_domain.aws.dynamodb import deserialize, key_of, serialize
from saai_domain.aws.event_log import EventLog
from saai_domain.codes import ProductCode
from saai_events.forecasts.demand import Demand
from saai_events.forecasts.model import Forecast
from saai_events.forecasts.prediction import Prediction
from saai_events.forecasts.storage import Predictions
from saai_events.products.product import Product
from saai_events.products.storage import Products

from tests.domain import fakes
from tests.saai_events.summaries.sales_history import NOON, TENANT, TODAY, SalesHistory, day, sale_row


@attrs.define
class ForecastStore(SalesHistory):
    """The store T001, at a moment of today."""

    moment: datetime = NOON

    def has(self, code: str, *, stock: Any = 40, estado: str = "ACTIVO", **data: Any) -> None:
        """Put a product on the shelf."""
        data = {"nombre": f"Producto {code}", "precio": Decimal("2.50"), "stock": stock, "estado": estado} | data
        item = {"tenant_id": TENANT, "entity_id": TENANT + code, "data": data}
        self.client.put_item(TableName="productos", Item=serialize(item))

    def sold_daily(self, *, days: Iterable[int] = range(90, 0, -1), **units: int) -> None:
        """Make a sale on each of these days before today, by default on every one of the last 90."""
        numbers = enumerate(days, start=self.number + 1)
        self.sell_all([sale_row(number, day(back), units=units) for number, back in numbers])

    def demand(self, client: Any = None) -> Demand:
        """Return the forecasts over a client; the store's own by default."""
        client = client or self.client
        return Demand(
            client=client,
            events=EventLog(
                client=client, eventos_table="eventos", counters_table="counters", idempotencia_table="idempotencia"
            ),
            days=SalesHistory(client).days,
            products=Products(client=client, table="productos"),
            predictions=Predictions(client=client, table="predicciones", backoff=fakes.backoff()),
            clock=lambda: self.moment,
            backoff=fakes.backoff(),
        )

    def prediction(self, code: str) -> dict[str, Any] | None:
        """Return today's row of a product."""
        key = key_of(TENANT, f"{TENANT}{code}#{TODAY}")
        item = self.client.get_item(TableName="predicciones", Key=key).get("Item")
        return deserialize(item) if item else None

    def events(self) -> list[dict[str, Any]]:
        """Return the events that were logged, in order."""
        return [deserialize(item) for item in self.client.scan(TableName="eventos")["Items"]]


def product(number: int = 1, *, stock: int = 40, nombre: str = "Arroz") -> Product:
    """A product that is sold."""
    code = ProductCode(f"{TENANT}P{number:03d}")
    return Product(codigo=code, nombre=nombre, precio=Decimal("2.50"), stock=stock, row={})


def predicted(
    number: int = 1, *, stock: int, manana: float = 4.0, semana: float = 28.0, nombre: str = "Arroz"
) -> Prediction:
    """A prediction of so many units."""
    rest = (semana - manana) / 6
    forecast = Forecast(
        tomorrow=day(-1),
        forecast_7_dias=(manana, *[rest] * 6),
        expected_week=semana,
        week_quantile_90=round(semana * 1.5),
        metodo="suavizado_combinado",
        confianza=0.7,
    )
    return Prediction(product=product(number, stock=stock, nombre=nombre), forecast=forecast, fecha=TODAY)
