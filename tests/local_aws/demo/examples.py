"""Screens, orders, answers and frames to reason about."""

from decimal import Decimal
from typing import Any

from local_aws.catalogue import Producto
from local_aws.demo.ledger import Answer, Delivery, Forecast, Frame
from local_aws.demo.scenario import Line, Order, Screen
from saai_domain.roles import Rol

ROSA = Screen(tienda="T001", codigo_usuario="T001U001", nombre="Rosa Huamán", rol=Rol.ADMIN)
LUZ = Screen(tienda="T001", codigo_usuario="T001U002", nombre="Luz Ccori", rol=Rol.TRABAJADOR)
KEVIN = Screen(tienda="T002", codigo_usuario="T002U002", nombre="Kevin Chávez", rol=Rol.TRABAJADOR)
SCREENS = (ROSA, LUZ, KEVIN)

INCA_KOLA = Producto(codigo_producto="T001P001", nombre="Inca Kola 500 ml", precio=Decimal("3.00"), stock=48)


def order(number: int = 1, cashier: Screen = LUZ, *, in_stock: bool = True) -> Order:
    line = Line(producto=INCA_KOLA, cantidad=2)
    return Order(number=number, cashier=cashier, lines=(line,), metodo_pago="YAPE", in_stock=in_stock)


def sold(codigo: str, of: Order, *, asked_at: float = 10.0, answered_at: float = 10.05) -> Answer:
    return Answer(
        order=of,
        status=201,
        asked_at=asked_at,
        answered_at=answered_at,
        message="Venta registrada",
        codigo_venta=codigo,
        total=Decimal(6),
    )


def refused(of: Order) -> Answer:
    return Answer(order=of, status=409, asked_at=10.0, answered_at=10.05, message="Stock insuficiente")


def delivered(codigo: str, screen: Screen, *, tenant: str | None = None, at: float = 10.1) -> Delivery:
    """A sale's event on a screen."""
    return event("venta_registrada", {"codigo_venta": codigo}, screen, tenant=tenant, at=at)


def dashboard(screen: Screen, ventas_hoy: int, *, tenant: str | None = None) -> Delivery:
    """A refreshed dashboard's event on a screen."""
    return event("analitica_actualizada", {"resumen": {"ventas_hoy": ventas_hoy}}, screen, tenant=tenant)


def foreseen(screen: Screen, codigo: str = "T001P001") -> Delivery:
    """A forecast's event on a screen."""
    return event("prediccion_generada", {"codigo_producto": codigo}, screen)


def forecast(demand: int | None = 4) -> Forecast:
    """The answer to Rosa's question."""
    return Forecast(
        owner=ROSA, codigo_producto="T001P001", message="200 Lista", demanda_manana=demand, demanda_proxima_semana=21
    )


def event(
    event_type: str, data: dict[str, Any], screen: Screen, *, tenant: str | None = None, at: float = 10.1
) -> Delivery:
    subject = "-".join(str(value) for value in data.values())
    frame = Frame(
        event_type=event_type,
        tenant_id=tenant or screen.tienda,
        timestamp="2026-11-24T09:00:00-05:00",
        data=data,
        event_id=f"event-{subject}",
        canal="tienda" if event_type == "venta_registrada" else "administracion",
        seq=1,
    )
    return Delivery(screen=screen, frame=frame, at=at)
