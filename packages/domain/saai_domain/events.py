"""The event contracts (docs/domain.md, "WebSocket") and the frame in which a screen receives an event.

An event type is declared here and nowhere else: a class of `CONTRACTS` with its fields, its channel, what else follows
from it, and examples. Schemas, types, documents and tests are derived from it, or fail and say what they lack.

Fields that services on the earlier version don't send are optional here. Keys that a contract doesn't know are
kept and passed on: an event's ``payload`` is what its sender sent.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, TypeVar

import attrs
import msgspec
from aws_lite.wire import encode_json

from saai_domain.channel import MAX_FRAME_BYTES, Canal
from saai_domain.codes import TenantId
from saai_domain.errors import EventTooLarge, InvalidEvent, UnknownEventType
from saai_domain.limits import MAX_STOCK
from saai_domain.value_object import value_object

__all__ = [
    "CONTRACTS",
    "MAX_FRAME_BYTES",
    "AnaliticaActualizada",
    "Canal",
    "Count",
    "EventData",
    "GastoRegistrado",
    "Notice",
    "Periodo",
    "PrediccionGenerada",
    "ProductoVendido",
    "Resumen",
    "Severidad",
    "Stock",
    "StoreEvent",
    "Units",
    "VentaRegistrada",
    "contract_of",
    "decode_event",
    "encode_frame",
    "event_of",
]

T = TypeVar("T")
_SORTED: Final = msgspec.json.Encoder(decimal_format="number", order="deterministic")

Units = Annotated[int, msgspec.Meta(ge=1, le=MAX_STOCK)]
Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_STOCK)]
Stock = Annotated[int, msgspec.Meta(ge=-MAX_STOCK, le=MAX_STOCK)]
"""Other services may have driven a stock below zero; the screen shows what is so."""


class Severidad(StrEnum):
    """How urgent a notice is."""

    INFO = "INFO"
    WARNING = "WARNING"
    CRITICAL = "CRITICAL"


@value_object
class Notice:
    """What an event tells people, in Spanish: it goes to the topic, and from there into the table of notifications.

    ``tipo`` is docs/domain.md's, as ``ventaRegistrada``.
    """

    tipo: str
    severidad: Severidad
    titulo: str
    mensaje: str
    detalle: Mapping[str, Any]


class EventData:
    """What every event type declares beside its fields; a contract is a frozen attrs class derived from it."""

    __slots__ = ()
    __attrs_attrs__: ClassVar[Any]

    event_type: ClassVar[str]
    canal: ClassVar[Canal]
    """Who hears it."""
    examples: ClassVar[Sequence[Mapping[str, Any]]]
    """Payloads as our publishers send them, one of each form."""
    notice_tipo: ClassVar[str | None] = None
    """The kind of the notice that each event of the type brings; a cashier's list shows those of ``tienda``."""
    refreshes_analytics: ClassVar[bool] = False
    """Whether the store's analytics are calculated anew after it: it changes their figures."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notice of ``notice_tipo``, for its publisher to log with it; alerts are their publisher's own."""
        return ()


def _amount(_instance: object, attribute: "attrs.Attribute[Any]", value: Decimal | None) -> None:
    # A string "NaN" decodes to a Decimal.
    if value is not None and not value.is_finite():
        msg = f"{attribute.name} is not an amount of soles"
        raise ValueError(msg)


@value_object
class ProductoVendido:
    """One product of a sale. ``subtotal`` in soles; ``stock`` is what is left after it."""

    codigo: str
    nombre: str
    cantidad: Units
    subtotal: Decimal = attrs.field(validator=_amount)
    stock: Stock | None = None


