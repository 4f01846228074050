"""Every door of the product: what comes in there, changed, and what may come out.

A door's ``knock`` sends one input into the real functions over an AWS in memory, and returns what is wrong with what
happened: an exception that isn't one of ours where failing is the answer, a 5xx, an answer outside its contract, a log
line that is no JSON, or input that comes out unescaped.
"""

import contextlib
import io
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs
from saai_domain.aws.dynamodb import serialize
from saai_domain.errors import SaaiError
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.lambda_context import Invocation
from saai_domain.testing.tokens import token
from saai_support.functions import Functions
from saai_support.payloads import handshake, http_request, message, payload, sns_notification, sqs_batch, websocket

from tests.fuzz.mutation import Mutator

SALE: Final = {"productos": [{"codigo_producto": "T001P001", "cantidad": 1}], "metodo_pago": "YAPE"}
CASHIER, OWNER = token(), token(rol="ADMIN")
EVENT: Final = {
    "tenant_id": "T001",
    "event_type": "venta_registrada",
    "payload": {
        "codigo_venta": "T001V015",
        "items_count": 1,
        "total": 7.0,
        "metodo_pago": "YAPE",
        "trabajador": "T001U001",
        "fecha": "2025-12-31",
        "productos_vendidos": [{"codigo": "T001P001", "nombre": "Arroz", "cantidad": 1, "subtotal": 7.0, "stock": 3}],
    },
    "event_id": "e-1",
    "exclude_connection_id": "L0SM9cOFvHcCIhw=",
}
WHO: Final = {"tenant_id": "T001", "codigo_usuario": "T001U001", "rol": "ADMIN"}
ROWS: Final[Mapping[tuple[str, str, str], Mapping[str, Any]]] = {
    ("tiendas", "SAAI", "T001"): {"codigo_tienda": "T001", "nombre": "Bodega", "estado": "ACTIVA"},
    ("usuarios", "T001", "T001U001"): {
        "codigo_usuario": "T001U001",
        "nombre": "Ñusta",
        "rol": "ADMIN",
        "estado": "ACTIVO",
    },
    ("productos", "T001", "T001P001"): {
        "codigo_producto": "T001P001",
        "nombre": "Arroz",
        "precio": Decimal("3.50"),
        "stock": 900,
        "estado": "ACTIVO",
    },
    ("gastos", "T001", "T001G001"): {"monto": Decimal("35.50"), "fecha": "2025-12-31", "estado": "ACTIVO"},
    ("ventas", "T001", "T001V001"): {
        "codigo_venta": "T001V001",
        "productos": [
            {
                "codigo_producto": "T001P001",
                "nombre_producto": "Arroz",
                "precio_unitario": Decimal("3.50"),
                "cantidad": 2,
                "subtotal_item": Decimal("7.00"),
            }
        ],
        "total": Decimal("7.00"),
        "metodo_pago": "YAPE",
        "fecha": "2025-12-31",
        "codigo_usuario": "T001U001",
        "estado": "COMPLETADA",
        "created_at": "2025-12-31T15:30:00-05:00",
    },
    ("counters", "T001", "ventas"): {"value": 1},
}
"""What other services write, and a counter."""
OTHERS: Final = tuple(place for place in ROWS if place[0] != "counters")
MANY: Final = 200
"""Inputs after which a door's world is made anew."""


@attrs.define
class World:
    """A store, and every function."""

    functions: Functions

    @classmethod
    def opened(cls) -> "World":
        world = cls(Functions(InMemoryAws()))
        for place, data in ROWS.items():
            world.put(place, serialize(data))
        return world

    def put(self, place: tuple[str, str, str], data: Mapping[str, Any]) -> None:
        """Write a row, whose ``data`` are DynamoDB's typed values."""
        table, tenant, entity = place
        item = {**serialize({"tenant_id": tenant, "entity_id": entity}), "data": {"M": dict(data)}}
        self.functions.aws.dynamodb.put_item(TableName=table, Item=item)

    def ask(self, name: str, event: Any) -> "Happened":
        """Call a function, and keep everything that it does."""
        out, err = io.StringIO(), io.StringIO()
        answer, raised = None, None
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                answer = self.functions.call(name, event, Invocation(aws_request_id="request"))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
                raised = error
        return Happened(name=name, answer=answer, raised=raised, lines=out.getvalue(), errors=err.getvalue())


