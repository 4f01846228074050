"""The figures of a period (docs/domain.md, "ActualizarAnalitica"): pure sums over a store's days and rows.

The classes are the parts of a row of ``analitica``, by its own names: money in soles with 2 decimals, dates of Lima.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import attrs
from saai_domain.money import ZERO, soles
from saai_domain.roles import Rol
from saai_domain.value_object import value_object

from saai_events.analytics.store_rows import Expense, User
from saai_events.products.product import Product
from saai_events.summaries.day import DaySummary, ProductDay, WorkerDay

LOW_STOCK: Final = 5
"""Units; this many or fewer are a low stock (docs/domain.md, "ActualizarAnalitica")."""
TOP_PRODUCTS: Final = 5


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


@value_object
class Store:
    """What a store's figures are calculated from: each of its last LONGEST days, and its rows.

    ``productos`` are those that are sold; ``usuarios`` all there are, active or not.
    """

    today: date
    days: Mapping[date, DaySummary]
    productos: Sequence[Product]
    gastos: Sequence[Expense]
    usuarios: Sequence[User]


@value_object
class Period:
    """A period's days, both ends included."""

    tipo: Tipo
    fecha_inicio: date
    fecha_fin: date
    dias: int


@value_object
class Sales:
    """How many sales, and what they took in."""

    total_ventas: int
    total_ingresos: Decimal


@value_object
class Expenses:
    """How many expenses, their sum, and the income less them."""

    total_gastos: int
    total_egresos: Decimal
    balance: Decimal


@value_object
class Inventory:
    """What the store sells now. A stock of zero is a low one too; one below zero is worth nothing."""

    total_productos: int
    productos_sin_stock: int
    productos_bajo_stock: int
    valor_total: Decimal


@value_object
class Staff:
    """The active users, by role."""

    administradores: int
    trabajadores: int


@value_object
class TopProduct:
    """A product that sold well: units, and sales that it was part of."""

    codigo_producto: str
    nombre: str
    unidades: int
    ventas: int


@value_object
class DailySales:
    """A day's sales, and what they took in."""

    fecha: date
    cantidad: int
    ingresos: Decimal


@value_object
class DailyExpenses:
    """A day's expenses, and their sum."""

    fecha: date
    cantidad: int
    egresos: Decimal


@value_object
class WorkerSales:
    """A user's sales, and what they took in."""

    codigo_usuario: str
    nombre: str
    cantidad: int
    ingresos: Decimal


@value_object
class Figures:
    """A period's figures, without alerts."""

    periodo: Period
    ventas: Sales
    gastos: Expenses
    inventario: Inventory
    usuarios: Staff
    productos_top: Sequence[TopProduct]
    ventas_diarias: Sequence[DailySales]
    gastos_diarios: Sequence[DailyExpenses]
    ventas_por_trabajador: Sequence[WorkerSales]

    def data(self) -> dict[str, Any]:
        """Return the figures as a row's ``data`` holds them: plain values, dates as text."""
        return attrs.asdict(self, value_serializer=_plain)


def figures_of(store: Store, tipo: Tipo) -> Figures:
    """Return a period's figures."""
    dates = period(store.today, tipo)
    days = [store.days[fecha] for fecha in dates]
    gastos = [gasto for gasto in store.gastos if dates[0] <= gasto.fecha <= dates[-1]]
    ingresos = sum((day.ingresos for day in days), ZERO)
    egresos = sum((gasto.monto for gasto in gastos), ZERO)
    return Figures(
        periodo=Period(tipo=tipo, fecha_inicio=dates[0], fecha_fin=dates[-1], dias=tipo.days),
        ventas=Sales(total_ventas=sum(day.ventas for day in days), total_ingresos=ingresos),
        gastos=Expenses(total_gastos=len(gastos), total_egresos=egresos, balance=ingresos - egresos),
        inventario=inventory(store.productos),
        usuarios=staff(store.usuarios),
        productos_top=top_products(days, store.productos),
        ventas_diarias=[DailySales(fecha=day.fecha, cantidad=day.ventas, ingresos=day.ingresos) for day in days],
        gastos_diarios=daily_expenses(dates, gastos),
        ventas_por_trabajador=sales_by_worker(days, store.usuarios),
    )


def period(today: date, tipo: Tipo) -> list[date]:
    """Return a period's days, oldest first, today being the last."""
    return [today - timedelta(days=back) for back in range(tipo.days - 1, -1, -1)]


def inventory(productos: Collection[Product]) -> Inventory:
    """Count the products that are sold."""
    return Inventory(
        total_productos=len(productos),
        productos_sin_stock=sum(product.stock <= 0 for product in productos),
        productos_bajo_stock=sum(product.stock <= LOW_STOCK for product in productos),
        valor_total=sum((soles(product.precio * max(product.stock, 0)) for product in productos), ZERO),
    )


def staff(usuarios: Collection[User]) -> Staff:
    """Count the active users."""
    roles = [usuario.rol for usuario in usuarios if usuario.activo]
    return Staff(administradores=roles.count(Rol.ADMIN), trabajadores=roles.count(Rol.TRABAJADOR))


def top_products(days: Collection[DaySummary], productos: Collection[Product]) -> list[TopProduct]:
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
        TopProduct(
            codigo_producto=code, nombre=names.get(code, sold.nombre), unidades=sold.unidades, ventas=sold.ventas
        )
        for code, sold in best[:TOP_PRODUCTS]
        if sold.unidades > 0
    ]


def daily_expenses(dates: Sequence[date], gastos: Collection[Expense]) -> list[DailyExpenses]:
    """Return every day's expenses, zeros too."""
    by_day: dict[date, list[Decimal]] = {fecha: [] for fecha in dates}
    for gasto in gastos:
        by_day[gasto.fecha].append(gasto.monto)
    return [
        DailyExpenses(fecha=fecha, cantidad=len(amounts), egresos=sum(amounts, ZERO))
        for fecha, amounts in by_day.items()
    ]


def sales_by_worker(days: Collection[DaySummary], usuarios: Collection[User]) -> list[WorkerSales]:
    """Return who sold, who took in the most first. A user whose row is gone is named by the code."""
    names = {usuario.codigo: usuario.nombre for usuario in usuarios}
    totals: dict[str, WorkerDay] = {}
    for day in days:
        for code, sold in day.trabajadores.items():
            before = totals.get(code, WorkerDay(ventas=0, ingresos=ZERO))
            totals[code] = WorkerDay(ventas=before.ventas + sold.ventas, ingresos=before.ingresos + sold.ingresos)
    best = sorted(totals.items(), key=lambda item: (-item[1].ingresos, -item[1].ventas, item[0]))
    return [
        WorkerSales(codigo_usuario=code, nombre=names.get(code, code), cantidad=sold.ventas, ingresos=sold.ingresos)
        for code, sold in best
    ]


def _plain(_owner: object, _field: object, value: Any) -> Any:  # noqa: ANN401 - attrs's hook for any value
    match value:
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case _:
            return value
