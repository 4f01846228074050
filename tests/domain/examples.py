"""Events as our publishers make them and as other services send them."""

from decimal import Decimal

from saai_domain.codes import parse_store_code
from saai_domain.events import (
    AnaliticaActualizada,
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
    metodo_pago="EFECTIVO",
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
