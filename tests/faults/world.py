"""Stores that sell while everything fails: the real functions over AWS in memory, on a clock of the run's own."""

import contextlib
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs
from operations.redrive import give_back, read_failure
from saai_domain.aws.dynamodb import serialize
from saai_domain.aws.publisher import EventPublisher
from saai_domain.codes import ProductCode, TenantId, product_code_for, user_code_for
from saai_domain.roles import Rol
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.dynamodb import RowKey, SimulatedDynamoDB
from saai_domain.testing.services import InMemorySqs
from saai_domain.time import LIMA, epoch_seconds, lima_now
from saai_support.functions import EMITIR_EVENTOS_WS, FAILED_EVENTS
from ws_gateway.outbox.pending_events import PendingEvents

from tests.faults.audit import Audit
from tests.faults.aws import LambdaQueue, Topic
from tests.faults.cashiers import Cashiers
from tests.faults.clients import Clients, Seat
from tests.faults.clock import VirtualClock
from tests.faults.functions import Functions
from tests.faults.gateway import Gateway
from tests.faults.kills import Faults, Outage
from tests.faults.network import Network
from tests.faults.others import OtherServices
from tests.faults.refusals import REFUSALS

START: Final = datetime(2026, 1, 5, 8, 0, tzinfo=LIMA)
PRODUCTS: Final = 5
STOCK: Final = 1_000_000
SCARCE_STOCK: Final = 15
"""Of each store's last product: it sells out, whatever is delivered meanwhile."""
SETTLING_MINUTES: Final = 30
"""Within these every screen has asked several times whether it is behind."""
LONGEST_SETTLING: Final = 24 * 60
"""Minutes after which what has not come to its end never will."""
REPEATS: Final = 50
"""How often a cashier sends an order that has no answer: far more often than anybody needs."""
DRY_STEPS: Final = 20_000
SALES_BETWEEN_OUTAGES: Final = 40
"""In a small run."""
OUTAGE_MINUTES: Final = (2, 15, 45, 150)
HOLIDAYS: Final = 9
"""Days that the stores are closed: longer than the log is kept."""


