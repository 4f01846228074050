"""The figures of a period (docs/domain.md, "ActualizarAnalitica"): pure sums over a store's days and rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

import attrs
from saai_domain.money import ZERO, soles
from saai_domain.roles import Rol

from saai_events.analytics.store_rows import Gasto, Usuario
from saai_events.sales.sale import Product
from saai_events.summaries.day import DaySummary, ProductDay, WorkerDay

LOW_STOCK: Final = 5
"""Units; this many or fewer are a low stock (docs/domain.md, "ActualizarAnalitica")."""
TOP_PRODUCTS: Final = 5

Figures = dict[str, Any]
"""A period's row of ``analitica``, or a part of it: plain values, money Decimal with 2 decimals."""


class Tipo(StrEnum):
    """The periods; each ends today."""

    DIA = "dia"
    SEMANA = "semana"
    MES = "mes"

    @property
    def days(self) -> int:
        return {Tipo.DIA: 1, Tipo.SEMANA: 7, Tipo.MES: 30}[self]


LONGEST: Final = max(tipo.days for tipo in Tipo)
"""Days that the figures look at."""


@attrs.frozen(kw_only=True)
class Store:
    """What the figures of a store are made of: each of its last LONGEST days, and its rows.

    ``productos`` are those that are sold; ``usuarios`` all there are, active or not.
    """

    today: date
    days: Mapping[date, DaySummary]
    productos: Sequence[Product]
    gastos: Sequence[Gasto]
    usuarios: Sequence[Usuario]


def figures_of(store: Store, tipo: Tipo) -> Figures:
    """Return a period's figures, without alerts."""
    dates = period(store.today, tipo)
    days = [store.days[fecha] for fecha in dates]
    gastos = [gasto for gasto in store.gastos if dates[0] <= gasto.fecha <= dates[-1]]
    ingresos = sum((day.ingresos for day in days), ZERO)
    egresos = sum((gasto.monto for gasto in gastos), ZERO)
    return {
        "periodo": {
            "tipo": tipo.value,
            "fecha_inicio": dates[0].isoformat(),
            "fecha_fin": dates[-1].isoformat(),
            "dias": tipo.days,
        },
        "ventas": {"total_ventas": sum(day.ventas for day in days), "total_ingresos": ingresos},
        "gastos": {"total_gastos": len(gastos), "total_egresos": egresos, "balance": ingresos - egresos},
        "inventario": inventory(store.productos),
        "usuarios": staff(store.usuarios),
        "productos_top": top_products(days, store.productos),
        "ventas_diarias": [
            {"fecha": day.fecha.isoformat(), "cantidad": day.ventas, "ingresos": day.ingresos} for day in days
        ],
        "gastos_diarios": daily_expenses(dates, gastos),
        "ventas_por_trabajador": sales_by_worker(days, store.usuarios),
    }


def period(today: date, tipo: Tipo) -> list[date]:
    """Return a period's days, oldest first, today being the last."""
    return [today - timedelta(days=back) for back in range(tipo.days - 1, -1, -1)]


def inventory(productos: Collection[Product]) -> Figures:
    """Count the products that are sold. A stock of none is a low one too; what is below zero is worth nothing."""
    return {
        "total_productos": len(productos),
        "productos_sin_stock": sum(product.stock <= 0 for product in productos),
        "productos_bajo_stock": sum(product.stock <= LOW_STOCK for product in productos),
        "valor_total": sum((soles(product.precio * max(product.stock, 0)) for product in productos), ZERO),
    }


def staff(usuarios: Collection[Usuario]) -> Figures:
    """Count the active users by what they are in the store."""
    roles = [usuario.rol for usuario in usuarios if usuario.activo]
    return {"administradores": roles.count(Rol.ADMIN), "trabajadores": roles.count(Rol.TRABAJADOR)}


def top_products(days: Collection[DaySummary], productos: Collection[Product]) -> list[Figures]:
    """Return the products that sold the most units, those of more sales first among equals.

    A product has the name it is sold under now, or else the one of its last sale.
    """
    names = {str(product.codigo): product.nombre for product in productos}
    totals: dict[str, ProductDay] = {}
    for day in sorted(days, key=lambda day: day.fecha):
        for code, sold in day.productos.items():
            before = totals.get(code, ProductDay(unidades=0, ventas=0, nombre=""))
            totals[code] = ProductDay(
                unidades=before.unidades + sold.unidades, ventas=before.ventas + sold.ventas, nombre=sold.nombre
            )
    best = sorted(totals.items(), key=lambda item: (-item[1].unidades, -item[1].ventas, item[0]))
    return [
        {
            "codigo_producto": code,
            "nombre": names.get(code, sold.nombre),
            "unidades": sold.unidades,
            "ventas": sold.ventas,
        }
        for code, sold in best[:TOP_PRODUCTS]
        if sold.unidades > 0
    ]


def daily_expenses(dates: Sequence[date], gastos: Collection[Gasto]) -> list[Figures]:
    """Return every day's expenses, zeros too."""
    by_day: dict[date, list[Gasto]] = {fecha: [] for fecha in dates}
    for gasto in gastos:
        by_day[gasto.fecha].append(gasto)
    return [
        {
            "fecha": fecha.isoformat(),
            "cantidad": len(of_day),
            "egresos": sum((gasto.monto for gasto in of_day), ZERO),
        }
        for fecha, of_day in by_day.items()
    ]


def sales_by_worker(days: Collection[DaySummary], usuarios: Collection[Usuario]) -> list[Figures]:
    """Return who sold, who took in the most first. Whom the store no longer knows is called by the code."""
    names = {usuario.codigo: usuario.nombre for usuario in usuarios}
    totals: dict[str, WorkerDay] = {}
    for day in days:
        for code, sold in day.trabajadores.items():
            before = totals.get(code, WorkerDay(ventas=0, ingresos=ZERO))
            totals[code] = WorkerDay(ventas=before.ventas + sold.ventas, ingresos=before.ingresos + sold.ingresos)
    best = sorted(totals.items(), key=lambda item: (-item[1].ingresos, -item[1].ventas, item[0]))
    return [
        {"codigo_usuario": code, "nombre": names.get(code, code), "cantidad": sold.ventas, "ingresos": sold.ingresos}
        for code, sold in best
    ]
