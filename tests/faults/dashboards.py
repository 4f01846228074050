"""Stores whose owners follow their sales on a dashboard, while processes die: the real functions, without screens."""

import contextlib
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
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
from saai_domain.time import LIMA, epoch_seconds, lima_now
from saai_support.functions import QUEUES

from tests.faults.aws import LambdaQueue, Topic
from tests.faults.clock import VirtualClock
from tests.faults.functions import Functions
from tests.faults.kills import Faults

START: Final = datetime(2026, 1, 5, 8, 0, tzinfo=LIMA)
STORES: Final = ("T001", "T002")
PRODUCTS: Final = 3
SETTLING_SECONDS: Final = 24 * 3_600
VISIBILITY_SECONDS: Final = 30
"""After which a message that was not done comes again."""


@attrs.define(eq=False)
class Message:
    """A message of the queue, visible from a moment on (epoch seconds)."""

    body: str
    visible_from: float
    sent: int = attrs.field(factory=lambda: epoch_seconds(lima_now()))

    @property
    def record(self) -> dict[str, Any]:
        """The message as SQS hands it to a function."""
        return {"messageId": "m", "body": self.body, "attributes": {"SentTimestamp": str(self.sent * 1000)}}


@attrs.define
class WorkQueue(InMemorySqs):
    """The queue ``analitica``; some messages are delivered twice."""

    random: Random = attrs.field(kw_only=True)
    messages: list[Message] = attrs.field(factory=list)

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> Any:  # noqa: N803 - SQS's names
        assert QueueUrl == QUEUES["analitica"]
        self.messages.append(Message(MessageBody, epoch_seconds(lima_now()) + DelaySeconds))
        return {"MessageId": "m"}

    def receive(self) -> Message | None:
        """Take a message that is visible; it comes again unless it is deleted."""
        now = epoch_seconds(lima_now())
        visible = [message for message in self.messages if message.visible_from <= now]
        if not visible:
            return None
        message = self.random.choice(visible)
        message.visible_from = now + VISIBILITY_SECONDS
        return message


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
            self.schedule: int(self.scheduled),
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
        claims = {"tenant_id": tenant, "codigo_usuario": f"{tenant}U001", "rol": "worker", "exp": 4_000_000_000}
        self.requests += 1
        line = {"codigo_producto": f"{tenant}P{self.random.randint(1, PRODUCTS):03d}", "cantidad": 1}
        event = {
            "requestContext": {"requestId": f"r-{self.requests}"},
            "headers": {"authorization": f"Bearer {jwt.encode(claims, SECRET, algorithm='HS256')}"},
            "body": json.dumps({"productos": [line], "metodo_pago": "YAPE"}),
        }
        self.functions.run("RegistrarVenta", event)

    def emit(self) -> None:
        """Lambda runs one of the queued invokes of EmitirEventosWs."""
        invoke = self.lambda_.take()
        failed = invoke and self.functions.run("EmitirEventosWs", invoke.payload, request_id=invoke.request_id) is None
        if invoke and failed:
            self.lambda_.failed_once(invoke)

    def work(self) -> None:
        """Lambda hands a message to the worker, and deletes it unless the worker failed."""
        message = self.queue.receive()
        if message is None:
            return
        answer = self.functions.run("ActualizarAnalitica", {"Records": [message.record]})
        delivered_twice = self.faults.kill and self.random.random() < 0.1
        if answer == {"batchItemFailures": []} and not delivered_twice and message in self.queue.messages:
            self.queue.messages.remove(message)

    def schedule(self) -> None:
        """The schedule asks for every store."""
        now = epoch_seconds(lima_now())
        self.queue.messages += [Message(json.dumps({"tenant_id": tenant}), now) for tenant in STORES]

    def other_service_moves_stock(self) -> None:
        """A delivery, or a count that finds less."""
        self.restock(self.random.choice(STORES), self.random.randint(1, PRODUCTS), self.random.choice((2, 100_000)))

    def other_service_annuls(self) -> None:
        """A sale is annulled; the dashboard learns of it at its next refresh."""
        sales = self.dynamodb.rows("ventas")
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

    def restock(self, tenant: str, number: int, stock: int) -> None:
        code = f"{tenant}P{number:03d}"
        data = {"nombre": code, "precio": Decimal("3.50"), "stock": stock, "estado": "ACTIVO"}
        item = {"tenant_id": tenant, "entity_id": code, "data": data}
        self.dynamodb.put_item(TableName="productos", Item=serialize(item))

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

    def _pending(self) -> bool:
        return any("pendiente" in row for row in self.dynamodb.rows("eventos"))
