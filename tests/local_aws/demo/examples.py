"""Screens, answers and events to reason about."""

from typing import Any

from local_aws.catalogue import Store, User
from local_aws.demo.screens import Arrival, Asked, Screen
from local_aws.judge import ApiAnswer
from saai_domain.roles import Rol

from tests.local_aws.support import STACK


def screen(codigo: str, nombre: str, rol: Rol = Rol.TRABAJADOR) -> Screen:
    user = User(codigo_usuario=codigo, nombre=nombre, rol=rol)
    store = Store(codigo_tienda=codigo[:4], nombre="Bodega", usuarios=(user,), productos=())
    return Screen(stack=STACK, store=store, usuario=user, shows=lambda _screen, _arrival: None)


def sold(of: Screen, code: str = "T001V001", *, at: float = 10.0) -> Asked:
    envelope = {"message": "Venta registrada", "data": {"codigo_venta": code, "total": 6.0}}
    return Asked(screen=of, route="POST /ventas", answer=ApiAnswer(201, envelope), at=at, took=0.05)


def short(of: Screen) -> Asked:
    shortage = {"nombre": "Pan de molde", "solicitado": 6, "disponible": 3}
    return Asked(
        screen=of,
        route="POST /ventas",
        answer=ApiAnswer(409, {"message": "No hay stock", "data": [shortage]}),
        at=10.0,
        took=0.05,
    )


def arrival(code: str, seq: int, *, at: float = 10.1, recovered: bool = False, tenant: str = "T001") -> Arrival:
    """A sale's event on a screen."""
    event: dict[str, Any] = {
        "event_type": "venta_registrada",
        "tenant_id": tenant,
        "canal": "tienda",
        "seq": seq,
        "data": {"codigo_venta": code},
    }
    return Arrival(event=event, at=at, recovered=recovered)
