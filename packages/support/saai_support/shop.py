"""A busy store with any number of days behind it: the same catalogue, and the same today, whatever its history."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, Final

import attrs
from saai_domain.aws.dynamodb import serialize
from saai_domain.aws.event_log import EventLog
from saai_domain.codes import Kind, TenantId, product_code_for, sale_code_for, user_code_for
from saai_domain.rows import make_row
from saai_domain.testing.aws import InMemoryAws
from saai_domain.time import LIMA
from saai_events.analytics.calculation import Analyst
from saai_events.analytics.store_reader import StoreReader
from saai_events.products.storage import Products
from saai_events.summaries.days import CountedDays, Days
from saai_events.summaries.storage import Summaries
from saai_events.summaries.walk import SalesWalk

TENANT: Final = TenantId("T001")
TODAY: Final = date(2025, 12, 31)
CLOSING_TIME: Final = datetime.combine(TODAY, time(22), LIMA)
USERS: Final = 4
EXPENSES_A_DAY: Final = 3
MAX_LINES: Final = 5
POPULARITY: Final = 0.8
"""Exponent of the products' popularity by rank: a few sell every hour, many once a week."""


@attrs.frozen(kw_only=True)
class Shop:
    """A store at the end of today, with ``days`` days of sales, today among them, made from a seed for each date."""

    days: int
    sales_a_day: int
    products: int = 300
    sales_today: int | None = None
    """Where today isn't over: fewer than ``sales_a_day``."""
    least_stock: int = 0
    """Units that every product has left."""

    def open(self) -> InMemoryAws:
        """Return its account, without summaries."""
        aws = InMemoryAws()
        for number in range(1, self.products + 1):
            code = product_code_for(TENANT, number)
            _load(aws, "productos", code, {"codigo_producto": code, **self._product(number)})
        for number in range(1, USERS + 1):
            code = user_code_for(TENANT, number)
            rol = "ADMIN" if number == 1 else "TRABAJADOR"
            _load(aws, "usuarios", code, {"codigo_usuario": code, "nombre": f"Persona {number}", "rol": rol})
        number = 0
        for back in range(self.days - 1, -1, -1):
            fecha = TODAY - timedelta(days=back)
            for sale in islice(self._sales(fecha), self.sales_today if fecha == TODAY else None):
                number += 1
                code = sale_code_for(TENANT, number)
                _load(aws, "ventas", code, {"codigo_venta": code, **sale})
            for place in range(EXPENSES_A_DAY):
                data = {"monto": Decimal("35.50"), "fecha": fecha.isoformat(), "descripcion": "Compra a proveedor"}
                _load(aws, "gastos", Kind.EXPENSE.code(TENANT, back * EXPENSES_A_DAY + place + 1), data)
        _load(aws, "counters", "ventas", {"value": number})
        return aws

    def _product(self, number: int) -> dict[str, Any]:
        stock = self.least_stock + number % 60
        return {"nombre": f"Producto de la bodega número {number}", "precio": _price(number), "stock": stock}

    def _sales(self, fecha: date) -> Iterator[dict[str, Any]]:
        chance = random.Random(fecha.toordinal())  # noqa: S311 - the same every time is what is wanted
        weights = [1 / rank**POPULARITY for rank in range(1, self.products + 1)]
        for _ in range(self.sales_a_day):
            numbers = chance.choices(range(1, self.products + 1), weights, k=chance.randint(1, MAX_LINES))
            yield _sale(fecha, sorted(set(numbers)), chance)


def analyst(aws: InMemoryAws, *, moment: datetime = CLOSING_TIME) -> Analyst:
    """Return the calculation over the account's tables, at a moment."""
    client = aws.clients.dynamodb
    return Analyst(
        client=client,
        events=EventLog(
            client=client, eventos_table="eventos", counters_table="counters", idempotencia_table="idempotencia"
        ),
        days=days_of(aws),
        reader=StoreReader(
            client=client,
            products=Products(client=client, table="productos"),
            gastos_table="gastos",
            usuarios_table="usuarios",
        ),
        analitica_table="analitica",
        tiendas_table="tiendas",
        clock=lambda: moment,
    )


def days_of(aws: InMemoryAws) -> Days:
    """Return the store's days over the account's tables."""
    client = aws.clients.dynamodb
    return Days(
        walk=SalesWalk(client=client, ventas_table="ventas", counters_table="counters"),
        summaries=Summaries(client=client, table="resumenes"),
    )


def close_days(aws: InMemoryAws, *, moment: datetime = CLOSING_TIME) -> CountedDays:
    """Count the days before a moment's as the nightly batch does, and keep them."""
    days = days_of(aws)
    counted = days.close(TENANT, moment=moment)
    days.save(TENANT, counted)
    return counted


def _price(number: int) -> Decimal:
    return Decimal(100 + number * 37 % 2_900) / 100


def _sale(fecha: date, numbers: Sequence[int], chance: random.Random) -> dict[str, Any]:
    lines = [
        {
            "codigo_producto": product_code_for(TENANT, number),
            "nombre_producto": f"Producto de la bodega número {number}",
            "precio_unitario": _price(number),
            "cantidad": (units := chance.choice((1, 1, 1, 2, 3))),
            "subtotal_item": _price(number) * units,
        }
        for number in numbers
    ]
    return {
        "productos": lines,
        "total": sum((line["subtotal_item"] for line in lines), Decimal(0)),
        "metodo_pago": chance.choice(("EFECTIVO", "YAPE")),
        "fecha": fecha.isoformat(),
        "codigo_usuario": user_code_for(TENANT, chance.randint(1, USERS)),
        "estado": "ANULADA" if chance.random() < 0.01 else "COMPLETADA",  # noqa: PLR2004 - one in a hundred
    }


def _load(aws: InMemoryAws, table: str, entity_id: str, data: dict[str, Any]) -> None:
    row = make_row(TENANT, entity_id, data, moment=CLOSING_TIME.isoformat())
    aws.dynamodb.load(table, serialize(row | {"data": row["data"] | data}))