@value_object
class VentaRegistrada(EventData):
    """A sale was registered. ``items_count`` counts its products, ``total`` is in soles, ``fecha`` a Lima date."""

    event_type: ClassVar[str] = "venta_registrada"
    canal: ClassVar[Canal] = Canal.TIENDA
    notice_tipo: ClassVar[str | None] = "ventaRegistrada"
    refreshes_analytics: ClassVar[bool] = True
    examples: ClassVar[Sequence[Mapping[str, Any]]] = (
        {
            "codigo_venta": "T001V015",
            "items_count": 1,
            "total": 7.5,
            "metodo_pago": "EFECTIVO",
            "trabajador": "T001U002",
            "fecha": "2025-12-31",
            "productos_vendidos": [
                {"codigo": "T001P005", "nombre": "Piña", "cantidad": 3, "subtotal": 7.5, "stock": 38}
            ],
        },
    )

    codigo_venta: str
    items_count: Count
    total: Decimal | None = attrs.field(default=None, validator=_amount)
    metodo_pago: str
    trabajador: str
    fecha: str
    productos_vendidos: tuple[ProductoVendido, ...]

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The entry of everyone's list."""
        notice = Notice(
            tipo="ventaRegistrada",
            severidad=Severidad.INFO,
            titulo="Venta registrada",
            mensaje=f"Venta {self.codigo_venta} por S/ {self.total} ({self.metodo_pago}).",
            detalle={
                "codigo_venta": self.codigo_venta,
                "total": self.total,
                "metodo_pago": self.metodo_pago,
                "codigo_usuario": self.trabajador,
            },
        )
        return (notice,)


@value_object
class Periodo:
    """The days that an analysis covers, both included: ``tipo`` is ``dia``, ``semana`` or ``mes``."""

    tipo: str
    fecha_inicio: str
    fecha_fin: str


@value_object
class Resumen:
    """The dashboard's head: today's sales, today's income in soles, alerts that stand."""

    ventas_hoy: Count
    ingresos_hoy: Decimal = attrs.field(validator=_amount)
    alertas: Count


@value_object
class AnaliticaActualizada(EventData):
    """A store's analytics were calculated anew."""

    event_type: ClassVar[str] = "analitica_actualizada"
    canal: ClassVar[Canal] = Canal.ADMINISTRACION
    examples: ClassVar[Sequence[Mapping[str, Any]]] = (
        {
            "mensaje": "Analítica actualizada",
            "timestamp": "2025-12-31T15:30:00-05:00",
            "periodos": [{"tipo": "dia", "fecha_inicio": "2025-12-31", "fecha_fin": "2025-12-31"}],
            "resumen": {"ventas_hoy": 12, "ingresos_hoy": 480.0, "alertas": 1},
        },
    )

    mensaje: str
    timestamp: str | None = None
    periodos: tuple[Periodo, ...] | None = None
    resumen: Resumen | None = None


@value_object
class PrediccionGenerada(EventData):
    """A forecast was made: of one product (whole units), or of a store's products by the nightly batch (counts)."""

    event_type: ClassVar[str] = "prediccion_generada"
    canal: ClassVar[Canal] = Canal.ADMINISTRACION
    examples: ClassVar[Sequence[Mapping[str, Any]]] = (
        {
            "codigo_producto": "T001P005",
            "demanda_manana": 6,
            "demanda_proxima_semana": 40,
            "stock_actual": 38,
            "alerta": "stockBajo",
        },
        {"productos": 120, "alertas": 3},
    )
    requires_one_of: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("codigo_producto", "demanda_manana"),
        ("productos", "alertas"),
    )
    """Groups of fields of which one must be there whole."""

    codigo_producto: str | None = None
    demanda_manana: Count | None = None
    demanda_proxima_semana: Count | None = None
    stock_actual: Stock | None = None
    alerta: str | bool | None = None
    productos: Count | None = None
    alertas: Count | None = None

    def __attrs_post_init__(self) -> None:
        if not any(all(getattr(self, name) is not None for name in group) for group in self.requires_one_of):
            msg = f"either {', or '.join(' and '.join(group) for group in self.requires_one_of)} are required"
            raise ValueError(msg)


