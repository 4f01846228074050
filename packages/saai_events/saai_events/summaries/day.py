"""The summary of one day: a pure count of its sales, and its row in ``resumenes``."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs
from saai_domain.money import ZERO, soles
from saai_domain.rows import make_row
from saai_domain.time import day_bounds
from saai_domain.value_object import value_object

from saai_events.summaries.sold import SoldSale

LATE_SALES: Final = timedelta(minutes=5)
"""How long after midnight a sale of the day before may still be committed: its request was under way, clocks differ."""


@value_object
class ProductDay:
    """What a product sold on a day: units, sales it was part of, and the name it last had."""

    unidades: int
    ventas: int
    nombre: str


@value_object
class WorkerDay:
    """What a user sold on a day: sales, and soles."""

    ventas: int
    ingresos: Decimal


@value_object
class DaySummary:
    """A day of a store.

    ``ventas`` counts completed sales, ``ingresos`` is in soles, ``trabajadores`` goes by user code.
    ``sin_stock`` names products that were seen without stock that day; any other counts as in stock.
    ``primera_venta`` and ``ultima_venta`` are the numbers of the day's first and last sale, annulled ones included;
    every sale of this day, or of an earlier one, is numbered ``hasta_venta`` at most. ``cerrado``: counted when the
    day was over. ``created_at`` is of its row, None before there is one.
    """

    fecha: date
    ventas: int = 0
    ingresos: Decimal = ZERO
    productos: Mapping[str, ProductDay] = attrs.field(factory=dict)
    trabajadores: Mapping[str, WorkerDay] = attrs.field(factory=dict)
    sin_stock: frozenset[str] = frozenset()
    primera_venta: int | None = None
    ultima_venta: int | None = None
    hasta_venta: int = 0
    cerrado: bool = False
    created_at: str | None = attrs.field(default=None, eq=False)


def is_over(fecha: date, moment: datetime) -> bool:
    """Tell whether a Lima day is over: no further sale of it is expected."""
    return moment >= day_bounds(fecha)[1] + LATE_SALES


def summarise(
    fecha: date,
    sales: Iterable[SoldSale],
    *,
    sin_stock: Collection[str] = (),
    hasta_venta: int = 0,
    cerrado: bool = False,
) -> DaySummary:
    """Count a day's sales. Annulled ones count for nothing but the numbers.

    Args:
        fecha: The Lima date; every sale is of this day.
        sales: In any order.
        sin_stock: Products seen without stock that day.
        hasta_venta: The highest number of an earlier day's sale.
        cerrado: The day was over when the sales were read.
    """
    sales = sorted(sales, key=lambda sale: sale.numero)
    completed = [sale for sale in sales if sale.completada]
    numbers = [sale.numero for sale in sales]
    return DaySummary(
        fecha=fecha,
        ventas=len(completed),
        ingresos=sum((sale.total for sale in completed), ZERO),
        productos=_products(completed),
        trabajadores=_workers(completed),
        sin_stock=frozenset(sin_stock),
        primera_venta=min(numbers, default=None),
        ultima_venta=max(numbers, default=None),
        hasta_venta=max([hasta_venta, *numbers]),
        cerrado=cerrado,
    )


def _products(sales: Iterable[SoldSale]) -> dict[str, ProductDay]:
    units: dict[str, int] = {}
    counts: dict[str, int] = {}
    names: dict[str, str] = {}
    for sale in sales:
        for line in sale.lines:
            units[line.codigo] = units.get(line.codigo, 0) + line.unidades
            names[line.codigo] = line.nombre
        for code in {line.codigo for line in sale.lines}:
            counts[code] = counts.get(code, 0) + 1
    return {code: ProductDay(unidades=units[code], ventas=counts[code], nombre=names[code]) for code in sorted(units)}


def _workers(sales: Iterable[SoldSale]) -> dict[str, WorkerDay]:
    workers: dict[str, WorkerDay] = {}
    for sale in sales:
        before = workers.get(sale.codigo_usuario, WorkerDay(ventas=0, ingresos=ZERO))
        workers[sale.codigo_usuario] = WorkerDay(ventas=before.ventas + 1, ingresos=before.ingresos + sale.total)
    return dict(sorted(workers.items()))


def to_item(tenant_id: str, day: DaySummary, *, now: str) -> dict[str, Any]:
    """Return a day's row as the table keeps it, written at ``now``."""
    data = {
        "fecha": day.fecha.isoformat(),
        "ventas": day.ventas,
        "ingresos": day.ingresos,
        "productos": {code: attrs.asdict(product) for code, product in day.productos.items()},
        "trabajadores": {code: attrs.asdict(worker) for code, worker in day.trabajadores.items()},
        "sin_stock": sorted(day.sin_stock),
        "primera_venta": day.primera_venta,
        "ultima_venta": day.ultima_venta,
        "hasta_venta": day.hasta_venta,
        "cerrado": day.cerrado,
    }
    return make_row(tenant_id, day.fecha.isoformat(), data, moment=now, created_at=day.created_at)


def from_item(item: Mapping[str, Any]) -> DaySummary:
    """Read a row of the table. One without ``cerrado`` is not closed."""
    data = item["data"]
    return DaySummary(
        fecha=date.fromisoformat(data["fecha"]),
        ventas=int(data["ventas"]),
        ingresos=soles(data["ingresos"]),
        productos={
            code: ProductDay(unidades=int(row["unidades"]), ventas=int(row["ventas"]), nombre=row["nombre"])
            for code, row in data["productos"].items()
        },
        trabajadores={
            code: WorkerDay(ventas=int(row["ventas"]), ingresos=soles(row["ingresos"]))
            for code, row in data["trabajadores"].items()
        },
        sin_stock=frozenset(data["sin_stock"]),
        primera_venta=_number(data["primera_venta"]),
        ultima_venta=_number(data["ultima_venta"]),
        hasta_venta=int(data.get("hasta_venta", 0)),
        cerrado=data.get("cerrado") is True,
        created_at=data["created_at"],
    )


def _number(value: Decimal | None) -> int | None:
    return None if value is None else int(value)
