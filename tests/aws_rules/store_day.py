"""A store's day, as AWS hands it to the functions: every function, each kind of caller, and what they refuse.

A script rather than files, since later events carry what earlier answers said (a ticket, an authorizer's context).
Whoever plays it calls the functions: in this process, or as Lambda does.
"""

import json
from collections.abc import Callable, Generator, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import attrs
from local_aws.tokens import issue
from saai_domain import event_log
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import TenantId
from saai_domain.events import AnaliticaActualizada, event_of
from saai_domain.roles import Rol
from saai_domain.time import epoch_seconds, iso_timestamp, lima_date, lima_now
from saai_support.payloads import handshake, http_request, message, payload, sns_notification, sqs_batch, websocket

_NOTHING: Final[Mapping[str, str]] = {}
HISTORY: Final = 12
"""Days with a sale each, before today: enough for a forecast."""


@attrs.frozen
class Call:
    """An invocation: who is called by what (``http``, ``websocket``, ``authorizer``, ``queue``, ``event``)."""

    function: str
    caller: str
    event: Mapping[str, Any]


Day = Generator[Call, Any, None]


@attrs.frozen(kw_only=True)
class Store:
    """Two cashiers' store, whose yesterday left an event undelivered."""

    tenant_id: str
    secret: str

    def rows(self) -> list[tuple[str, dict[str, Any]]]:
        """Tables and rows that are there before the day begins."""
        tenant, now = self.tenant_id, lima_now()
        row = partial(_row, tenant)
        products = [
            row(
                "productos", f"{tenant}P00{n}", nombre=f"Producto {n}", precio=Decimal("3.50"), stock=s, estado="ACTIVO"
            )
            for n, s in ((1, 40), (2, 1))
        ]
        sales = [
            row(
                "ventas",
                f"{tenant}V{n:03d}",
                codigo_venta=f"{tenant}V{n:03d}",
                productos=[
                    {"codigo_producto": f"{tenant}P001", "nombre_producto": "Producto 1", "cantidad": n % 4 + 1}
                ],
                total=Decimal("7.00"),
                fecha=lima_date(now - timedelta(days=HISTORY + 1 - n)).isoformat(),
                codigo_usuario=f"{tenant}U001",
                estado="COMPLETADA",
            )
            for n in range(1, HISTORY + 1)
        ]
        yesterday = event_log.log_event(
            event_of(AnaliticaActualizada(mensaje="de ayer")),
            tenant_id=TenantId(tenant),
            seq=1,
            moment=now - timedelta(days=1),
            origen="ActualizarAnalitica",
        )
        return [
            _row("SAAI", "tiendas", tenant, codigo_tienda=tenant, nombre="Bodega", estado="ACTIVA"),
            row("usuarios", f"{tenant}U001", codigo_usuario=f"{tenant}U001", rol="TRABAJADOR", estado="ACTIVO"),
            row("usuarios", f"{tenant}U002", codigo_usuario=f"{tenant}U002", rol="ADMIN", estado="ACTIVO"),
            row("gastos", f"{tenant}G001", monto=Decimal("10.00"), fecha=lima_date(now).isoformat(), estado="ACTIVO"),
            *products,
            *sales,
            row("counters", "ventas", value=HISTORY),
            row("counters", "eventos#administracion", value=1),
            ("eventos", serialize(event_log.to_item(yesterday))),
        ]

    def day(self) -> Day:
        """The day, from the first ticket to the last query."""
        context = yield from self._handshake()
        context |= {"connectedAt": str(epoch_seconds(lima_now()) * 1000)}
        connection = f"{self.tenant_id}conexion="
        yield Call("OnConnect", "websocket", websocket("connect", connection, **context))
        yield Call("OnConnect", "websocket", websocket("connect_subprotocol", "otra=", **context))
        yield from self._sales()
        yield from self._events()
        for sent in (
            '{"action": "ping"}',
            '{"action": "resume", "cursor": {}}',
            '{"action": "resume", "cursor": {"tienda": 1}}',
            '{"action": "?"}',
        ):
            yield Call("OnMessage", "websocket", message(sent, connection, **context))
        yield from self._work()
        yield from self._screens()
        for _ in range(2):
            yield Call("OnDisconnect", "websocket", websocket("disconnect", connection))
        yield from self._closing()

    def http(
        self, route: str, *, rol: Rol | None = Rol.TRABAJADOR, body: object = None, key: str | None = None, **query: str
    ) -> dict[str, Any]:
        """A request of the HTTP API; without a role, without a token."""
        token = self.token(rol) if rol else None
        return http_request(route, token=token, body=body, query=query or None, idempotency_key=key)

    def token(self, rol: Rol = Rol.TRABAJADOR) -> str:
        """A good token of the cashier or the owner."""
        user = f"{self.tenant_id}U00{1 if rol is Rol.TRABAJADOR else 2}"
        return issue(secret=self.secret, tenant_id=self.tenant_id, codigo_usuario=user, rol=rol)

    def _handshake(self) -> Generator[Call, Any, dict[str, str]]:
        """Every way in, and returns the context that lets the cashier in."""
        answer = yield Call("EmitirTicketWs", "http", self.http("POST /ws-ticket"))
        ticket = json.loads(answer["body"])["data"]["ticket"]
        by_header = payload("authorizer_header_token", headers={"Authorization": f"Bearer {self.token()}"})
        for event, effect in (
            (handshake(ticket=ticket), "Allow"),
            (handshake(ticket=ticket), "Deny"),
            (handshake(token="x"), "Deny"),
            (handshake(token=self.token()), "Allow"),
            (by_header, "Allow"),
        ):
            answer = yield Call("AutorizarConexion", "authorizer", event)
            assert answer["policyDocument"]["Statement"][0]["Effect"] == effect, answer
        context: dict[str, str] = answer["context"]
        return context

    def _sales(self) -> Day:
        """One that is sent twice, one that the shelf can't give, and what is no sale."""
        orders: tuple[tuple[str, Any, int], ...] = (
            ("uno", self._order(P001=2), 201),
            ("uno", self._order(P001=2), 201),
            ("uno", self._order(P001=3), 409),
            ("dos", self._order(P001=1, P002=1), 201),
            ("tres", self._order(P002=1), 409),
            ("cuatro", {"productos": []}, 400),
            ("cinco", self._order(P009=1), 404),
        )
        for key, body, status in orders:
            answer = yield Call("RegistrarVenta", "http", self.http("POST /ventas", body=body, key=key))
            assert answer["statusCode"] == status, answer
        yield Call("RegistrarVenta", "http", self.http("POST /ventas", rol=None, body=self._order(P001=1)))

    def _order(self, **units: int) -> dict[str, Any]:
        lines = [{"codigo_producto": self.tenant_id + code, "cantidad": count} for code, count in units.items()]
        return {"productos": lines, "metodo_pago": "YAPE"}

    def _events(self) -> Day:
        """The sale's event, one of another service that is sent twice, what is no event, and the sweep."""
        tenant = {"tenant_id": self.tenant_id}
        external = {**tenant, "event_type": "analitica_actualizada", "payload": {"mensaje": "hola"}, "event_id": "e-1"}
        for event, status in (
            ({**tenant, "canal": "tienda", "seq": 1}, 200),
            ({**tenant, "canal": "tienda", "seq": 1}, 200),
            (external, 200),
            (external, 200),
            ({**tenant, "event_type": "nada", "payload": _NOTHING}, 400),
        ):
            answer = yield Call("EmitirEventosWs", "event", event)
            assert answer["statusCode"] == status, answer
        yield Call("BarrerEventos", "event", payload("schedule"))

    def _work(self) -> Day:
        """What schedules and queues bring."""
        good, bad = json.dumps({"tenant_id": self.tenant_id}), '{"tienda": "?"}'
        for _ in range(2):
            yield Call("ActualizarAnalitica", "queue", sqs_batch(good, bad))
        yield Call("PrediccionDemanda", "queue", sqs_batch(good))
        for code in ("P001", "P001", "P002"):
            body = {"codigo_producto": self.tenant_id + code}
            yield Call("PrediccionDemanda", "http", self.http("POST /predicciones", rol=Rol.ADMIN, body=body))
        for tarea in ("analitica", "predicciones"):
            yield Call("DespacharTiendas", "event", {"tarea": tarea})
        for _ in range(2):
            yield Call("GuardarNotificacion", "event", self._notice())

    def _screens(self) -> Day:
        """Every query, by pages too, and who may not ask."""
        for route, query in (
            ("GET /ventas", _NOTHING),
            ("GET /ventas", {"limite": "1"}),
            ("GET /productos", {"limite": "1"}),
            ("GET /notificaciones", _NOTHING),
            ("GET /analitica", {"periodo": "semana"}),
        ):
            answer = yield Call("ConsultarTienda", "http", self.http(route, rol=Rol.ADMIN, **query))
            assert answer["statusCode"] == 200, answer
        yield Call("ConsultarTienda", "http", self.http("GET /notificaciones"))
        yield Call("ConsultarTienda", "http", self.http("GET /analitica"))

    def _closing(self) -> Day:
        """The cashier's last screen is closed, again where none is left, and what names no store."""
        cashier = {"tenant_id": self.tenant_id, "codigo_usuario": f"{self.tenant_id}U001"}
        for request, status in ((cashier, 200), (cashier, 200), ({"tenant_id": "?"}, 400)):
            answer = yield Call("CerrarPantallas", "event", request)
            assert answer["statusCode"] == status, answer

    def _notice(self) -> dict[str, Any]:
        """The notice of a sale, as the topic hands it over."""
        text = {"id": "n-1", "tipo": "ventaRegistrada", "titulo": "t", "mensaje": "m", "detalle": _NOTHING}
        attributes = {
            "tenant_id": self.tenant_id,
            "tipo": "ventaRegistrada",
            "severidad": "INFO",
            "origen": "RegistrarVenta",
            "ts": iso_timestamp(lima_now()),
        }
        return sns_notification(json.dumps(text), attributes)


def play(day: Day, call: Callable[[Call], Any]) -> int:
    """Make a day's calls one after the other, each with what the earlier ones answered; returns how many."""
    played = 0
    answer: Any = None
    while True:
        try:
            answer = call(day.send(answer))
        except StopIteration:
            return played
        assert answer.get("statusCode", 200) < HTTPStatus.INTERNAL_SERVER_ERROR, answer
        played += 1


def _row(tenant: str, table: str, entity_id: str, **data: Any) -> tuple[str, dict[str, Any]]:
    return table, serialize({"tenant_id": tenant, "entity_id": entity_id, "data": data})