@value_object
class GastoRegistrado(EventData):
    """An expense was registered, by a service of its own. ``monto`` in soles, ``fecha`` a Lima date."""

    event_type: ClassVar[str] = "gasto_registrado"
    canal: ClassVar[Canal] = Canal.ADMINISTRACION
    refreshes_analytics: ClassVar[bool] = True
    examples: ClassVar[Sequence[Mapping[str, Any]]] = (
        {"codigo_gasto": "T001G007", "monto": 35.5, "motivo": "Recibo de luz", "fecha": "2025-12-31"},
    )

    codigo_gasto: str
    monto: Decimal = attrs.field(validator=_amount)
    motivo: str
    fecha: str


CONTRACTS: Final[Mapping[str, type[EventData]]] = {
    contract.event_type: contract
    for contract in (GastoRegistrado, VentaRegistrada, AnaliticaActualizada, PrediccionGenerada)
}
"""Event type to contract: the events there are
(docs/decisions.md, "A new event type is a change of this repository").
"""


def contract_of(event_type: object) -> type[EventData]:
    """Return the contract of an event type.

    Raises:
        UnknownEventType: No contract of this version has this name.
    """
    contract = CONTRACTS.get(event_type) if isinstance(event_type, str) else None
    if contract is None:
        raise UnknownEventType(event_type, list(CONTRACTS))
    return contract


@value_object
class StoreEvent:
    """An event that keeps its contract: ``data`` as typed values, ``payload`` as it goes over the wire."""

    data: EventData
    payload: Mapping[str, Any]

    @property
    def event_type(self) -> str:
        return self.data.event_type

    @property
    def canal(self) -> Canal:
        return self.data.canal


def event_of(data: EventData) -> StoreEvent:
    """Make an event of a contract's values; absent optional fields don't appear in the payload."""
    return StoreEvent(data=data, payload=attrs.asdict(data, filter=lambda _, value: value is not None))


def decode_event(event_type: object, payload: object) -> StoreEvent:
    """Check what another service sent against the contract of its type.

    Raises:
        UnknownEventType: No contract of this version has this name.
        InvalidEvent: The payload breaks the contract; the error names the field.
    """
    contract = contract_of(event_type)
    try:
        data = msgspec.convert(payload, contract)
    except (msgspec.ValidationError, UnicodeError) as error:
        # A key may hold half a surrogate pair.
        raise InvalidEvent(contract.event_type, str(error)) from None
    return StoreEvent(data=data, payload=payload)  # type: ignore[arg-type] - convert took it for an object


def encode_frame(event: StoreEvent, *, tenant_id: TenantId, timestamp: str, event_id: str, seq: int) -> str:
    """Write the frame a screen receives. The same arguments give the same bytes.

    Raises:
        EventTooLarge: The frame exceeds MAX_FRAME_BYTES.
        InvalidEvent: A text of the payload is not Unicode, or it is nested too deeply.
    """
    values = {
        "event_type": event.event_type,
        "tenant_id": tenant_id,
        "timestamp": timestamp,
        "data": event.payload,
        "event_id": event_id,
        "canal": event.canal,
        "seq": seq,
    }
    frame = _json(event, values, encode_json)
    size = len(frame.encode())
    if size > MAX_FRAME_BYTES:
        raise EventTooLarge(event.event_type, size, MAX_FRAME_BYTES)
    return frame


def event_hash(event: StoreEvent) -> str:
    """Return the SHA-256 of what an event says, in hexadecimal; the order of its keys doesn't matter.

    Raises:
        InvalidEvent: A text of the payload is not Unicode, or it is nested too deeply.
    """
    return hashlib.sha256(_json(event, [event.event_type, event.payload], _SORTED.encode)).hexdigest()


def _json(event: StoreEvent, value: object, encode: Callable[[object], T]) -> T:
    try:
        return encode(value)
    except (UnicodeEncodeError, RecursionError) as error:
        # A text that was cut inside an emoji, which JSON's escapes let through.
        raise InvalidEvent(event.event_type, str(error)) from None
