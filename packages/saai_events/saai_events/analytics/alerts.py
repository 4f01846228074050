"""The alerts of a store's week (docs/domain.md, "ActualizarAnalitica"), and which of them are new."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from saai_domain.event_log import Notice, Severidad

from saai_events.analytics.figures import LOW_STOCK, Figures
from saai_events.sales.sale import Product

LOW_INCOME: Final = Decimal("50.00")
"""Soles; a day that took in less is worth an alert (docs/domain.md, "ActualizarAnalitica")."""


def alerts_of(*, dia: Figures, semana: Figures, productos: Collection[Product]) -> list[Notice]:
    """Return the alerts that stand, the gravest first."""
    alerts: list[Notice] = []
    if semana["ventas"]["total_ventas"] == 0:
        alerts.append(_no_sales(semana["periodo"]))
    ingresos = dia["ventas"]["total_ingresos"]
    if ingresos < LOW_INCOME:
        alerts.append(_low_income(ingresos, dia["periodo"]))
    stocks = {str(product.codigo): product.stock for product in productos}
    for top in semana["productos_top"][:1]:
        stock = stocks.get(top["codigo_producto"])
        if stock is not None and stock <= LOW_STOCK:
            alerts.append(_top_without_stock(top, stock) if stock <= 0 else _top_low_stock(top, stock))
    return alerts


def new_alerts(alerts: Collection[Notice], before: Mapping[str, Any] | None) -> list[Notice]:
    """Return the alerts that the calculation before (a row's ``data``) did not have.

    The same alert about another product is new.
    """
    known = {_identity(row["tipo"], row["detalle"]) for row in before["alertas_detectadas"]} if before else set()
    return [alert for alert in alerts if _identity(alert.tipo, alert.detalle) not in known]


def as_rows(alerts: Collection[Notice]) -> Sequence[Figures]:
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


def _no_sales(periodo: Figures) -> Notice:
    return Notice(
        tipo="totalventas_0",
        severidad=Severidad.CRITICAL,
        titulo="Sin ventas en la semana",
        mensaje=f"No hay ninguna venta registrada del {periodo['fecha_inicio']} al {periodo['fecha_fin']}.",
        detalle={"fecha_inicio": periodo["fecha_inicio"], "fecha_fin": periodo["fecha_fin"]},
    )


def _low_income(ingresos: Decimal, periodo: Figures) -> Notice:
    return Notice(
        tipo="gananciaDiaBaja",
        severidad=Severidad.INFO,
        titulo="Ingresos del día bajos",
        mensaje=f"Los ingresos de hoy suman S/ {ingresos}, menos de S/ {LOW_INCOME}.",
        detalle={"fecha": periodo["fecha_fin"], "ingresos": ingresos},
    )


def _top_without_stock(top: Figures, stock: int) -> Notice:
    return Notice(
        tipo="productoTopSinStock",
        severidad=Severidad.INFO,
        titulo="Producto más vendido sin stock",
        mensaje=f"{top['nombre']}, el producto más vendido de la semana, no tiene stock.",
        detalle=_about(top, stock),
    )


def _top_low_stock(top: Figures, stock: int) -> Notice:
    units = "1 unidad" if stock == 1 else f"{stock} unidades"
    return Notice(
        tipo="productoTopStockBajo",
        severidad=Severidad.INFO,
        titulo="Producto más vendido con stock bajo",
        mensaje=f"{top['nombre']}, el producto más vendido de la semana, tiene solo {units}.",
        detalle=_about(top, stock),
    )


def _about(top: Figures, stock: int) -> Figures:
    return {
        "codigo_producto": top["codigo_producto"],
        "nombre": top["nombre"],
        "unidades": top["unidades"],
        "stock": stock,
    }
