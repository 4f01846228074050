"""The alerts of a store's week (docs/domain.md, "ActualizarAnalitica"), and which of them are new."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from saai_domain.events import Notice, Severidad

from saai_events.analytics.figures import LOW_STOCK, Figures, Period, TopProduct
from saai_events.products.product import Product

LOW_INCOME: Final = Decimal("50.00")
"""Soles; a day that took in less is worth an alert (docs/domain.md, "ActualizarAnalitica")."""


def alerts_of(*, dia: Figures, semana: Figures, productos: Collection[Product]) -> list[Notice]:
    """Return the alerts that stand, the gravest first."""
    alerts: list[Notice] = []
    if semana.ventas.total_ventas == 0:
        alerts.append(_no_sales(semana.periodo))
    if dia.ventas.total_ingresos < LOW_INCOME:
        alerts.append(_low_income(dia.ventas.total_ingresos, dia.periodo.fecha_fin))
    stocks = {str(product.codigo): product.stock for product in productos}
    for top in semana.productos_top[:1]:
        stock = stocks.get(top.codigo_producto)
        if stock is not None and stock <= LOW_STOCK:
            alerts.append(_top_without_stock(top, stock) if stock <= 0 else _top_low_stock(top, stock))
    return alerts


def new_alerts(alerts: Collection[Notice], before: Mapping[str, Any] | None) -> list[Notice]:
    """Return the alerts that the calculation before (a row's ``data``) did not have.

    The same alert about another product is new.
    """
    known = {_identity(row["tipo"], row["detalle"]) for row in before["alertas_detectadas"]} if before else set()
    return [alert for alert in alerts if _identity(alert.tipo, alert.detalle) not in known]


def as_rows(alerts: Collection[Notice]) -> Sequence[Mapping[str, Any]]:
    """Return alerts as ``alertas_detectadas`` keeps them."""
    return [
        {
            "tipo": alert.tipo,
            "severidad": alert.severidad.value,
            "titulo": alert.titulo,
            "mensaje": alert.mensaje,
            "detalle": dict(alert.detalle),
        }
        for alert in alerts
    ]


def _identity(tipo: str, detalle: Mapping[str, Any]) -> tuple[str, object]:
    return tipo, detalle.get("codigo_producto")


def _no_sales(periodo: Period) -> Notice:
    first, last = periodo.fecha_inicio.isoformat(), periodo.fecha_fin.isoformat()
    return Notice(
        tipo="totalventas_0",
        severidad=Severidad.CRITICAL,
        titulo="Sin ventas en la semana",
        mensaje=f"No hay ninguna venta registrada del {first} al {last}.",
        detalle={"fecha_inicio": first, "fecha_fin": last},
    )


def _low_income(ingresos: Decimal, today: date) -> Notice:
    return Notice(
        tipo="gananciaDiaBaja",
        severidad=Severidad.INFO,
        titulo="Ingresos del día bajos",
        mensaje=f"Los ingresos de hoy suman S/ {ingresos}, menos de S/ {LOW_INCOME}.",
        detalle={"fecha": today.isoformat(), "ingresos": ingresos},
    )


def _top_without_stock(top: TopProduct, stock: int) -> Notice:
    return Notice(
        tipo="productoTopSinStock",
        severidad=Severidad.INFO,
        titulo="Producto más vendido sin stock",
        mensaje=f"{top.nombre}, el producto más vendido de la semana, no tiene stock.",
        detalle=_about(top, stock),
    )


def _top_low_stock(top: TopProduct, stock: int) -> Notice:
    units = "1 unidad" if stock == 1 else f"{stock} unidades"
    return Notice(
        tipo="productoTopStockBajo",
        severidad=Severidad.INFO,
        titulo="Producto más vendido con stock bajo",
        mensaje=f"{top.nombre}, el producto más vendido de la semana, tiene solo {units}.",
        detalle=_about(top, stock),
    )


def _about(top: TopProduct, stock: int) -> Mapping[str, Any]:
    return {"codigo_producto": top.codigo_producto, "nombre": top.nombre, "unidades": top.unidades, "stock": stock}
