"""Each figure of a period, computed by hand, as its row holds it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from saai_domain.codes import ProductCode
from saai_domain.roles import Rol
from saai_events.analytics.figures import Store, Tipo, figures_of
from saai_events.analytics.store_rows import Expense, User
from saai_events.products.product import Product
from saai_events.summaries.day import DaySummary, ProductDay, WorkerDay

from tests.saai_events.summaries.sales_history import TODAY, day

MONEY = Decimal


def _day(back: int, ventas: int, ingresos: str, productos: Mapping[str, int], **trabajadores: str) -> DaySummary:
    """A day; users by the soles they took in, each in one sale."""
    return DaySummary(
        fecha=day(back),
        ventas=ventas,
        ingresos=MONEY(ingresos),
        productos={
            f"T001{code}": ProductDay(unidades=units, ventas=1, nombre=f"{code} de entonces")
            for code, units in productos.items()
        },
        trabajadores={
            f"T001{code}": WorkerDay(ventas=1, ingresos=MONEY(soles)) for code, soles in trabajadores.items()
        },
    )


def _product(code: str, precio: str, stock: int) -> Product:
    return Product(
        codigo=ProductCode(f"T001{code}"), nombre=f"Producto {code}", precio=MONEY(precio), stock=stock, row={}
    )


def _user(code: str, nombre: str, rol: Rol | None, *, activo: bool = True) -> User:
    return User(codigo=f"T001{code}", nombre=nombre, rol=rol, activo=activo)


SOLD = (
    _day(0, 2, "30.50", {"P001": 3, "P002": 1}, U001="20.50", U002="10.00"),
    _day(1, 1, "12.00", {"P003": 4}, U001="12.00"),
    _day(6, 1, "7.10", {"P001": 2, "P004": 5, "P005": 1, "P006": 1}, U003="7.10"),
    _day(7, 3, "100.00", {"P007": 50}, U002="100.00"),
    _day(29, 1, "0.40", {"P001": 10}, U009="0.40"),
)
GASTOS = (
    Expense(monto=MONEY("15.25"), fecha=day(0)),
    Expense(monto=MONEY("4.75"), fecha=day(0)),
    Expense(monto=MONEY("100.00"), fecha=day(6)),
    Expense(monto=MONEY("1000.00"), fecha=day(7)),
    Expense(monto=MONEY("9.00"), fecha=day(30)),
    Expense(monto=MONEY("9.00"), fecha=date(2026, 1, 1)),
)
PRODUCTOS = (
    _product("P001", "3.50", 10),
    _product("P002", "12.00", 5),
    _product("P003", "1.99", 0),
    _product("P004", "2.00", -2),
    _product("P005", "0.10", 6),
)
USUARIOS = (
    _user("U001", "Luz", Rol.TRABAJADOR),
    _user("U002", "Rosa", Rol.ADMIN),
    _user("U003", "Jhon", Rol.TRABAJADOR, activo=False),
    _user("U004", "Ana", Rol.TRABAJADOR),
    _user("U005", "Soporte", Rol.SAAI),
    _user("U006", "Nadie", None),
)


def _store(days: Sequence[DaySummary] = SOLD) -> Store:
    by_day = {summary.fecha: summary for summary in days}
    dates = [day(back) for back in range(29, -1, -1)]
    return Store(
        today=TODAY,
        days={fecha: by_day.get(fecha, DaySummary(fecha=fecha)) for fecha in dates},
        productos=PRODUCTOS,
        gastos=GASTOS,
        usuarios=USUARIOS,
    )


@pytest.fixture
def dia() -> Any:
    return figures_of(_store(), Tipo.DIA).data()


@pytest.fixture
def semana() -> Any:
    return figures_of(_store(), Tipo.SEMANA).data()


@pytest.fixture
def mes() -> Any:
    return figures_of(_store(), Tipo.MES).data()


def test_the_periods_end_today(dia: Any, semana: Any, mes: Any) -> None:
    """Today, 7 days and 30 days, both ends included."""
    assert dia["periodo"] == {"tipo": "dia", "fecha_inicio": "2025-12-31", "fecha_fin": "2025-12-31", "dias": 1}
    assert semana["periodo"] == {"tipo": "semana", "fecha_inicio": "2025-12-25", "fecha_fin": "2025-12-31", "dias": 7}
    assert mes["periodo"] == {"tipo": "mes", "fecha_inicio": "2025-12-02", "fecha_fin": "2025-12-31", "dias": 30}


def test_sales_and_income(dia: Any, semana: Any, mes: Any) -> None:
    """Counts, and soles in Decimal with their 2 decimals."""
    assert dia["ventas"] == {"total_ventas": 2, "total_ingresos": MONEY("30.50")}
    assert semana["ventas"] == {"total_ventas": 4, "total_ingresos": MONEY("49.60")}
    assert mes["ventas"] == {"total_ventas": 8, "total_ingresos": MONEY("150.00")}
    assert str(mes["ventas"]["total_ingresos"]) == "150.00"


def test_expenses_of_the_period_and_the_balance(dia: Any, semana: Any, mes: Any) -> None:
    """Income less expenses; those before and after the period don't count."""
    assert dia["gastos"] == {"total_gastos": 2, "total_egresos": MONEY("20.00"), "balance": MONEY("10.50")}
    assert semana["gastos"] == {"total_gastos": 3, "total_egresos": MONEY("120.00"), "balance": MONEY("-70.40")}
    assert mes["gastos"] == {"total_gastos": 4, "total_egresos": MONEY("1120.00"), "balance": MONEY("-970.00")}


