"""The routes of the HTTP API: who may ask, with what, and what is answered.

Nothing of this runs in Lambda. What a command says of itself is not said again here (`command_route`).
"""

from collections.abc import Mapping
from typing import Any, Final

import attrs
from saai_domain.handlers.commands import HttpCommand
from saai_domain.http_contracts import (
    Analitica,
    Notificacion,
    PaginaPedida,
    PeriodoPedido,
    Prediccion,
    PrediccionPedida,
    Producto,
    TicketWs,
    Venta,
    VentaHecha,
    VentaNueva,
    VentasPedidas,
)
from saai_domain.roles import Rol
from saai_events.sales.register_sale import RegisterSale

EVERYONE: Final = frozenset(Rol)
OWNERS: Final = frozenset({Rol.ADMIN, Rol.SAAI})


@attrs.frozen(kw_only=True)
class Route:
    """What a route takes and answers: pages of ``answer`` where it lists, with a cursor where ``cursor`` says so."""

    summary: str
    answer: type
    body: type | None = None
    query: type | None = None
    roles: frozenset[Rol] = EVERYONE
    created: bool = False
    """Whether success is 201."""
    repeatable: bool = False
    """Whether an ``Idempotency-Key`` makes a repeat safe."""
    refusals: tuple[int, ...] = ()
    """Statuses besides those of every route: 401 for the token, 500."""
    pages: bool = False
    cursor: bool = False


def command_route(command: type[HttpCommand[Any]], *, body: type | None = None, answer: type | None = None) -> Route:
    """Return the route of a command: its roles, its body, and the event's fields for an answer.

    ``body`` and ``answer`` stand for the command's own where that reads or answers something else.
    """
    return Route(
        summary=(command.__doc__ or "").partition("\n")[0],
        body=body or command.body,
        answer=answer or command.event,
        roles=command.roles,
        created=True,
        repeatable=True,
        refusals=(400, 403, 404, 409),
    )


def list_route(summary: str, *, answer: type, query: type = PaginaPedida, roles: frozenset[Rol] = EVERYONE) -> Route:
    """Return the route of a list of ``answer``: pages with a cursor, refused to other ``roles``."""
    refusals = (400,) if roles == EVERYONE else (400, 403)
    return Route(summary=summary, query=query, answer=answer, roles=roles, refusals=refusals, pages=True, cursor=True)


ROUTES: Final[Mapping[str, Route]] = {
    "POST /ws-ticket": Route(summary="A one-use ticket for the WebSocket.", answer=TicketWs, created=True),
    "POST /ventas": command_route(RegisterSale, body=VentaNueva, answer=VentaHecha),
    "GET /ventas": list_route("The store's sales, newest first.", query=VentasPedidas, answer=Venta),
    "GET /productos": list_route("What the store sells.", answer=Producto),
    "GET /notificaciones": list_route(
        "What the store was notified of, newest first; cashiers see the sales.", answer=Notificacion
    ),
    "GET /analitica": Route(
        summary="The figures of a period.",
        query=PeriodoPedido,
        answer=Analitica,
        roles=OWNERS,
        refusals=(400, 403, 404),
        cursor=True,
    ),
    "POST /predicciones": Route(
        summary="Forecast a product's demand.",
        body=PrediccionPedida,
        answer=Prediccion,
        roles=frozenset({Rol.ADMIN}),
        refusals=(400, 403, 404, 409),
    ),
}
"""Every route of the HTTP API, by method and path."""
