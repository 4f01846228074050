"""Stores that sell while processes die: the real functions over AWS in memory, on a clock that only the run moves."""

import contextlib
import io
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Self
from unittest import mock

import attrs
import jwt
import time_machine
from botocore.exceptions import BotoCoreError, ClientError
from local_aws.simulation.dynamodb import SimulatedDynamoDB
from saai_domain.aws import clients
from saai_domain.aws.dynamodb import deserialize, serialize
from saai_domain.codes import ProductCode, TenantId, UserCode
from saai_domain.errors import SaaiError
from saai_domain.event_log import LoggedEvent, from_item
from saai_domain.roles import Rol
from saai_domain.time import LIMA, epoch_seconds, lima_now
from saai_events import guardar_notificacion, registrar_venta
from ws_gateway import barrer_eventos, emitir_eventos_ws, on_connect, on_disconnect, on_message
from ws_gateway.redrive import payload_of

from tests.faults.aws import LambdaQueue, Ssm, Topic
from tests.faults.gateway import Gateway, Socket, State
from tests.faults.kills import Deadly, Faults, ProcessKilled
from tests.faults.screen import Screen

ENVIRONMENT = {
    "WS_CONNECTIONS_TABLE": "ws-connections",
    "WS_API_ENDPOINT": "https://gateway",
    "COUNTERS_TABLE": "counters",
    "EVENTOS_TABLE": "eventos",
    "IDEMPOTENCIA_TABLE": "idempotencia",
    "PRODUCTOS_TABLE": "productos",
    "VENTAS_TABLE": "ventas",
    "NOTIFICACIONES_TABLE": "notificaciones",
    "ANALITICA_TABLE": "analitica",
    "ANALITICA_QUEUE_URL": "analitica",
    "JWT_SECRET_PARAMETER": "jwt-secret",
    "ALERTAS_SNS_TOPIC_ARN": "AlertasSAAI",
    "EMITIR_EVENTOS_WS_FUNCTION_NAME": "EmitirEventosWs",
}
FUNCTIONS = (
    *(on_connect, on_disconnect, on_message, emitir_eventos_ws, barrer_eventos),
    *(registrar_venta, guardar_notificacion),
)
START = datetime(2026, 1, 5, 8, 0, tzinfo=LIMA)
PRODUCTS = 5
STOCK = 1_000_000
SCARCE_STOCK = 30
"""Of each store's last product: it sells out."""


@attrs.define
class Context:
    """Lambda's context."""

    aws_request_id: str = "r"

    def get_remaining_time_in_millis(self) -> int:
        return 50_000


@attrs.define(eq=False)
class Order:
    """What a cashier wants to sell; sent again under its key until there is an answer."""

    cashier: Screen
    body: str
    key: str
    answer: dict[str, Any] | None = None


