"""A store's history of sales, as rows of DynamoDB in memory, with the summaries that are kept of it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import attrs
from saai_domain.aws.dynamodb import deserialize, key_of, serialize
from saai_domain.codes import TenantId, sale_code_for
from saai_domain.time import LIMA
from saai_events.summaries.days import CountedDays, Days
from saai_events.summaries.storage import Summaries
from saai_events.summaries.walk import SalesWalk

TENANT = TenantId("T001")
TODAY = date(2025, 12, 31)
NOON = datetime(2025, 12, 31, 12, 0, tzinfo=LIMA)


def day(back: int) -> date:
    """The Lima date so many days before today."""
    return TODAY - timedelta(days=back)


def at(fecha: date, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of a Lima day."""
    return datetime.combine(fecha, time(hour, minute), LIMA)


def sale_row(
    number: int,
    fecha: date,
    *,
    units: Mapping[str, int] | None = None,
    price: Decimal = Decimal("2.50"),
    usuario: str = "U001",
    estado: str = "COMPLETADA",
) -> dict[str, Any]:
    """A sale's row; ``units`` by the last part of the product's code."""
    units = units or {"P001": 1}
    lines = [
        {
            "codigo_producto": TENANT + code,
            "nombre_producto": f"Producto {code}",
            "precio_unitario": price,
            "cantidad": count,
            "subtotal_item": price * count,
        }
        for code, count in units.items()
    ]
    code = sale_code_for(TENANT, number)
    data = {
        "codigo_venta": code,
        "productos": lines,
        "total": price * sum(units.values()),
        "metodo_pago": "YAPE",
        "fecha": fecha.isoformat(),
        "codigo_usuario": TENANT + usuario,
        "estado": estado,
    }
    return {"tenant_id": TENANT, "entity_id": code, "data": data}


@attrs.define
class SalesHistory:
    """The store T001."""

    client: Any
    number: int = 0

    @property
    def walk(self) -> SalesWalk:
        return SalesWalk(client=self.client, ventas_table="ventas", counters_table="counters")

    @property
    def summaries(self) -> Summaries:
        return Summaries(client=self.client, table="resumenes")

    @property
    def days(self) -> Days:
        return Days(walk=self.walk, summaries=self.summaries)

    def saved(self, counted: CountedDays) -> CountedDays:
        """Keep what a count changed, as every function does in the end."""
        self.days.save(TENANT, counted)
        return counted

    def sells(self, fecha: date, **values: Any) -> int:
        """Add a sale, counter and all; return its number."""
        self.number += 1
        self.write(sale_row(self.number, fecha, **values))
        self.counter_stands_at(self.number)
        return self.number

    def sell_all(self, rows: Iterable[dict[str, Any]]) -> None:
        """Add many rows at once and move the counter after them."""
        rows = list(rows)
        for start in range(0, len(rows), 25):
            puts = [{"PutRequest": {"Item": serialize(row)}} for row in rows[start : start + 25]]
            self.client.batch_write_item(RequestItems={"ventas": puts})
        self.number += len(rows)
        self.counter_stands_at(self.number)

    def annuls(self, number: int) -> None:
        """Annul a sale, as another service does."""
        self.client.update_item(
            TableName="ventas",
            Key=key_of(TENANT, sale_code_for(TENANT, number)),
            UpdateExpression="SET #data.estado = :annulled",
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues={":annulled": {"S": "ANULADA"}},
        )

    def write(self, row: Mapping[str, Any], table: str = "ventas") -> None:
        self.client.put_item(TableName=table, Item=serialize(row))

    def counter_stands_at(self, value: int) -> None:
        row = {"tenant_id": TENANT, "entity_id": "ventas", "data": {"value": value}}
        self.write(row, "counters")

    def rows(self) -> dict[str, dict[str, Any]]:
        """The summaries' ``data`` by date."""
        items = [deserialize(item) for item in self.client.scan(TableName="resumenes")["Items"]]
        return {item["entity_id"]: item["data"] for item in items}
