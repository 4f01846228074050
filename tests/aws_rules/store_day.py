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
from pathlib import Path
from typing import Any, Final

import attrs
from local_aws.tokens import issue
from saai_domain import event_log
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import TenantId
from saai_domain.events import AnaliticaActualizada, event_of
from saai_domain.roles import Rol
from saai_domain.time import epoch_seconds, iso_timestamp, lima_date, lima_now

from tests.ws_gateway.api_gateway import load_event

_HTTP: Final = json.loads((Path(__file__).parents[1] / "saai_events" / "events" / "registrar_venta.json").read_text())
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
        connection = f"{self.tenant_id}conexion="
        authorizer = yield from self._handshake()
        connected_at = epoch_seconds(lima_now()) * 1000
        connected = {"connectionId": connection, "connectedAt": connected_at, "authorizer": authorizer}
        yield self._socket("OnConnect", "connect", connected)
        yield self._socket("OnConnect", "connect_subprotocol", connected | {"connectionId": "otra="})
        yield from self._sales()
        yield from self._events()
        for body in (
            '{"action": "ping"}',
            '{"action": "resume", "cursor": {}}',
            '{"action": "resume", "cursor": {"tienda": 1}}',
            '{"action": "?"}',
        ):
            yield self._socket("OnMessage", "message", connected, body=body)
        yield from self._work()
        yield from self._screens()
        for _ in range(2):
            yield self._socket("OnDisconnect", "disconnect", {"connectionId": connection})

    def http(self, route: str, *, rol: Rol | None = Rol.TRABAJADOR, body: Any = None, **headers: str) -> dict[str, Any]:
        """A request of the HTTP API; without a role, without a token."""
        token = {"authorization": f"Bearer {self.token(rol)}"} if rol else {}
        return {
            **_HTTP,
            "routeKey": route,
            "rawPath": route.partition(" ")[2],
            "requestContext": _HTTP["requestContext"] | {"routeKey": route, "requestId": f"request-{self.tenant_id}"},
            "headers": {**token, **headers},
            "body": json.dumps(body) if body is not None else None,
        }

    def token(self, rol: Rol = Rol.TRABAJADOR) -> str:
        """A good token of the cashier or the owner."""
        user = f"{self.tenant_id}U00{1 if rol is Rol.TRABAJADOR else 2}"
        return issue(secret=self.secret, tenant_id=self.tenant_id, codigo_usuario=user, rol=rol)

    def _handshake(self) -> Generator[Call, Any, Mapping[str, Any]]:
        """Every way in, and returns the context that lets the cashier in."""
        answer = yield Call("EmitirTicketWs", "http", self.http("POST /ws-ticket"))
        ticket = json.loads(answer["body"])["data"]["ticket"]
        for query, effect in (
            ({"ticket": ticket}, "Allow"),
            ({"ticket": ticket}, "Deny"),
            ({"token": self.token()}, "Allow"),
            ({"token": "x"}, "Deny"),
        ):
            event = load_event("authorizer_query_token", queryStringParameters=query)
            answer = yield Call("AutorizarConexion", "authorizer", event)
            assert answer["policyDocument"]["Statement"][0]["Effect"] == effect, answer
        header = {"Authorization": f"Bearer {self.token()}"}
        event = load_event("authorizer_header_token", headers=header)
        answer = yield Call("AutorizarConexion", "authorizer", event)
        context: Mapping[str, Any] = answer["context"]
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
            event = self.http("POST /ventas", body=body, **{"idempotency-key": key})
            answer = yield Call("RegistrarVenta", "http", event)
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
        yield Call("BarrerEventos", "event", {})

    def _work(self) -> Day:
        """What schedules and queues bring."""
        good, bad = _message("m-1", {"tenant_id": self.tenant_id}), _message("m-2", {"tienda": "?"})
        for _ in range(2):
            yield Call("ActualizarAnalitica", "queue", {"Records": [good, bad]})
        yield Call("PrediccionDemanda", "queue", {"Records": [good]})
        for code in ("P001", "P001", "P002"):
            body = {"codigo_producto": self.tenant_id + code}
            yield Call("PrediccionDemanda", "http", self.http("POST /predicciones", rol=Rol.ADMIN, body=body))
        for tarea in ("analitica", "predicciones"):
            yield Call("DespacharTiendas", "event", {"tarea": tarea})
        for _ in range(2):
            yield Call("GuardarNotificacion", "event", {"Records": [self._notice()]})

    def _screens(self) -> Day:
        """Every query, by pages too, and who may not ask."""
        for route, query in (
            ("GET /ventas", _NOTHING),
            ("GET /ventas", {"limite": "1"}),
            ("GET /productos", {"limite": "1"}),
            ("GET /notificaciones", _NOTHING),
            ("GET /analitica", {"periodo": "semana"}),
        ):
            event = self.http(route, rol=Rol.ADMIN) | {"queryStringParameters": query}
            answer = yield Call("ConsultarTienda", "http", event)
            assert answer["statusCode"] == 200, answer
        yield Call("ConsultarTienda", "http", self.http("GET /notificaciones"))
        yield Call("ConsultarTienda", "http", self.http("GET /analitica"))

    def _socket(self, function: str, payload: str, context: Mapping[str, Any], **changes: Any) -> Call:
        event = load_event(payload, **changes)
        return Call(function, "websocket", event | {"requestContext": event["requestContext"] | context})

    def _notice(self) -> dict[str, Any]:
        """A record of SNS (AWS Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS notifications")."""
        message = {"id": "n-1", "tipo": "ventaRegistrada", "titulo": "t", "mensaje": "m", "detalle": _NOTHING}
        attributes = {
            "tenant_id": self.tenant_id,
            "tipo": "ventaRegistrada",
            "severidad": "INFO",
            "origen": "RegistrarVenta",
            "ts": iso_timestamp(lima_now()),
        }
        return {
            "EventVersion": "1.0",
            "EventSource": "aws:sns",
            "Sns": {
                "Type": "Notification",
                "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                "Message": json.dumps(message),
                "MessageAttributes": {name: {"Type": "String", "Value": value} for name, value in attributes.items()},
            },
        }


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


def _message(identity: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A record of SQS (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS")."""
    return {
        "messageId": identity,
        "receiptHandle": "AQEB",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1767200400123"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "awsRegion": "us-east-1",
    }


def _row(tenant: str, table: str, entity_id: str, **data: Any) -> tuple[str, dict[str, Any]]:
    return table, serialize({"tenant_id": tenant, "entity_id": entity_id, "data": data})
