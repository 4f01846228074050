"""Stores that sell while processes die: the real functions over AWS in memory, on a clock that only the run moves."""

import contextlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

import attrs
import jwt
import time_machine
from local_aws.judge import Answer, Books
from operations.redrive import read_failure
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import ProductCode, TenantId, product_code_for, user_code_for
from saai_domain.roles import Rol
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_domain.testing.tokens import SECRET
from saai_domain.time import LIMA, lima_now

from tests.faults.aws import LambdaQueue, Topic
from tests.faults.clients import Clients, Seat
from tests.faults.functions import Functions
from tests.faults.gateway import Gateway
from tests.faults.kills import Faults
from tests.faults.network import Network

START: Final = datetime(2026, 1, 5, 8, 0, tzinfo=LIMA)
PRODUCTS: Final = 5
STOCK: Final = 1_000_000
SCARCE_STOCK: Final = 30
"""Of each store's last product: it sells out."""
SETTLING_MINUTES: Final = 30
"""Within these every screen has asked several times whether it is behind."""


@attrs.define(eq=False)
class Order:
    """What a cashier wants to sell; sent again under its key until there is an answer."""

    cashier: Seat
    body: str
    key: str
    answer: Answer | None = None


@attrs.define(eq=False)
class World:
    """Everything there is. ``step`` lets one thing happen."""

    random: random.Random
    faults: Faults
    dynamodb: SimulatedDynamoDB
    lambda_: LambdaQueue
    topic: Topic
    functions: Functions
    network: Network
    seats: list[Seat]
    clock: time_machine.Traveller
    before: Books = attrs.field(init=False)
    """What the tables said when the stores opened."""
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
    def created(
        cls, clients: Clients, *, seed: int, stores: int, kill: float, dynamodb: Any = None
    ) -> Iterator["World"]:
        """Make the stores with their screens, for as long as the block lasts; ``dynamodb`` has ``rows``."""
        chance = random.Random(seed)  # noqa: S311 - a run can be repeated
        faults = Faults(chance, kill=kill, lose_answer=kill / 2)
        dynamodb = dynamodb or SimulatedDynamoDB(page_size=3)
        lambda_, topic, gateway = LambdaQueue(random=chance), Topic(random=chance), Gateway(random=chance)
        aws = InMemoryAws(dynamodb=dynamodb, lambda_=lambda_, sns=topic, connections=gateway)
        with (
            time_machine.travel(START, tick=False) as clock,
            Functions.built(faults, aws) as functions,
            contextlib.closing(clients),
        ):
            world = cls(
                random=chance,
                faults=faults,
                dynamodb=dynamodb,
                lambda_=lambda_,
                topic=topic,
                functions=functions,
                network=Network(chance, functions, gateway, clients),
                seats=staff(stores),
                clock=clock,
            )
            world._stock_shelves()
            world.before = Books.read(dynamodb.rows)
            world.network.start(world.seats)
            faults.between = world.meanwhile
            yield world

    # -- What happens

    def step(self) -> None:
        """Let one thing happen, and a little time pass."""
        things: dict[Callable[[], object], int] = {
            self.sell: 10,
            self.emit: 14,
            self.network.show: 40,
            self.external_event: 1,
            self.network.drop: 1,
            self.network.shake: 6,
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
            self.random.choice((self.sell, self.emit, self.network.show, self.network.shake, self.notify))()
            self._depth -= 1

    def pass_time(self, seconds: float) -> None:
        """Let time pass; every minute the sweep runs."""
        self.clock.shift(seconds)
        if seconds:
            self.network.pass_time(seconds)
        if lima_now() - self._last_sweep >= timedelta(minutes=1):
            self._last_sweep = lima_now()
            self.functions.run("BarrerEventos", {})

    def sell(self) -> None:
        """A cashier registers a sale."""
        cashier = self.random.choice([seat for seat in self.seats if seat.rol is Rol.TRABAJADOR])
        numbers = self.random.sample(range(1, PRODUCTS), self.random.randint(1, 3))
        if self.random.random() < 0.05:
            numbers.append(PRODUCTS)
        lines = [
            {
                "codigo_producto": product_code_for(cashier.tenant_id, number),
                "cantidad": self.random.randint(1, 3),
            }
            for number in numbers
        ]
        self.happened["orders"] += 1
        body = json.dumps({"productos": lines, "metodo_pago": "YAPE"})
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
        if self.functions.run("EmitirEventosWs", invoke.payload, request_id=invoke.request_id) is None:
            self.lambda_.failed_once(invoke)

    def notify(self) -> None:
        """SNS has a notice kept; one that fails comes again."""
        notice = self.topic.take()
        if notice is not None and self.functions.run("GuardarNotificacion", {"Records": [notice.record]}) is None:
            self.topic.messages.append(notice)

    def external_event(self) -> None:
        """Another service has an event emitted."""
        request = {
            "tenant_id": self.random.choice(self.seats).tenant_id,
            "event_type": "analitica_actualizada",
            "payload": {"mensaje": f"externo {len(self.external)}"},
            **({"event_id": f"externo-{len(self.external)}"} if self.random.random() < 0.5 else {}),
        }
        self.external.append(request)
        self._invoke(request)

    # -- The end

    def settle(self) -> None:
        """Let no more processes die, and everything come to an end: invokes, sweeps, each screen's catching up."""
        self.faults.kill = self.faults.lose_answer = 0.0
        while self.unanswered:
            self.repeat_order()
        for record in self.lambda_.failed:
            self._invoke(read_failure(record).payload)
        for _ in range(SETTLING_MINUTES):
            self._run_dry()
            self.pass_time(60)
        while self._pending():
            self._run_dry()
            self.pass_time(60)
        self._run_dry()

    def _run_dry(self) -> None:
        while self.lambda_.queue or self.topic.messages or not self.network.quiet:
            for thing in (self.emit, self.notify, self.network.shake, self.network.show):
                thing()
            self.pass_time(0.5)

    def _pending(self) -> bool:
        return any("pendiente" in row for row in self.dynamodb.rows("eventos"))

    # -- What is asked of the functions

    def _send(self, order: Order) -> None:
        claims = {
            "tenant_id": order.cashier.tenant_id,
            "codigo_usuario": order.cashier.codigo_usuario,
            "rol": "worker",
            "exp": 4_000_000_000,
        }
        token = jwt.encode(claims, SECRET, algorithm="HS256")
        self.happened["requests"] += 1
        event = {
            "requestContext": {"requestId": f"r-{self.happened['requests']}"},
            "headers": {"authorization": f"Bearer {token}", "idempotency-key": order.key},
            "body": order.body,
        }
        answer = self.functions.run("RegistrarVenta", event)
        if answer is None or answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.unanswered.append(order)
            return
        order.answer = Answer(answer["statusCode"], json.loads(answer["body"]))
        self.orders.append(order)
        self.happened["sales"] += answer["statusCode"] == HTTPStatus.CREATED

    def _invoke(self, request: dict[str, Any]) -> None:
        self.lambda_.invoke(
            FunctionName="EmitirEventosWs", InvocationType="Event", Payload=json.dumps(request).encode()
        )

    def _stock_shelves(self) -> None:
        for tenant in {seat.tenant_id for seat in self.seats}:
            for number in range(1, PRODUCTS + 1):
                code = ProductCode(product_code_for(tenant, number))
                stock = SCARCE_STOCK if number == PRODUCTS else STOCK
                data = {"nombre": code, "precio": Decimal("3.50"), "stock": stock, "estado": "ACTIVO"}
                self.dynamodb.put_item(
                    TableName="productos", Item=serialize({"tenant_id": tenant, "entity_id": code, "data": data})
                )


def staff(stores: int) -> list[Seat]:
    """Two cashiers and an owner before the screens of each store."""
    roles = (Rol.TRABAJADOR, Rol.TRABAJADOR, Rol.ADMIN)
    tenants = [TenantId(f"T{number:03d}") for number in range(1, stores + 1)]
    return [
        Seat(3 * place + number - 1, tenant, user_code_for(tenant, number), rol)
        for place, tenant in enumerate(tenants)
        for number, rol in enumerate(roles, 1)
    ]