@attrs.frozen(kw_only=True)
class Happened:
    """What a call led to."""

    name: str
    answer: Any
    raised: Exception | None
    lines: str
    errors: str

    def wrong(self, *, may_raise: bool = False, typed_failures: bool = False) -> list[str]:
        """Return what is wrong.

        Args:
            may_raise: Whether a failing call is the door's refusal, which must be one of our errors.
            typed_failures: Whether a 500 is, where the log names one of our errors: another service's row is broken.
        """
        found = [f"stderr: {self.errors[:200]}"] if self.errors else []
        if self.raised is not None and not (may_raise and isinstance(self.raised, SaaiError)):
            found.append(f"raised {type(self.raised).__name__}: {str(self.raised)[:200]}")
        found += self._wrong_lines()
        if isinstance(self.answer, dict) and "statusCode" in self.answer:
            found += self._wrong_answer(typed_failures=typed_failures)
        return [f"{self.name}: {each}" for each in found]

    def _wrong_lines(self) -> list[str]:
        found = []
        for text in self.lines.split("\n")[:-1]:
            try:
                line = json.loads(text)
            except ValueError:
                found.append(f"a log line that is no JSON: {text[:200]!r}")
                continue
            if "ZZMARK" in line["message"] or "Traceback" in text:
                found.append(f"a log line: {text[:300]!r}")
        if not self.lines.isprintable() and any(ord(char) < 32 and char != "\n" for char in self.lines):
            found.append("a control character in the log")
        return found

    def _wrong_answer(self, *, typed_failures: bool) -> list[str]:
        status, text = self.answer["statusCode"], self.answer.get("body")
        found = []
        if status >= 500 and not (typed_failures and '"error":"Unreadable' in self.lines):
            found.append(f"answered {status}: {self.lines[-400:]!r}")
        if text is not None:
            try:
                body = json.loads(text)
            except ValueError:
                return [*found, f"a body that is no JSON: {text[:200]!r}"]
            if not isinstance(body, dict):
                found.append(f"a body that is no object: {text[:200]!r}")
            elif body.get("action") not in {"pong", "resumed", "reload", "error", "throttled"} and not isinstance(
                body.get("message"), str
            ):
                found.append(f"a body without a message: {text[:200]!r}")
            if any(ord(char) < 32 for char in text):
                found.append("a control character in the answer")
        return found


Knock = Callable[[World, Mutator], list[str]]


def http(world: World, mutator: Mutator) -> list[str]:
    """A request: API Gateway hands over texts."""
    chance = mutator.chance
    route, seed = chance.choice(
        (
            *((("POST /ventas", SALE),) * 4),
            ("POST /predicciones", {"codigo_producto": "T001P001"}),
            ("POST /ws-ticket", None),
            *((f"GET /{name}", None) for name in ("ventas", "productos", "notificaciones", "analitica")),
        )
    )
    signed = mutator.damage(OWNER) if chance.random() < 0.1 else chance.choice((CASHIER, OWNER))
    body = mutator.json_text(seed) if seed is not None or chance.random() < 0.1 else None
    names = ("limite", "siguiente", "desde", "periodo", mutator.text())
    good = {"limite": "50", "siguiente": "T001V001", "desde": "T001V001", "periodo": "dia"}
    query = {name: chance.choice((mutator.text(), good.get(name, ""))) for name in chance.sample(names, 2)}
    event = http_request(
        route,
        token=signed,
        body=body,
        query=query if chance.random() < 0.5 else None,
        idempotency_key=mutator.text() if chance.random() < 0.3 else None,
    )
    event["isBase64Encoded"] = chance.random() < 0.05
    if chance.random() < 0.1:
        event["headers"]["authorization"] = mutator.text()
    function = {"POST /ventas": "RegistrarVenta", "POST /predicciones": "PrediccionDemanda"}.get(
        route, "EmitirTicketWs" if route == "POST /ws-ticket" else "ConsultarTienda"
    )
    return world.ask(function, event).wrong()