@attrs.define(eq=False, kw_only=True)
class World:
    """Everything there is. ``step`` lets one thing happen."""

    random: random.Random
    clock: VirtualClock
    faults: Faults
    aws: InMemoryAws
    dynamodb: SimulatedDynamoDB
    lambda_: LambdaQueue
    topic: Topic
    queue: InMemorySqs
    functions: Functions
    network: Network
    cashiers: Cashiers
    others: OtherServices
    audit: Audit
    seats: list[Seat]
    stock: Mapping[str, int] = attrs.field(factory=dict)
    """What stood on the shelves when the stores opened."""
    happened: Counter[str] = attrs.field(factory=Counter)
    problems: list[str] = attrs.field(factory=list)
    """What was found while it ran, beside what the parts have found."""
    _depth: int = 0
    _swept: datetime = START
    sales_between_outages: int = SALES_BETWEEN_OUTAGES
    _next_outage: int = SALES_BETWEEN_OUTAGES
    _ways: Sequence[tuple[str, str]] = attrs.field(init=False)
    """In which a service may be down: each has its turn."""

    @classmethod
    @contextlib.contextmanager
    def created(
        cls, clients: Clients, *, seed: int, stores: int, kill: float, dynamodb: Any = None
    ) -> Iterator["World"]:
        """Make the stores with their screens, for as long as the block lasts.

        ``dynamodb`` has ``written`` and ``rows``. By default it is one that reads the rows of a batch in any order,
        and lets others write between them.
        """
        chance = random.Random(seed)  # noqa: S311 - a run can be repeated
        # The pauses of the code under test are drawn here.
        random.seed(seed)
        audit = Audit()
        torn = SimulatedDynamoDB(page_size=3)
        torn.reading_order = lambda rows: chance.sample(rows, len(rows))
        dynamodb = dynamodb or torn
        dynamodb.written = audit.note
        lambda_, topic, queue = LambdaQueue(random=chance), Topic(random=chance), InMemorySqs()
        gateway = Gateway(random=chance, audit=audit)
        aws = InMemoryAws(dynamodb=dynamodb, lambda_=lambda_, sns=topic, sqs=queue, connections=gateway)
        seats = staff(stores)
        with contextlib.ExitStack() as stack:
            clock = stack.enter_context(VirtualClock.started(START))
            faults = Faults(chance, clock, kill=kill, lose_answer=kill / 2, refuse=kill / 2)
            functions = stack.enter_context(Functions.built(faults, aws))
            stack.enter_context(contextlib.closing(clients))
            publisher = EventPublisher(client=aws.client("lambda"), function_name=EMITIR_EVENTOS_WS)
            others = OtherServices(
                chance, functions, dynamodb, gateway, publisher, lambda_, seats=seats, products=PRODUCTS
            )
            world = cls(
                random=chance,
                clock=clock,
                faults=faults,
                aws=aws,
                dynamodb=dynamodb,
                lambda_=lambda_,
                topic=topic,
                queue=queue,
                functions=functions,
                network=Network(chance, functions, gateway, clients, audit),
                cashiers=Cashiers(chance, functions, audit, others, seats, PRODUCTS),
                others=others,
                audit=audit,
                seats=seats,
            )
            world._stock_shelves()
            world.stock = {code: stocks[-1] for code, stocks in audit.stocks.items()}
            world.network.start(seats)
            faults.between = world.meanwhile
            torn.between_rows = world.between_rows
            yield world

    def __attrs_post_init__(self) -> None:
        ways = [(service, kind) for service, kinds in REFUSALS.items() for kind in kinds]
        self._ways = self.random.sample(ways, len(ways))

    # -- What happens

    def step(self) -> None:
        """Let one thing happen, and a little time pass; now and then a service is down for a while."""
        if self.cashiers.sales >= self._next_outage and self.faults.kill:
            self._next_outage = self.cashiers.sales + self.sales_between_outages
            self.outage()
        self._something()
        self.pass_time(self.random.choice((0.0, 0.05, 0.2)))

    def outage(self) -> None:
        """A service is down for minutes or hours, and then back."""
        place = self.happened["outages"]
        (service, kind), minutes = self._ways[place % len(self._ways)], OUTAGE_MINUTES[place % len(OUTAGE_MINUTES)]
        self.happened["outages"] += 1
        self.happened[f"{service} down"] += 1
        self.faults.outages[service] = Outage(kind, self.clock.monotonic())
        for _ in range(minutes):
            for _ in range(3):
                self._something()
            # A minute is long: who connects in it is connected by its end.
            for _ in self.seats:
                self._flow()
            self.pass_time(60)
        del self.faults.outages[service]

    def meanwhile(self) -> None:
        """Let something happen in the middle of an invocation."""
        self._nested(
            0.02,
            self.cashiers.sell,
            self.emit,
            self.network.show,
            self.network.shake,
            self.notify,
            self.others.move_stock,
            self.others.change_price,
            self.cashiers.twin,
            self.cashiers.rival,
        )

    def between_rows(self, _row: RowKey) -> None:
        """Let something happen between the reads of two rows of a batch."""
        self._nested(
            0.05,
            self.cashiers.sell,
            self.cashiers.twin,
            self.cashiers.twin,
            self.cashiers.rival,
            self.others.move_stock,
            self.emit,
        )

    def pass_time(self, seconds: float) -> None:
        """Let time pass; every minute the sweep runs."""
        self.clock.pass_time(seconds)
        self.network.pass_time()
        if lima_now() - self._swept >= timedelta(minutes=1):
            self._swept = lima_now()
            self.functions.run("BarrerEventos", {})

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

    def reload_page(self) -> None:
        """Somebody closes the page and opens it again: everything is loaded, or what was kept is followed."""
        seat = self.random.choice(self.seats)
        self.network.leave(seat, keeps=self.random.random() < 0.3)
        self.network.come_back(seat)

    def change_rights(self) -> None:
        """Somebody is barred; the next time, everybody is welcome again."""
        if self.others.inactive:
            self.others.readmit()
        else:
            self.others.bar()

    def holiday(self) -> None:
        """The stores are closed for longer than the log is kept; a little is sold at the door, and rows expire."""
        self.others.readmit()
        for seat in self.seats:
            self.network.leave(seat, keeps=self.random.random() < 0.7)
        for _ in range(HOLIDAYS):
            for _ in range(10):
                self.random.choice((self.cashiers.sell, self.others.send_event, self.others.emit))()
                self._run_dry()
                self.pass_time(600)
            # The next day a key is forgotten, and in a week an event.
            self._repeat_all()
            self.redrive()
            self.pass_time(86_400 - 6_000)
        # AWS deletes a row within days of its time.
        self.dynamodb.expire(epoch_seconds(lima_now()) - self.random.uniform(0, 86_400))
        for seat in self.seats:
            self.network.come_back(seat)

    # -- The end

    def settle(self) -> None:
        """Let nothing fail any more, and everything come to an end: invokes, sweeps, each screen's catching up."""
        self.faults.calm()
        self.others.readmit()
        # What SSM refused is asked for again.
        self.pass_time(60)
        self._repeat_all()
        self.redrive()
        for _ in range(SETTLING_MINUTES):
            self._run_dry()
            self.pass_time(60)
        for _ in range(LONGEST_SETTLING):
            if not self._pending():
                break
            self.redrive()
            self._run_dry()
            self.pass_time(60)
        else:
            self.problems.append("events are pending, and never come to an end")
        for _ in range(SETTLING_MINUTES):
            self._run_dry()
            # A token may just have ended, and its screen be coming back.
            if not self.network.clients.stale():
                break
            self.pass_time(10)

    def sell_in_each_store(self) -> None:
        """Nothing fails any more: one sale of each store goes its way, and no time passes."""
        for cashier in {seat.tenant_id: seat for seat in self.seats if seat.rol is Rol.TRABAJADOR}.values():
            self.cashiers.sell(cashier)
        for _ in range(DRY_STEPS):
            if not (self.cashiers.unanswered or self.lambda_.queue or not self.network.quiet):
                break
            self.cashiers.repeat()
            self._flow()

    def redrive(self) -> None:
        """An operator works through what failed for good."""
        for record in self.lambda_.failed:
            self.others.invoke(read_failure(record).payload)
        self.lambda_.failed.clear()
        client: Any = self.dynamodb
        give_back(PendingEvents(client=client, eventos_table="eventos"), lambda _: None)

    def kept(self) -> Sequence[Mapping[str, Any]]:
        """Return the invokes that were refused and are kept for an operator."""
        return [read_failure(body).payload for body in self.queue.bodies(FAILED_EVENTS)]

    def _repeat_all(self) -> None:
        for _ in range(REPEATS * (len(self.cashiers.unanswered) + len(self.others.unsent) + 1)):
            if not (self.cashiers.unanswered or self.others.unsent):
                return
            self.cashiers.repeat()
            self.others.emit_unsent()
            self.pass_time(1)
        self.problems.append(f"{len(self.cashiers.unanswered)} orders never get an answer")

    def _run_dry(self) -> None:
        for _ in range(DRY_STEPS):
            if not (self.lambda_.queue or self.topic.messages or not self.network.quiet):
                return
            self._flow()
            self.pass_time(0.5)
        self.problems.append("invokes, notices, frames or loads never come to an end")

    def _flow(self) -> None:
        """Let what is on its way go on, a thing of each kind."""
        for thing in (self.emit, self.notify, self.network.shake, self.network.show, self.network.load):
            thing()

    def _pending(self) -> bool:
        return any("pendiente" in row for row in self.dynamodb.rows("eventos"))

    def _something(self) -> None:
        (thing,) = self.random.choices(list(self._things), weights=list(self._things.values()))
        thing()

    @property
    def _things(self) -> Mapping[Callable[[], object], float]:
        return {
            self.cashiers.sell: 10,
            self.emit: 14,
            self.network.show: 40,
            self.network.shake: 8,
            self.network.load: 4,
            self.notify: 12,
            self.cashiers.repeat: 4,
            self.cashiers.ask_again: 0.5,
            self.cashiers.misuse: 0.2,
            self.network.drop: 1,
            self.reload_page: 0.3,
            self.others.send_event: 0.6,
            self.others.emit: 0.3,
            self.others.send_rivals: 0.1,
            self.others.send_broken: 0.2,
            self.others.move_stock: 1,
            self.others.change_price: 0.5,
            self.others.annul: 0.3,
            self.change_rights: 0.2,
        }

    def _nested(self, probability: float, *things: Callable[[], object]) -> None:
        if self._depth < 2 and self.faults.kill and self.random.random() < probability:
            self._depth += 1
            self.happened["in the middle of an invocation"] += 1
            self.random.choice(things)()
            self._depth -= 1

    def _stock_shelves(self) -> None:
        for tenant in {seat.tenant_id: None for seat in self.seats}:
            # Somebody else's, which nobody can read: the others hear all the same.
            unreadable = {"tenant_id": tenant, "entity_id": "a", "data": {"rol": "OTRO"}}
            self.dynamodb.put_item(TableName="ws-connections", Item=serialize(unreadable))
            for number in range(1, PRODUCTS + 1):
                code = ProductCode(product_code_for(tenant, number))
                stock = SCARCE_STOCK if number == PRODUCTS else STOCK
                data = {
                    "codigo_producto": code,
                    "nombre": f"Producto {number}",
                    "precio": Decimal("3.50"),
                    "stock": stock,
                    "estado": "ACTIVO",
                }
                item = {"tenant_id": tenant, "entity_id": code, "data": data}
                self.dynamodb.put_item(TableName="productos", Item=serialize(item))


def staff(stores: int) -> list[Seat]:
    """Two cashiers and an owner before the screens of each store."""
    roles = (Rol.TRABAJADOR, Rol.TRABAJADOR, Rol.ADMIN)
    tenants = [TenantId(f"T{number:03d}") for number in range(1, stores + 1)]
    return [
        Seat(3 * place + number - 1, tenant, user_code_for(tenant, number), rol)
        for place, tenant in enumerate(tenants)
        for number, rol in enumerate(roles, 1)
    ]
