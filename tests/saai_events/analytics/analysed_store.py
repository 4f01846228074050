"""A store with its shelf, its expenses and its people, for the tests of analytics."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs
from saai_domain.aws.dynamodb import deserialize, key_of, serialize
from saai_domain.aws.event_log import EventLog
from saai_events.analytics.calculation import Analyst
from saai_events.analytics.store_reader import StoreReader
from saai_events.products.storage import Products

from tests.domain import fakes
from tests.saai_events.summaries.sales_history import NOON, TENANT, SalesHistory


@attrs.define
class AnalysedStore(SalesHistory):
    """The store T001, with everything that its analytics look at."""

    moment: datetime = NOON

    def has(self, code: str, *, stock: Any = 40, precio: Any = Decimal("2.50"), **data: Any) -> None:
        """Put a product on the shelf."""
        self._put("productos", code, {"nombre": f"Producto {code}", "precio": precio, "stock": stock} | data)

    def spends(self, code: str, monto: Any, fecha: date | None, **data: Any) -> None:
        """Note an expense."""
        self._put("gastos", code, {"monto": monto, "fecha": fecha and fecha.isoformat()} | data)

    def employs(self, code: str, nombre: Any, rol: str, **data: Any) -> None:
        """Add a user."""
        self._put("usuarios", code, {"codigo_usuario": TENANT + code, "nombre": nombre, "rol": rol} | data)

    def is_a_store(self, estado: str) -> None:
        """Write the store's own row."""
        data = {"codigo_tienda": TENANT, "nombre": "Bodega", "estado": estado}
        self.write({"tenant_id": "SAAI", "entity_id": TENANT, "data": data}, "tiendas")

    def analyst(self, client: Any = None) -> Analyst:
        """Return the calculation over a client; the store's own by default."""
        client = client or self.client
        return Analyst(
            client=client,
            events=EventLog(
                client=client, eventos_table="eventos", counters_table="counters", idempotencia_table="idempotencia"
            ),
            days=SalesHistory(client).days,
            reader=StoreReader(
                client=client,
                products=Products(client=client, table="productos"),
                gastos_table="gastos",
                usuarios_table="usuarios",
            ),
            analitica_table="analitica",
            tiendas_table="tiendas",
            clock=lambda: self.moment,
            backoff=fakes.backoff(total=1.0),
        )

    def analytics(self, tipo: str) -> dict[str, Any]:
        """Return a period's row."""
        item = self.client.get_item(TableName="analitica", Key=key_of(TENANT, tipo)).get("Item")
        assert item is not None
        return deserialize(item)["data"]

    def events(self) -> Sequence[dict[str, Any]]:
        """Return the events that were logged, in order."""
        return [deserialize(item)["data"] for item in self.client.scan(TableName="eventos")["Items"]]

    def _put(self, table: str, code: str, data: dict[str, Any]) -> None:
        item = {"tenant_id": TENANT, "entity_id": TENANT + code, "data": {"estado": "ACTIVO"} | data}
        self.client.put_item(TableName=table, Item=serialize(item))
