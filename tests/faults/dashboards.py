"""Stores whose owners follow their sales on a dashboard and ask for forecasts, while processes die.

The real functions, without screens.
"""

import contextlib
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from random import Random
from typing import Any, Final

import attrs
import jwt
from operations.redrive import read_failure
from saai_domain.aws.dynamodb import Key, deserialize, serialize, update_if
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_domain.testing.services import InMemorySqs
from saai_domain.testing.tokens import SECRET
from saai_domain.time import LIMA, epoch_seconds, iso_timestamp, lima_date, lima_now
from saai_support.functions import QUEUES

from tests.faults.aws import MAX_TRIES, LambdaQueue, Topic
from tests.faults.clock import VirtualClock
from tests.faults.functions import Functions
from tests.faults.kills import Faults

START: Final = datetime(2026, 1, 5, 8, 0, tzinfo=LIMA)
TODAY: Final = START.date().isoformat()
STORES: Final = ("T001", "T002")
UNREADABLE: Final = "T003"
"""A store whose figures of before are in a form that nobody can read: its work fails, and only its own."""
PRODUCTS: Final = 3
SOLD_YESTERDAY: Final = 6
"""Sales of each store, all of its first product: enough for a forecast."""
SETTLING_SECONDS: Final = 24 * 3_600
VISIBILITY_SECONDS: Final = 30
"""After which a message that was not done comes again."""
RECEIVES: Final = 5
"""After which a message of the unreadable store is given up; an operator moves the others back."""


@attrs.define(eq=False)
class Message:
    """A message of the queue, visible from a moment on (epoch seconds)."""

    number: int
    queue_url: str
    body: str
    visible_from: float
    receives: int = 0
    sent: int = attrs.field(factory=lambda: epoch_seconds(lima_now()))

    @property
    def message_id(self) -> str:
        return f"m{self.number}"

    @property
    def record(self) -> dict[str, Any]:
        """The message as SQS hands it to a function."""
        attributes = {"SentTimestamp": str(self.sent * 1000)}
        return {"messageId": self.message_id, "body": self.body, "attributes": attributes}

    @property
    def is_unreadable(self) -> bool:
        """Whether it is of the store whose work fails."""
        return UNREADABLE in self.body


@attrs.define
class WorkQueue(InMemorySqs):
    """The queues ``analitica`` and ``predicciones``; some messages are delivered twice."""

    random: Random = attrs.field(kw_only=True)
    messages: list[Message] = attrs.field(factory=list)
    sent: int = 0

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> Any:  # noqa: N803 - SQS's names
        self.sent += 1
        self.messages.append(Message(self.sent, QueueUrl, MessageBody, epoch_seconds(lima_now()) + DelaySeconds))
        return {"MessageId": self.messages[-1].message_id}

    def receive(self, queue_url: str, most: int) -> list[Message]:
        """Take messages that are visible, in any order; they come again unless they are deleted."""
        now = epoch_seconds(lima_now())
        visible = [each for each in self.messages if each.queue_url == queue_url and each.visible_from <= now]
        batch = self.random.sample(visible, min(len(visible), most))
        for message in batch:
            message.visible_from = now + VISIBILITY_SECONDS
            message.receives += 1
        return batch


