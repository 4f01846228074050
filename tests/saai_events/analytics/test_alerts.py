"""Which alerts a store's week raises, and which of them are new."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import attrs
import pytest
from saai_domain.codes import ProductCode
from saai_domain.events import Notice, Severidad
from saai_events.analytics.alerts import alerts_of, as_rows, new_alerts
from saai_events.analytics.figures import Figures, Sales, Store, Tipo, TopProduct, figures_of, period
from saai_events.products.product import Product
from saai_events.summaries.day import DaySummary

TOP = TopProduct(codigo_producto="T001P001", nombre="Inca Kola", unidades=30, ventas=12)


def _figures(tipo: Tipo, *, ventas: int, ingresos: str, top: Sequence[TopProduct]) -> Figures:
    """Figures of nothing but sales, up to 2025-12-31."""
    dates = period(date(2025, 12, 31), tipo)
    nothing = figures_of(
        Store(
            today=dates[-1],
            days={fecha: DaySummary(fecha=fecha) for fecha in dates},
            productos=(),
            gastos=(),
            usuarios=(),
        ),
        tipo,
    )
    sales = Sales(total_ventas=ventas, total_ingresos=Decimal(ingresos))
    return attrs.evolve(nothing, ventas=sales, productos_top=top)


def _alerts(
    *, ingresos: str = "50.00", ventas: int = 9, top: Sequence[TopProduct] = (TOP,), **stocks: int
) -> list[Notice]:
    return alerts_of(
        dia=_figures(Tipo.DIA, ventas=ventas, ingresos=ingresos, top=top),
        semana=_figures(Tipo.SEMANA, ventas=ventas, ingresos=ingresos, top=top),
        productos=[
            Product(codigo=ProductCode(f"T001{code}"), nombre=code, precio=Decimal(1), stock=stock, row={})
            for code, stock in stocks.items()
        ],
    )


def _kinds(alerts: list[Notice]) -> list[tuple[str, Severidad]]:
    return [(alert.tipo, alert.severidad) for alert in alerts]


def test_a_good_week_raises_none() -> None:
    """50 soles today, sales, and 6 units of the best seller."""
    assert _alerts(P001=6) == []


def test_a_week_without_a_sale_is_critical() -> None:
    """And its day is poor as well."""
    assert _kinds(_alerts(ventas=0, ingresos="0.00", top=())) == [
        ("totalventas_0", Severidad.CRITICAL),
        ("gananciaDiaBaja", Severidad.INFO),
    ]


@pytest.mark.parametrize(("ingresos", "raised"), [("49.99", True), ("50.00", False)])
def test_a_day_under_fifty_soles_is_told(ingresos: str, *, raised: bool) -> None:
    """Exactly 50 is not under 50."""
    assert (_kinds(_alerts(ingresos=ingresos, P001=40)) == [("gananciaDiaBaja", Severidad.INFO)]) is raised


@pytest.mark.parametrize(
    ("stock", "tipos"),
    [
        (-1, ["productoTopSinStock"]),
        (0, ["productoTopSinStock"]),
        (1, ["productoTopStockBajo"]),
        (5, ["productoTopStockBajo"]),
        (6, []),
    ],
)
def test_the_best_sellers_stock(stock: int, tipos: list[str]) -> None:
    """Of the two alerts the graver one."""
    assert _kinds(_alerts(P001=stock)) == [(tipo, Severidad.INFO) for tipo in tipos]


def test_only_the_best_seller_counts() -> None:
    """Not the other products, nor one that is no longer sold."""
    second = attrs.evolve(TOP, codigo_producto="T001P002")
    assert _alerts(top=(TOP, second), P001=40, P002=0) == []
    assert _alerts(P002=0) == []


def test_an_alert_names_the_product() -> None:
    """People know names, not codes."""
    (alert,) = _alerts(P001=1)
    assert alert.mensaje == "Inca Kola, el producto más vendido de la semana, tiene solo 1 unidad."
    assert alert.detalle == {"codigo_producto": "T001P001", "nombre": "Inca Kola", "unidades": 30, "stock": 1}


def test_what_the_calculation_before_had_is_not_new() -> None:
    """The stock may have gone on falling: it is the same alert."""
    before = {"alertas_detectadas": as_rows(_alerts(P001=4))}
    assert _kinds(new_alerts(_alerts(P001=3, ingresos="10.00"), before)) == [("gananciaDiaBaja", Severidad.INFO)]


def test_all_are_new_the_first_time() -> None:
    """There is no calculation before."""
    alerts = _alerts(ventas=0, top=())
    assert new_alerts(alerts, None) == alerts


def test_an_alert_that_went_and_came_back_is_new() -> None:
    """What counts is the calculation before, not what was ever told."""
    alerts = _alerts(P001=0)
    assert new_alerts(alerts, {"alertas_detectadas": []}) == alerts


def test_the_same_alert_about_another_product_is_new() -> None:
    """Another best seller runs low."""
    other = attrs.evolve(TOP, codigo_producto="T001P002", nombre="Arroz")
    before = {"alertas_detectadas": as_rows(_alerts(P001=4))}
    alerts = _alerts(top=(other,), P001=4, P002=2)
    assert new_alerts(alerts, before) == alerts


def test_alerts_as_they_are_stored() -> None:
    """The keys that the dashboard reads."""
    assert as_rows(_alerts(ingresos="12.50", P001=40)) == [
        {
            "tipo": "gananciaDiaBaja",
            "severidad": "INFO",
            "titulo": "Ingresos del día bajos",
            "mensaje": "Los ingresos de hoy suman S/ 12.50, menos de S/ 50.00.",
            "detalle": {"fecha": "2025-12-31", "ingresos": Decimal("12.50")},
        }
    ]