def test_the_inventory_is_todays_in_every_period(dia: Any, mes: Any) -> None:
    """10 x 3.50 + 5 x 12.00 + 6 x 0.10; what is below zero is worth nothing; none at all is low as well."""
    expected = {
        "total_productos": 5,
        "productos_sin_stock": 2,
        "productos_bajo_stock": 3,
        "valor_total": MONEY("95.60"),
    }
    assert dia["inventario"] == mes["inventario"] == expected


def test_active_users_are_counted_by_role(semana: Any) -> None:
    """Operators of the platform, and users whose role says nothing, are neither."""
    assert semana["usuarios"] == {"administradores": 1, "trabajadores": 2}


def test_the_five_best_sellers_by_units(semana: Any, mes: Any) -> None:
    """By the name they are sold under now; equal ones in the order of their codes."""
    assert semana["productos_top"] == [
        {"codigo_producto": "T001P001", "nombre": "Producto P001", "unidades": 5, "ventas": 2},
        {"codigo_producto": "T001P004", "nombre": "Producto P004", "unidades": 5, "ventas": 1},
        {"codigo_producto": "T001P003", "nombre": "Producto P003", "unidades": 4, "ventas": 1},
        {"codigo_producto": "T001P002", "nombre": "Producto P002", "unidades": 1, "ventas": 1},
        {"codigo_producto": "T001P005", "nombre": "Producto P005", "unidades": 1, "ventas": 1},
    ]
    assert mes["productos_top"][0] == {
        "codigo_producto": "T001P007",
        "nombre": "P007 de entonces",
        "unidades": 50,
        "ventas": 1,
    }


def test_every_day_has_its_sales_zeros_too(dia: Any, semana: Any, mes: Any) -> None:
    """Oldest first."""
    assert dia["ventas_diarias"] == [{"fecha": "2025-12-31", "cantidad": 2, "ingresos": MONEY("30.50")}]
    assert semana["ventas_diarias"] == [
        {"fecha": "2025-12-25", "cantidad": 1, "ingresos": MONEY("7.10")},
        {"fecha": "2025-12-26", "cantidad": 0, "ingresos": MONEY("0.00")},
        {"fecha": "2025-12-27", "cantidad": 0, "ingresos": MONEY("0.00")},
        {"fecha": "2025-12-28", "cantidad": 0, "ingresos": MONEY("0.00")},
        {"fecha": "2025-12-29", "cantidad": 0, "ingresos": MONEY("0.00")},
        {"fecha": "2025-12-30", "cantidad": 1, "ingresos": MONEY("12.00")},
        {"fecha": "2025-12-31", "cantidad": 2, "ingresos": MONEY("30.50")},
    ]
    assert len(mes["ventas_diarias"]) == 30


def test_every_day_has_its_expenses_zeros_too(semana: Any, mes: Any) -> None:
    """Oldest first."""
    assert semana["gastos_diarios"] == [
        {"fecha": "2025-12-25", "cantidad": 1, "egresos": MONEY("100.00")},
        *({"fecha": f"2025-12-{number}", "cantidad": 0, "egresos": MONEY("0.00")} for number in range(26, 31)),
        {"fecha": "2025-12-31", "cantidad": 2, "egresos": MONEY("20.00")},
    ]
    assert sum(each["egresos"] for each in mes["gastos_diarios"]) == MONEY("1120.00")


def test_who_sold_by_name_the_most_income_first(dia: Any, mes: Any) -> None:
    """One who left keeps the name; one without a row is called by the code."""
    assert dia["ventas_por_trabajador"] == [
        {"codigo_usuario": "T001U001", "nombre": "Luz", "cantidad": 1, "ingresos": MONEY("20.50")},
        {"codigo_usuario": "T001U002", "nombre": "Rosa", "cantidad": 1, "ingresos": MONEY("10.00")},
    ]
    assert [(each["nombre"], each["cantidad"], each["ingresos"]) for each in mes["ventas_por_trabajador"]] == [
        ("Rosa", 2, MONEY("110.00")),
        ("Luz", 2, MONEY("32.50")),
        ("Jhon", 1, MONEY("7.10")),
        ("T001U009", 1, MONEY("0.40")),
    ]


def test_a_store_that_sold_nothing_has_zeros() -> None:
    """And no best seller."""
    figures = figures_of(_store([]), Tipo.SEMANA).data()
    assert figures["ventas"] == {"total_ventas": 0, "total_ingresos": MONEY("0.00")}
    assert figures["gastos"]["balance"] == MONEY("-120.00")
    assert (figures["productos_top"], figures["ventas_por_trabajador"]) == ([], [])
