"""Events as our publishers make them and as other services send them."""

from decimal import Decimal

from hypothesis import strategies as st
from saai_domain.codes import parse_store_code
from saai_domain.events import (
    AnaliticaActualizada,
    EventData,
    Periodo,
    PrediccionGenerada,
    ProductoVendido,
    Resumen,
    VentaRegistrada,
)

STORE = parse_store_code("T001")
OTHER_STORE = parse_store_code("T002")

SALE = VentaRegistrada(
    codigo_venta="T001V015",
    items_count=1,
    total=Decimal("7.50"),
    metodo_pago="efectivo",
    trabajador="T001U002",
    fecha="2025-12-31",
    productos_vendidos=(
        ProductoVendido(codigo="T001P005", nombre="Piña", cantidad=3, subtotal=Decimal("7.50"), stock=38),
    ),
)
ANALYTICS = AnaliticaActualizada(
    mensaje="Analítica actualizada",
    timestamp="2025-12-31T15:30:00-05:00",
    periodos=(Periodo(tipo="dia", fecha_inicio="2025-12-31", fecha_fin="2025-12-31"),),
    resumen=Resumen(ventas_hoy=12, ingresos_hoy=Decimal("480.00"), alertas=1),
)
FORECAST = PrediccionGenerada(
    codigo_producto="T001P005", demanda_manana=6, demanda_proxima_semana=40, stock_actual=38, alerta="stockBajo"
)
BATCH = PrediccionGenerada(productos=120, alertas=3)

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_SOLES = st.decimals(min_value=0, max_value=10**6, places=2)
_COUNT = st.integers(0, 10**9)
_STOCK = st.integers(-(10**9), 10**9)


def _sales() -> st.SearchStrategy[VentaRegistrada]:
    product = st.builds(
        ProductoVendido,
        codigo=_TEXT,
        nombre=_TEXT,
        cantidad=st.integers(1, 10**9),
        subtotal=_SOLES,
        stock=st.none() | _STOCK,
    )
    return st.builds(
        VentaRegistrada,
        codigo_venta=_TEXT,
        items_count=_COUNT,
        total=st.none() | _SOLES,
        metodo_pago=_TEXT,
        trabajador=_TEXT,
        fecha=_TEXT,
        productos_vendidos=st.lists(product, max_size=3).map(tuple),
    )


def _analytics() -> st.SearchStrategy[AnaliticaActualizada]:
    period = st.builds(Periodo, tipo=_TEXT, fecha_inicio=_TEXT, fecha_fin=_TEXT)
    summary = st.builds(Resumen, ventas_hoy=_COUNT, ingresos_hoy=_SOLES, alertas=_COUNT)
    return st.builds(
        AnaliticaActualizada,
        mensaje=_TEXT,
        timestamp=st.none() | _TEXT,
        periodos=st.none() | st.lists(period, max_size=3).map(tuple),
        resumen=st.none() | summary,
    )


def _forecasts() -> st.SearchStrategy[PrediccionGenerada]:
    return st.builds(
        PrediccionGenerada,
        codigo_producto=_TEXT,
        demanda_manana=_COUNT,
        demanda_proxima_semana=st.none() | _COUNT,
        stock_actual=st.none() | _STOCK,
        alerta=st.none() | st.booleans() | _TEXT,
        productos=st.none() | _COUNT,
        alertas=st.none() | _COUNT,
    )


def events() -> st.SearchStrategy[EventData]:
    """Return a strategy of events of every contract, with and without their optional fields."""
    return st.one_of(_sales(), _analytics(), _forecasts())