@attrs.define(eq=False)
class World:
    """Everything there is. ``step`` lets one thing happen."""

    random: random.Random
    faults: Faults
    dynamodb: SimulatedDynamoDB
    gateway: Gateway
    lambda_: LambdaQueue
    topic: Topic
    screens: list[Screen]
    clock: time_machine.Traveller
    handlers: dict[str, Callable[..., Any]] = attrs.field(factory=dict)
    orders: list[Order] = attrs.field(factory=list)
    """Every order that has an answer."""
    unanswered: list[Order] = attrs.field(factory=list)
    external: list[dict[str, Any]] = attrs.field(factory=list)
    """What other services had emitted."""
    happened: Counter[str] = attrs.field(factory=Counter)
    _depth: int = 0
    _last_sweep: datetime = START

    @classmethod
    @contextlib.contextmanager
    def created(cls, *, seed: int, stores: int, kill: float) -> Iterator[Self]:
        """Make the stores, with the real functions over fakes, for as long as the block lasts."""
        chance = random.Random(seed)  # noqa: S311 - a run can be repeated
        faults = Faults(chance, kill=kill, lose_answer=kill / 2)
        dynamodb = SimulatedDynamoDB(page_size=3)
        lambda_, topic = LambdaQueue(chance), Topic(chance)
        fakes = {
            "dynamodb": Deadly(dynamodb, faults),
            "lambda": Deadly(lambda_, faults),
            "sns": Deadly(topic, faults),
            "sqs": Deadly(mock.Mock(), faults),
            "ssm": Ssm(),
        }
        gateway = Gateway(faults, chance)

        def make_client(service: str, *_: Any) -> Any:
            return fakes[service]

        with contextlib.ExitStack() as stack:
            clock = stack.enter_context(time_machine.travel(START, tick=False))
            for made in (clients.dynamodb_client, clients.lambda_client, clients.sns_client, clients.ssm_client):
                made.cache_clear()
                stack.callback(made.cache_clear)
            stack.enter_context(mock.patch.object(clients, "make_client", make_client))
            stack.enter_context(mock.patch("saai_domain.aws.parameters.jwt_secrets", return_value=(Ssm.secret,)))
            for module in (emitir_eventos_ws, on_message):
                stack.enter_context(mock.patch.object(module, "api_gateway_poster", return_value=gateway))
            stack.enter_context(contextlib.redirect_stdout(_Nowhere()))
            world = cls(
                random=chance,
                faults=faults,
                dynamodb=dynamodb,
                gateway=gateway,
                lambda_=lambda_,
                topic=topic,
                screens=[screen for number in range(1, stores + 1) for screen in _staff(number)],
                clock=clock,
            )
            faults.between = world.meanwhile
            for module in FUNCTIONS:
                world.handlers[module.__name__.rpartition(".")[2]] = module.build(ENVIRONMENT)
            world._stock_shelves()
            yield world

    # -- What happens

    def step(self) -> None:
        """Let one thing happen, and a little time pass."""
        things: dict[Callable[[], object], int] = {
            self.sell: 10,
            self.emit: 14,
            self.show: 40,
            self.external_event: 1,
            self.drop: 1,
            self.connect: 6,
            self.message: 6,
            self.repeat_order: 4,
            self.notify: 12,
        }
        (thing,) = self.random.choices(list(things), weights=list(things.values()))
        thing()
        self.pass_time(self.random.choice((0.0, 0.05, 0.2)))

    def meanwhile(self) -> None:
        """Let something happen in the middle of an invocation."""
        if self._depth < 2 and self.faults.kill and self.random.random() < 0.02:
            self._depth += 1
            self.happened["in the middle of an invocation"] += 1
            self.random.choice((self.sell, self.emit, self.show, self.connect, self.message, self.notify))()
            self._depth -= 1

    def pass_time(self, seconds: float) -> None:
        """Let time pass; every minute the sweep runs."""
        self.clock.shift(seconds)
        if lima_now() - self._last_sweep >= timedelta(minutes=1):
            self._last_sweep = lima_now()
            self._run("barrer_eventos", {})

    def sell(self) -> None:
        """A cashier registers a sale."""
        cashier = self.random.choice([screen for screen in self.screens if screen.rol is Rol.TRABAJADOR])
        numbers = self.random.sample(range(1, PRODUCTS), self.random.randint(1, 3))
        if self.random.random() < 0.05:
            numbers.append(PRODUCTS)
        lines = [
            {"codigo_producto": f"{cashier.tenant_id}P{number:03d}", "cantidad": self.random.randint(1, 3)}
            for number in numbers
        ]
        body = json.dumps({"productos": lines, "metodo_pago": "YAPE"})
        self.happened["orders"] += 1
        self._send(Order(cashier, body, f"key-{self.happened['orders']}"))

    def repeat_order(self) -> None:
        """A cashier who got no answer sends the order again."""
        if self.unanswered:
            self._send(self.unanswered.pop(self.random.randrange(len(self.unanswered))))

    def emit(self) -> None:
        """Lambda runs one of the queued invokes of EmitirEventosWs."""
        invoke = self.lambda_.take()
        if invoke is None:
            return
        self.happened["invokes"] += 1
        if self._run("emitir_eventos_ws", invoke.payload, Context(invoke.request_id)) is None:
            self.lambda_.failed_once(invoke)

    def notify(self) -> None:
        """SNS has a notice kept; one that fails comes again."""
        record = self.topic.take()
        if record is not None and self._run("guardar_notificacion", {"Records": [record]}) is None:
            self.topic.records.append(record)

    def external_event(self) -> None:
        """Another service has an event emitted."""
        store = self.random.choice(self.screens).tenant_id
        request = {
            "tenant_id": store,
            "event_type": "analitica_actualizada",
            "payload": {"mensaje": f"externo {len(self.external)}"},
            **({"event_id": f"externo-{len(self.external)}"} if self.random.random() < 0.5 else {}),
        }
        self.external.append(request)
        self.lambda_.invoke(
            FunctionName="EmitirEventosWs", InvocationType="Event", Payload=json.dumps(request).encode()
        )

    def show(self) -> None:
        """A frame comes to a screen."""
        screen = self.random.choice(self.screens)
        if screen.socket and (text := self.gateway.next_frame(screen.socket)) is not None:
            screen.take(text)

    def message(self) -> None:
        """A screen sends what it has to send: a resume, or else a ping."""
        screen = self.random.choice(self.screens)
        socket = screen.socket
        if socket is None or socket.state is not State.OPEN:
            return
        if screen.asked and not socket.frames and self.random.random() < 0.2:
            # The answer doesn't come: this socket is of no use.
            socket.state = State.CLOSED
        elif screen.wants_resume and not screen.asked:
            screen.asked, screen.wants_resume = True, False
            self._ask(screen, socket, {"action": "resume", "cursor": screen.cursor})
        elif self.random.random() < 0.1:
            self._ask(screen, socket, {"action": "ping"})

    def drop(self) -> None:
        """A connection is lost with the frames on their way; ``$disconnect`` may never come."""
        screen = self.random.choice(self.screens)
        if screen.socket and screen.socket.state is State.OPEN:
            screen.socket.state = State.CLOSED
            self.happened["connections lost"] += 1
            if self.random.random() < 0.7:
                self._run("on_disconnect", {"requestContext": {"connectionId": screen.socket.connection_id}})

    def connect(self) -> None:
        """A screen without a connection begins one, or one that was begun becomes open."""
        screen = self.random.choice(self.screens)
        if not screen.connected:
            self.happened["connections"] += 1
            now = epoch_seconds(lima_now())
            screen.token_expires = now + self.random.choice((60, 3_600, 86_400))
            screen.socket = self.gateway.connect(now)
            if self._run("on_connect", {"requestContext": self._context(screen, screen.socket)}) is None:
                screen.socket.state = State.CLOSED
        elif screen.socket and screen.socket.state is State.OPENING and self.random.random() < 0.5:
            screen.socket.state = State.OPEN
            screen.opened()

    # -- The end

    def settle(self) -> None:
        """Let no more processes die, and everything come to an end: invokes, sweeps, and each screen's catching up."""
        self.faults.kill = self.faults.lose_answer = 0.0
        while self.unanswered:
            self.repeat_order()
        for record in self.lambda_.failed:
            self.lambda_.invoke(
                FunctionName="EmitirEventosWs", InvocationType="Event", Payload=json.dumps(payload_of(record)).encode()
            )
        while self.lambda_.queue or self._pending():
            while self.lambda_.queue:
                self.emit()
            self.pass_time(60)
        while self.topic.records:
            self.notify()
        for screen in self.screens:
            self._catch_up(screen)

    def log(self, tenant_id: TenantId) -> list[LoggedEvent]:
        """Return a store's events in the order of channel and sequence."""
        rows = [row for row in self.dynamodb.rows("eventos") if row["tenant_id"]["S"] == tenant_id]
        return [from_item(deserialize(row)) for row in rows]

    def _pending(self) -> bool:
        return any("pendiente" in row for row in self.dynamodb.rows("eventos"))

    def _catch_up(self, screen: Screen) -> None:
        """What a screen does by itself sooner or later: it connects, asks, and goes on asking while it is behind."""
        for _ in range(100_000):
            if not screen.connected or (screen.socket and screen.socket.state is State.OPENING):
                self._only(screen, self.connect)
            elif screen.socket and screen.socket.frames:
                screen.take(screen.socket.frames.pop(0))
            elif screen.wants_resume or screen.asked:
                self._only(screen, self.message)
            elif screen.cursor == self._ends(screen):
                return
            else:
                self._ask(screen, screen.socket, {"action": "ping"})
        msg = f"{screen.name} doesn't catch up: {screen.cursor}"
        raise AssertionError(msg)

    def _ends(self, screen: Screen) -> dict[str, int]:
        log = self.log(screen.tenant_id)
        return {canal: max((row.seq for row in log if row.canal == canal), default=0) for canal in screen.cursor}

    def _only(self, screen: Screen, thing: Callable[[], None]) -> None:
        everyone, self.screens = self.screens, [screen]
        thing()
        self.screens = everyone

    # -- The functions

    def _run(self, function: str, event: Any, context: Context | None = None) -> Any:
        """Run a function as a process of its own; None where it died or failed."""
        with self.faults.invocation():
            try:
                return self.handlers[function](event, context or Context())
            except (ProcessKilled, SaaiError, ClientError, BotoCoreError):
                return None

    def _send(self, order: Order) -> None:
        claims = {
            "tenant_id": order.cashier.tenant_id,
            "codigo_usuario": order.cashier.codigo_usuario,
            "rol": "worker",
            "exp": 4_000_000_000,
        }
        token = jwt.encode(claims, Ssm.secret, algorithm="HS256")
        event = {
            "requestContext": {"requestId": f"r-{self.happened['requests']}"},
            "headers": {"authorization": f"Bearer {token}", "idempotency-key": order.key},
            "body": order.body,
        }
        self.happened["requests"] += 1
        answer = self._run("registrar_venta", event)
        if answer is None or answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.unanswered.append(order)
            return
        order.answer = {"status": answer["statusCode"], **json.loads(answer["body"], parse_float=str)}
        self.orders.append(order)
        self.happened["sales"] += answer["statusCode"] == HTTPStatus.CREATED

    def _ask(self, screen: Screen, socket: Socket | None, message: dict[str, Any]) -> None:
        assert socket is not None
        event = {"requestContext": self._context(screen, socket), "body": json.dumps(message)}
        answer = self._run("on_message", event)
        if answer and "body" in answer:
            socket.frames.append(answer["body"])

    def _context(self, screen: Screen, socket: Socket) -> dict[str, Any]:
        return {
            "connectionId": socket.connection_id,
            "connectedAt": socket.connected_at * 1000,
            "authorizer": {
                "tenant_id": screen.tenant_id,
                "codigo_usuario": screen.codigo_usuario,
                "rol": screen.rol.value,
                "exp": str(screen.token_expires),
            },
        }

    def _stock_shelves(self) -> None:
        for tenant in {screen.tenant_id for screen in self.screens}:
            for number in range(1, PRODUCTS + 1):
                code = ProductCode(f"{tenant}P{number:03d}")
                stock = SCARCE_STOCK if number == PRODUCTS else STOCK
                data = {"nombre": code, "precio": Decimal("3.50"), "stock": stock, "estado": "ACTIVO"}
                self.dynamodb.put_item(
                    TableName="productos", Item=serialize({"tenant_id": tenant, "entity_id": code, "data": data})
                )


class _Nowhere(io.TextIOBase):
    """Takes the functions' log lines."""

    def write(self, text: str) -> int:
        return len(text)


def _staff(number: int) -> tuple[Screen, ...]:
    tenant = TenantId(f"T{number:03d}")
    roles = (Rol.TRABAJADOR, Rol.TRABAJADOR, Rol.ADMIN)
    return tuple(Screen(tenant, UserCode(f"{tenant}U{place:03d}"), rol) for place, rol in enumerate(roles, 1))