@attrs.define(kw_only=True, eq=False)
class RecordingDynamoDB(SimulatedDynamoDB):
    """Remembers each calculation that was committed, whatever its worker learned of it."""

    weeks: list[Mapping[str, Any]] = attrs.field(factory=list)

    def transact_write_items(
        self,
        *,
        TransactItems: Sequence[Any],  # noqa: N803
        ClientRequestToken: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        known = ClientRequestToken in self._tokens
        answer = super().transact_write_items(TransactItems=TransactItems, ClientRequestToken=ClientRequestToken)
        puts = [action["Put"] for action in TransactItems if "Put" in action and not known]
        self.weeks += [deserialize(put["Item"]) for put in puts if put["Item"]["entity_id"]["S"] == "semana"]
        return answer


@attrs.define(eq=False)
class Dashboards:
    """Everything there is. ``step`` lets one thing happen."""

    random: random.Random
    faults: Faults
    dynamodb: RecordingDynamoDB
    lambda_: LambdaQueue
    topic: Topic
    queue: WorkQueue
    functions: Functions
    clock: VirtualClock
    scheduled: bool
    requests: int = 0
    answers: dict[str, list[dict[str, Any]]] = attrs.field(factory=lambda: defaultdict(list))
    """What owners were told of a product's demand, by product."""
    problems: list[str] = attrs.field(factory=list)
    _depth: int = 0
    _last_sweep: datetime = START

    @classmethod
    @contextlib.contextmanager
    def created(
        cls, *, seed: int, kill: float, lose_answer: float, refuse: float, scheduled: bool
    ) -> Iterator["Dashboards"]:
        """Open the stores, for as long as the block lasts."""
        chance = random.Random(seed)  # noqa: S311 - a run can be repeated
        # The pauses of the code under test are drawn here.
        random.seed(seed)
        dynamodb, queue = RecordingDynamoDB(), WorkQueue(random=chance)
        dynamodb.reading_order = lambda rows: chance.sample(rows, len(rows))
        lambda_, topic = LambdaQueue(random=chance), Topic(random=chance)
        aws = InMemoryAws(dynamodb=dynamodb, lambda_=lambda_, sns=topic, sqs=queue)
        with (
            VirtualClock.started(START) as clock,
            Functions.built(
                faults := Faults(chance, clock, kill=kill, lose_answer=lose_answer, refuse=refuse), aws
            ) as functions,
        ):
            world = cls(chance, faults, dynamodb, lambda_, topic, queue, functions, clock, scheduled)
            for tenant in STORES:
                for number in range(1, PRODUCTS + 1):
                    world.restock(tenant, number, 100_000)
            if scheduled:
                world.prepare_the_schedules()
            faults.between = world.meanwhile
            dynamodb.between_rows = lambda _row: world.meanwhile()
            yield world

    def step(self) -> None:
        """Let one thing happen, and a little time pass."""
        things: dict[Callable[[], object], int] = {
            self.sell: 6,
            self.emit: 12,
            self.work: 4,
            self.other_service_moves_stock: 1,
            self.other_service_annuls: int(self.faults.refuse > 0),
            **dict.fromkeys((self.schedule, self.night, self.ask), 2 * int(self.scheduled)),
        }
        (thing,) = self.random.choices(list(things), weights=list(things.values()))
        thing()
        self.pass_time(self.random.choice((0, 0, 1, 3)))

    def meanwhile(self) -> None:
        """Let something happen in the middle of an invocation."""
        if self._depth < 2 and self.faults.kill and self.random.random() < 0.05:
            self._depth += 1
            self.random.choice((self.sell, self.emit, self.work))()
            self._depth -= 1

    def pass_time(self, seconds: float) -> None:
        """Let time pass; every minute the sweep runs."""
        self.clock.pass_time(seconds)
        if lima_now() - self._last_sweep >= timedelta(minutes=1):
            self._last_sweep = lima_now()
            self.functions.run("BarrerEventos", {})

    def sell(self) -> None:
        """A cashier registers a sale; whether it was made, only the tables know."""
        tenant = self.random.choice(STORES)
        line = {"codigo_producto": f"{tenant}P{self.random.randint(1, PRODUCTS):03d}", "cantidad": 1}
        body = {"productos": [line], "metodo_pago": "YAPE"}
        self.functions.run("RegistrarVenta", self._request(tenant, "worker", body))

    def ask(self) -> None:
        """An owner asks for a product's demand."""
        self.ask_for(self.random.choice(STORES))

    def ask_for(self, tenant: str) -> None:
        code = f"{tenant}P001"
        answer = self.functions.run("PrediccionDemanda", self._request(tenant, "admin", {"codigo_producto": code}))
        if answer is not None and answer["statusCode"] == HTTPStatus.OK:
            self.answers[code].append(json.loads(answer["body"])["data"])

    def emit(self) -> None:
        """Lambda runs one of the queued invokes of EmitirEventosWs."""
        invoke = self.lambda_.take()
        failed = invoke and self.functions.run("EmitirEventosWs", invoke.payload, request_id=invoke.request_id) is None
        if invoke and failed:
            self.lambda_.failed_once(invoke)

    def work(self) -> None:
        """Lambda hands messages to a worker, and deletes those that it has done."""
        batch = self.queue.receive(QUEUES["analitica"], most=5)
        if batch:
            self.done(batch, self.functions.run("ActualizarAnalitica", {"Records": [each.record for each in batch]}))
        batch = self.queue.receive(QUEUES["predicciones"], most=1)
        if batch:
            self.done(batch, self.functions.run("PrediccionDemanda", {"Records": [each.record for each in batch]}))

    def done(self, batch: Sequence[Message], answer: Any) -> None:
        """Delete what was done. What fails when nothing else does has failed for another store's sake."""
        failed = None if answer is None else {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        for message in batch:
            if failed is not None and message.message_id not in failed:
                delivered_twice = self.faults.kill and self.random.random() < 0.1
                if not delivered_twice and message in self.queue.messages:
                    self.queue.messages.remove(message)
            elif message.is_unreadable:
                if message.receives >= RECEIVES and message in self.queue.messages:
                    self.queue.messages.remove(message)
            elif not self.faults.kill:
                self.problems.append(f"{message.body} failed beside {[each.body for each in batch]}")

    def schedule(self) -> None:
        """The schedule asks for every store's figures."""
        self._dispatch("analitica")

    def night(self) -> None:
        """It is time to forecast every store's demand; again and again on the same day."""
        self._dispatch("predicciones")

    def _dispatch(self, task: str) -> None:
        for _ in range(MAX_TRIES):
            if self.functions.run("DespacharTiendas", {"tarea": task}) is not None:
                return

    def other_service_moves_stock(self) -> None:
        """A delivery, or a count that finds less."""
        self.restock(self.random.choice(STORES), self.random.randint(1, PRODUCTS), self.random.choice((2, 100_000)))

    def other_service_annuls(self) -> None:
        """A sale of today is annulled; the dashboard learns of it at its next refresh."""
        sales = [row for row in self.dynamodb.rows("ventas") if row["data"]["M"]["fecha"]["S"] == TODAY]
        if sales:
            row = self.random.choice(sales)
            update_if(
                self.dynamodb,  # type: ignore[arg-type] - stands where boto3's client does
                Key("ventas", row["tenant_id"]["S"], row["entity_id"]["S"]),
                expression="SET #data.estado = :new",
                condition="#data.estado <> :new",
                names={"#data": "data"},
                values={":new": "ANULADA"},
            )

    def prepare_the_schedules(self) -> None:
        """Write down which stores are active and what they have sold yesterday; one's figures nobody can read."""
        yesterday = lima_now() - timedelta(days=1)
        for tenant in (*STORES, UNREADABLE):
            self._put("tiendas", "SAAI", tenant, {"estado": "ACTIVA"})
            for number in range(1, SOLD_YESTERDAY + 1):
                self._put("ventas", tenant, f"{tenant}V{number:03d}", _sale(tenant, number, yesterday))
            self._put("counters", tenant, "ventas", {"value": SOLD_YESTERDAY})
        self._put("analitica", UNREADABLE, "semana", {"alertas_detectadas": "ninguna"})

    def restock(self, tenant: str, number: int, stock: int) -> None:
        code = f"{tenant}P{number:03d}"
        data = {"nombre": code, "precio": Decimal("3.50"), "stock": stock, "estado": "ACTIVO"}
        self._put("productos", tenant, code, data)

    def _put(self, table: str, tenant: str, entity: str, data: Mapping[str, Any]) -> None:
        row = serialize({"tenant_id": tenant, "entity_id": entity, "data": data})
        self.dynamodb.put_item(TableName=table, Item=row)

    def settle(self) -> None:
        """Let no more processes die, nothing new happen, and everything come to its end."""
        self.faults.calm()
        for _ in range(SETTLING_SECONDS):
            if not (self.lambda_.queue or self.queue.messages or self._pending()):
                return
            self.emit()
            self.work()
            self.redrive()
            self.pass_time(1)
        self.problems.append("invokes, messages or events never come to an end")

    def redrive(self) -> None:
        """An operator works through what failed for good."""
        for record in self.lambda_.failed:
            payload = json.dumps(read_failure(record).payload).encode()
            self.lambda_.invoke(FunctionName="EmitirEventosWs", InvocationType="Event", Payload=payload)
        self.lambda_.failed.clear()

    def rows(self, table: str, tenant: str) -> list[Mapping[str, Any]]:
        """Return a store's rows."""
        return [deserialize(row) for row in self.dynamodb.rows(table) if row["tenant_id"]["S"] == tenant]

    def _request(self, tenant: str, rol: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self.requests += 1
        user = f"{tenant}U001" if rol == "worker" else f"{tenant}U002"
        claims = {"tenant_id": tenant, "codigo_usuario": user, "rol": rol, "exp": 4_000_000_000}
        return {
            "requestContext": {"requestId": f"r-{self.requests}"},
            "headers": {"authorization": f"Bearer {jwt.encode(claims, SECRET, algorithm='HS256')}"},
            "body": json.dumps(body),
        }

    def _pending(self) -> bool:
        return any("pendiente" in row for row in self.dynamodb.rows("eventos"))


def _sale(tenant: str, number: int, moment: datetime) -> dict[str, Any]:
    line = {
        "codigo_producto": f"{tenant}P001",
        "nombre_producto": f"{tenant}P001",
        "precio_unitario": Decimal("3.50"),
        "cantidad": 2,
        "subtotal_item": Decimal("7.00"),
    }
    return {
        "codigo_venta": f"{tenant}V{number:03d}",
        "productos": [line],
        "total": line["subtotal_item"],
        "metodo_pago": "EFECTIVO",
        "fecha": lima_date(moment).isoformat(),
        "codigo_usuario": f"{tenant}U001",
        "estado": "COMPLETADA",
        "created_at": iso_timestamp(moment),
        "updated_at": iso_timestamp(moment),
    }