def connecting(world: World, mutator: Mutator) -> list[str]:
    """A handshake's query and headers, then the connection."""
    chance = mutator.chance
    event = handshake(token=chance.choice((mutator.damage(CASHIER), mutator.text(), CASHIER)))
    if chance.random() < 0.4:
        event["queryStringParameters"] = {"ticket": chance.choice((mutator.text(), mutator.damage("T001.abcdef")))}
    if chance.random() < 0.2:
        event["headers"]["authorization"] = mutator.text()
    happened = world.ask("AutorizarConexion", event)
    found = happened.wrong()
    if happened.raised is None and happened.answer["policyDocument"]["Statement"][0]["Effect"] not in {"Allow", "Deny"}:
        found.append("AutorizarConexion: neither allowed nor denied")
    opened = websocket("connect")
    opened["headers"] = {**(opened.get("headers") or {}), "Sec-WebSocket-Protocol": mutator.text()}
    return found + world.ask("OnConnect", opened).wrong()


def messages(world: World, mutator: Mutator) -> list[str]:
    """What a screen sends."""
    chance = mutator.chance
    seed = chance.choice(({"action": "ping"}, {"action": "resume", "cursor": {"tienda": 0}, "log": "1"}))
    text = mutator.json_text(seed)
    # Each is another user's: the limit on messages is not what is tried here.
    who = {**WHO, "codigo_usuario": f"T001U{chance.randrange(1000, 10**9)}"}
    world.functions.aws.connections.open("fuzz")
    event = message(text, "fuzz", **who, exp="4000000000", connectedAt="1767200400123")
    event["isBase64Encoded"] = chance.random() < 0.02
    happened = world.ask("OnMessage", event)
    return happened.wrong()


def invokes(world: World, mutator: Mutator) -> list[str]:
    """What any SAAI service invokes EmitirEventosWs with: any JSON value."""
    seed = mutator.chance.choice((EVENT, EVENT, {"tenant_id": "T001", "canal": "tienda", "seq": 1}))
    event = json.loads(json.dumps(mutator.structure(seed)))
    return world.ask("EmitirEventosWs", event).wrong()


def closings(world: World, mutator: Mutator) -> list[str]:
    """What CerrarPantallas is invoked with."""
    event = json.loads(json.dumps(mutator.structure({"tenant_id": "T001", "codigo_usuario": "T001U001"})))
    return world.ask("CerrarPantallas", event).wrong()


def queues(world: World, mutator: Mutator) -> list[str]:
    """A message of either worker's queue: any text; good ones beside it are done."""
    worker = mutator.chance.choice(("ActualizarAnalitica", "ActualizarAnalitica", "PrediccionDemanda"))
    bad = mutator.json_text({"tenant_id": "T001"})
    happened = world.ask(worker, sqs_batch(bad, '{"tenant_id":"T002"}'))
    found = happened.wrong()
    if happened.raised is None and {"itemIdentifier": "m-1"} in happened.answer["batchItemFailures"]:
        found.append(f"{worker}: a good message failed beside a bad one: {happened.lines[-300:]}")
    return found


def topic(world: World, mutator: Mutator) -> list[str]:
    """A message of the topic: its text, and attributes of text. A bad one fails the call, by our own error."""
    notice = {"id": "n-1", "tipo": "ventaRegistrada", "titulo": "Venta", "mensaje": "S/ 7.00", "detalle": {"total": 7}}
    attributes = {
        "tenant_id": "T001",
        "tipo": "ventaRegistrada",
        "severidad": "INFO",
        "origen": "RegistrarVenta",
        "ts": "2025-12-31T15:30:00-05:00",
    }
    changed = mutator.structure(attributes) if mutator.chance.random() < 0.4 else attributes
    texts = {str(name): str(value) for name, value in changed.items()} if isinstance(changed, dict) else {}
    event = sns_notification(mutator.json_text(notice), texts)
    return world.ask("GuardarNotificacion", event).wrong(may_raise=True)


