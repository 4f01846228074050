"""What the HTTP routes are asked and what they answer as ``data`` (docs/protocol.md, "Snapshots").

The routes themselves: ``saai_contracts.routes``. A command's body is declared beside the command.

Fields that rows of other services or of the earlier version may lack are optional. Keys that a contract doesn't know
are kept and passed on.
"""

from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import attrs
import msgspec

from saai_domain.codes import Kind
from saai_domain.limits import DEFAULT_PAGE, MAX_PAGE, MAX_UNITS

__all__: list[str] = []

PAYMENT_METHODS: Final = ("EFECTIVO", "YAPE", "PLIN", "TARJETA", "TRANSFERENCIA")
"""Peru's usual means of payment. Any text is accepted: frontends of the earlier version send what they like."""

PRODUCT_CODE: Final = f"^{Kind.PRODUCT.pattern}$"


@attrs.frozen(kw_only=True)
class LineaPedida:
    """A product to be sold; ``cantidad`` in whole units."""

    codigo_producto: Annotated[str, msgspec.Meta(pattern=PRODUCT_CODE)]
    cantidad: Annotated[int, msgspec.Meta(ge=1, le=MAX_UNITS)]


@attrs.frozen(kw_only=True)
class VentaNueva:
    """A sale as it is asked for, of at most 90 products. ``metodo_pago`` is any short text that is not blank."""

    productos: Annotated[tuple[LineaPedida, ...], msgspec.Meta(min_length=1)]
    metodo_pago: Annotated[str, msgspec.Meta(pattern=r"\S")]


@attrs.frozen(kw_only=True)
class VentaHecha:
    """The answer to a sale that was registered: ``total`` in soles, ``fecha`` a Lima date."""

    codigo_venta: str
    total: Decimal
    fecha: str


@attrs.frozen(kw_only=True)
class LineaVenta:
    """One product of a sale, in soles at the moment of the sale."""

    codigo_producto: str
    nombre_producto: str
    precio_unitario: Decimal | None = None
    cantidad: int
    subtotal_item: Decimal | None = None


@attrs.frozen(kw_only=True)
class Venta:
    """A sale as it is kept: ``total`` in soles, ``fecha`` a Lima date, ``created_at`` ISO 8601 with offset."""

    codigo_venta: str
    productos: tuple[LineaVenta, ...]
    total: Decimal
    metodo_pago: str
    fecha: str
    codigo_usuario: str
    estado: Literal["COMPLETADA", "ANULADA"]
    created_at: str | None = None
    updated_at: str | None = None


@attrs.frozen(kw_only=True)
class Producto:
    """A product that is sold: ``precio`` in soles, ``stock`` in units, which other services may drive below zero."""

    codigo_producto: str
    nombre: str
    precio: Decimal
    stock: int
    estado: str
    created_at: str | None = None
    updated_at: str | None = None


@attrs.frozen(kw_only=True)
class Notificacion:
    """An entry of a store's list of notices; ``ts`` is when it happened."""

    id: str
    tipo: str
    severidad: Literal["INFO", "WARNING", "CRITICAL"]
    titulo: str
    mensaje: str
    detalle: Any = None
    origen: str | None = None
    ts: str | None = None
    estado: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


@attrs.frozen(kw_only=True)
class PeriodoAnalizado:
    """The days that the figures cover, both included."""

    tipo: Literal["dia", "semana", "mes"]
    fecha_inicio: str
    fecha_fin: str
    dias: int


@attrs.frozen(kw_only=True)
class TotalVentas:
    """Sales of the period, and their income in soles."""

    total_ventas: int
    total_ingresos: Decimal


@attrs.frozen(kw_only=True)
class TotalGastos:
    """Expenses of the period in soles; ``balance`` is income less expenses."""

    total_gastos: int
    total_egresos: Decimal
    balance: Decimal


@attrs.frozen(kw_only=True)
class Inventario:
    """The products as they were at the calculation; ``valor_total`` in soles."""

    total_productos: int
    productos_sin_stock: int
    productos_bajo_stock: int
    valor_total: Decimal


@attrs.frozen(kw_only=True)
class Personal:
    """The store's active users."""

    administradores: int
    trabajadores: int


@attrs.frozen(kw_only=True)
class ProductoTop:
    """A product of those that sold the most units."""

    codigo_producto: str
    nombre: str
    unidades: int
    ventas: int


@attrs.frozen(kw_only=True)
class VentasDelDia:
    """A day's sales, and their income in soles."""

    fecha: str
    cantidad: int
    ingresos: Decimal


@attrs.frozen(kw_only=True)
class GastosDelDia:
    """A day's expenses, in soles."""

    fecha: str
    cantidad: int
    egresos: Decimal


@attrs.frozen(kw_only=True)
class VentasDelTrabajador:
    """Who sold how much, in soles."""

    codigo_usuario: str
    nombre: str
    cantidad: int
    ingresos: Decimal


@attrs.frozen(kw_only=True)
class Alerta:
    """What the figures gave reason to tell the owner."""

    tipo: str
    severidad: Literal["INFO", "WARNING", "CRITICAL"]
    titulo: str
    mensaje: str
    detalle: Any = None


@attrs.frozen(kw_only=True)
class Analitica:
    """A period's figures as they were last calculated, at ``updated_at``."""

    periodo: PeriodoAnalizado
    ventas: TotalVentas
    gastos: TotalGastos
    inventario: Inventario
    usuarios: Personal
    productos_top: tuple[ProductoTop, ...]
    ventas_diarias: tuple[VentasDelDia, ...]
    gastos_diarios: tuple[GastosDelDia, ...]
    ventas_por_trabajador: tuple[VentasDelTrabajador, ...]
    alertas_detectadas: tuple[Alerta, ...]
    event_id: str | None = None
    estado: str | None = None
    created_at: str | None = None
    updated_at: str


@attrs.frozen(kw_only=True)
class PrediccionPedida:
    """The product whose demand is to be forecast."""

    codigo_producto: Annotated[str, msgspec.Meta(pattern=PRODUCT_CODE)]


@attrs.frozen(kw_only=True)
class Prediccion:
    """A product's demand, in whole units."""

    codigo_producto: str
    demanda_manana: int
    demanda_proxima_semana: int


@attrs.frozen(kw_only=True)
class TicketWs:
    """A ticket for one connection, and how long it is good, in seconds."""

    ticket: str
    segundos: int


@attrs.frozen(kw_only=True)
class Problema:
    """What is wrong with a request: a field, a product that isn't there, or one of which too little is left."""

    campo: str | None = None
    mensaje: str | None = None
    codigo_producto: str | None = None
    nombre: str | None = None
    solicitado: int | None = None
    disponible: int | None = None


@attrs.frozen(kw_only=True)
class PaginaPedida:
    """Which part of a list: at most ``limite`` rows, from where an answer's ``siguiente`` leads."""

    limite: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    siguiente: str | None = None


@attrs.frozen(kw_only=True)
class VentasPedidas:
    """Which part of the sales: at most ``limite``, newest first, from the sale ``desde`` or ``siguiente`` on."""

    limite: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    siguiente: str | None = None
    desde: str | None = None


@attrs.frozen(kw_only=True)
class PeriodoPedido:
    """Which period's figures."""

    periodo: Literal["dia", "semana", "mes"]