def schedules(world: World, mutator: Mutator) -> list[str]:
    """A rule's constant input."""
    name = mutator.chance.choice(("DespacharTiendas", "BarrerEventos"))
    event = mutator.structure({"tarea": "analitica"})
    return world.ask(name, event if isinstance(event, dict) else {"tarea": event}).wrong(may_raise=True)


def rows(world: World, mutator: Mutator) -> list[str]:
    """A row of another service: any of DynamoDB's values under ``data``. Everything that reads it is asked."""
    place = mutator.chance.choice(OTHERS)
    data = json.loads(json.dumps(serialize(ROWS[place])))
    for _ in range(mutator.chance.choice((1, 1, 2))):
        name = mutator.chance.choice(list(data))
        data[name] = _typed(mutator)
    if mutator.chance.random() < 0.2:
        del data[mutator.chance.choice(list(data))]
    world.put(place, data)
    who = {**WHO, "exp": "4000000000", "connectedAt": "1767200400123"}
    found: list[str] = []
    for function, event in (
        ("RegistrarVenta", http_request("POST /ventas", token=OWNER, body=SALE)),
        *(
            ("ConsultarTienda", http_request(f"GET /{name}", token=OWNER, query={"periodo": "dia"}))
            for name in ("ventas", "productos", "analitica")
        ),
        ("AutorizarConexion", handshake(token=OWNER)),
        ("OnConnect", websocket("connect", "fuzz", **who)),
        ("PrediccionDemanda", http_request("POST /predicciones", token=OWNER, body={"codigo_producto": "T001P001"})),
        ("DespacharTiendas", payload("schedule_with_input", tarea="analitica")),
    ):
        happened = world.ask(function, event)
        found += happened.wrong(typed_failures=True)
    happened = world.ask("ActualizarAnalitica", sqs_batch('{"tenant_id":"T001"}'))
    found += happened.wrong()
    if happened.raised is None and happened.answer["batchItemFailures"]:
        found.append(f"ActualizarAnalitica: one row fails the store: {happened.lines[-300:]}")
    world.put(place, serialize(ROWS[place]))
    return found


def _typed(mutator: Mutator) -> dict[str, Any]:  # noqa: PLR0911 - one type of DynamoDB a line
    """Return a value as DynamoDB keeps it: numbers have up to 38 digits and exponents up to 125."""
    kind = mutator.chance.choice(("S", "N", "BOOL", "NULL", "L", "M", "SS", "NS"))
    numbers = ("0", "-1", "1.5", "1E+125", "1E-130", "9" * 38, "-0.001", "99999999999.99", "1000000000")
    text = mutator.text().encode(errors="replace").decode() or "x"
    match kind:
        case "S":
            return {"S": text}
        case "N":
            return {"N": mutator.chance.choice(numbers)}
        case "BOOL":
            return {"BOOL": mutator.chance.random() < 0.5}
        case "NULL":
            return {"NULL": True}
        case "L":
            return {"L": [_typed(mutator) for _ in range(mutator.chance.randrange(3))]}
        case "M":
            return {"M": {text[:20]: _typed(mutator)}}
        case "SS":
            return {"SS": [text]}
        case _:
            return {"NS": [mutator.chance.choice(numbers)]}


DOORS: Final[Mapping[str, tuple[Knock, float]]] = {
    "HTTP routes": (http, 0.26),
    "$connect": (connecting, 0.14),
    "WebSocket messages": (messages, 0.2),
    "EmitirEventosWs": (invokes, 0.14),
    "CerrarPantallas": (closings, 0.04),
    "SQS": (queues, 0.06),
    "SNS": (topic, 0.08),
    "schedules": (schedules, 0.04),
    "rows of other services": (rows, 0.04),
}
"""By name: what knocks, and its part of all inputs."""


def knock(door: str, number: int, seed: int, world: World) -> list[str]:
    """Send one input in, which a door's name, its number and the seed make again."""
    mutator = Mutator(f"{seed}/{door}/{number}")
    found = DOORS[door][0](world, mutator)
    return [f"{door} {number}: {each}" for each in found]
