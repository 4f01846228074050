"""Thirty days of some stores: the real functions over AWS in memory, on a virtual clock, with nothing kept that grows.

What a day brings: sales by ``POST /ventas``, and many more events of other services, each by the invoke of
EmitirEventosWs; sales annulled; screens that are cut after two hours, that ping, that go away and come back; invokes
that are lost; the sweep, the analytics and their schedule, the night's forecasts and summaries; rows that expire.
"""

import contextlib
import itertools
import json
import os
import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final

import attrs
import saai_support.functions
from saai_domain.aws.dynamodb import Key, update_if
from saai_domain.codes import Kind, TenantId, product_code_for, sale_code_for
from saai_domain.roles import Rol
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_domain.time import epoch_seconds, lima_date, lima_now
from saai_support.functions import QUEUES
from saai_support.payloads import http_request

from tests.faults.clock import VirtualClock
from tests.faults.functions import Functions
from tests.faults.kills import Faults
from tests.faults.network import token_of
from tests.faults.plain_clients import PING_SECONDS
from tests.faults.world import staff
from tests.month.books import DAY, EVENT_DAYS, Books
from tests.month.opening import OLD_ROWS, OLD_SALES, PRODUCTS, START, open_stores
from tests.month.process import resident_bytes, size_of_processes
from tests.month.screens import OpenSockets, Screens, WatchedSeat
from tests.month.verdict import Evening, Verdict

DAYS: Final = 30
SALES: Final = 25_000
"""Of a month, at most a fifth of its events."""
QUIET_EVENTS: Final = 15_000
"""Of the last store, at most a tenth: so few that a screen may miss six days of them and still recover."""
LARGEST: Final = 0.6
"""The first store's part of the other events; the stores between share what is left."""
WORKERS_BATCH: Final = 5
"""Messages that a worker gets at once."""
REPEATS: Final = 2_000
"""Events of a month that come a second time, at most one in twenty."""
REPEAT_DAYS: Final = (1 / 24, 1, 5, 9, 13)
"""After how long an event comes a second time."""


@attrs.frozen(kw_only=True)
class Sent:
    """An event of another service, to be sent again at a moment (epoch seconds)."""

    again_at: float
    invocation: Mapping[str, Any]


@attrs.define(eq=False, kw_only=True, slots=False)
class Month:
    """Everything there is."""

    random: random.Random
    clock: VirtualClock
    gateway: OpenSockets
    aws: InMemoryAws
    dynamodb: SimulatedDynamoDB
    functions: Functions
    screens: Screens
    seats: Sequence[WatchedSeat]
    books: Books
    verdict: Verdict
    events: int
    step_seconds: int
    problems: list[str] = attrs.field(factory=list)
    lost: int = 0
    repeated: int = 0
    annulled: int = 0
    _numbers: Iterator[int] = attrs.field(factory=lambda: itertools.count(1))
    _to_repeat: deque[Sent] = attrs.field(factory=deque)
    _tokens: dict[tuple[str, int], str] = attrs.field(factory=dict)
    _brought: int = 0
    """Events so far."""
    _away: WatchedSeat | None = None

    @classmethod
    @contextlib.contextmanager
    def begun(cls, *, events: int, stores: int, seed: int, step_minutes: int) -> Iterator["Month"]:
        """Open the stores, for as long as the block lasts."""
        chance = random.Random(seed)  # noqa: S311 - a run can be repeated
        random.seed(seed)
        books = Books()
        dynamodb = SimulatedDynamoDB(written=books.note)
        gateway = OpenSockets(random=chance, audit=books, books=books)
        aws = InMemoryAws(dynamodb=dynamodb, connections=gateway)
        with contextlib.ExitStack() as stack:
            clock = stack.enter_context(VirtualClock.started(START))
            nowhere = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123 - a stream
            stack.enter_context(contextlib.redirect_stdout(nowhere))
            processes = tuple(saai_support.functions.Functions(aws) for _ in range(2))
            functions = Functions(Faults(chance, clock, kill=0, lose_answer=0), chance, processes)
            seats = [WatchedSeat(seat.number, seat.tenant_id, seat.codigo_usuario, seat.rol) for seat in staff(stores)]
            books.codes[seats[0].tenant_id] = OLD_SALES - OLD_ROWS
            open_stores(dynamodb, seats)
            month = cls(
                random=chance,
                clock=clock,
                gateway=gateway,
                aws=aws,
                dynamodb=dynamodb,
                functions=functions,
                screens=Screens(chance, functions, gateway, books),
                seats=seats,
                books=books,
                verdict=Verdict(books, dynamodb, seats),
                events=events,
                step_seconds=60 * step_minutes,
            )
            month.screens.start(seats)
            month.screens.deliver()
            yield month

    # -- A day

    def run(self, told: Callable[[Evening], object] = lambda _: None) -> None:
        """Let thirty days pass, and the night after the last."""
        for day in range(1, DAYS + 1):
            self.live(day)
            told(self.verdict.evenings[-1])
        while self._passed < DAYS * DAY + 3 * 3_600:
            self._step(0)

    def live(self, day: int) -> None:
        """Let a day pass, from 1 on."""
        self._begin(day)
        while self._passed < day * DAY:
            due = self.events * (self._passed + self.step_seconds) / (DAYS * DAY)
            self._step(round(due) - self._brought)
        self._end(day)

    def _step(self, count: int) -> None:
        """A few minutes: so many events, and what comes at their end."""
        began = self._passed
        self._brought += count
        for _ in range(count):
            self._something()
            self.clock.pass_time(self.step_seconds / count)
        if not count:
            self.clock.pass_time(self.step_seconds)
        self._repeat()
        self._settle()

        def is_time(hours: float, *, every: float) -> bool:
            return (self._passed - hours * 3_600) // (every * 3_600) > (began - hours * 3_600) // (every * 3_600)

        if is_time(0, every=4):
            self.functions.run("DespacharTiendas", {"tarea": "analitica"})
        if is_time(0, every=0.5):
            # A sale's refresh comes five seconds after it.
            self.clock.pass_time(5)
            self._work("analitica", "ActualizarAnalitica")
        if is_time(2, every=24):
            self.functions.run("DespacharTiendas", {"tarea": "predicciones"})
            self._work("predicciones", "PrediccionDemanda")
            self.verdict.look_at_summaries()
        if is_time(20, every=24):
            self.verdict.look_at_dashboards()
            self._away = self.random.choice(self.seats[:-3])
            self.screens.leave(self._away, keeps=True)

    def _settle(self) -> None:
        """The sweep, the queues, and what the screens do as time goes by."""
        self.functions.run("BarrerEventos", {})
        self.emit(lossy=False)
        self.screens.pass_time()
        self.screens.deliver()

    def _something(self) -> None:
        """An event: a sale, or what another service tells."""
        if self.random.random() < min(0.2, SALES / self.events):
            self._sell()
        else:
            self._send()

    def _sell(self) -> None:
        cashier = self.random.choice([seat for seat in self._staff_of_a_store() if seat.rol is Rol.TRABAJADOR])
        numbers = self.random.sample(range(1, PRODUCTS + 1), self.random.randint(1, 2))
        lines = [{"codigo_producto": product_code_for(cashier.tenant_id, number), "cantidad": 1} for number in numbers]
        key = f"key-{next(self._numbers)}"
        request = http_request(
            "POST /ventas",
            token=self._token(cashier),
            body={"productos": lines, "metodo_pago": "YAPE"},
            idempotency_key=key,
        )
        answers = [self.functions.run("RegistrarVenta", request) for _ in range(self.random.choice((1,) * 19 + (2,)))]
        if any(answer != answers[0] or not answer or answer["statusCode"] != HTTPStatus.CREATED for answer in answers):
            self.problems.append(f"{key} was answered {answers}")
            return
        self.emit()
        if self.random.random() < 0.02:
            self._annul(json.loads(answers[0]["body"])["data"]["codigo_venta"], cashier.tenant_id)

    def _send(self) -> None:
        tenant = self._staff_of_a_store()[0].tenant_id
        invocation = {**self._payload(tenant), "event_id": f"evento-{next(self._numbers)}"}
        self._invoke(invocation)
        if self.random.random() < min(0.05, REPEATS / self.events):
            days = self.random.choice(REPEAT_DAYS)
            self._to_repeat.append(Sent(again_at=self._now + days * DAY, invocation=invocation))

    def _payload(self, tenant: TenantId) -> Mapping[str, Any]:
        """Return an event as another service sends it: mostly what owners hear, and some that everybody does."""
        luck, number, fecha = self.random.random(), self.random.randint(1, PRODUCTS), lima_date(lima_now()).isoformat()
        if luck < (0.4 if tenant == self.seats[-1].tenant_id else 0.05):
            line = {"codigo": product_code_for(tenant, number), "nombre": "Piña", "cantidad": 1, "subtotal": 3.5}
            sale = {"codigo_venta": sale_code_for(tenant, number), "items_count": 1, "total": 3.5, "fecha": fecha}
            rest = {"metodo_pago": "YAPE", "trabajador": f"{tenant}U001", "productos_vendidos": [line]}
            return {"tenant_id": tenant, "event_type": "venta_registrada", "payload": sale | rest}
        if luck > 0.98:
            spent = {"codigo_gasto": Kind.EXPENSE.code(tenant, number), "monto": 35.5, "motivo": "Luz", "fecha": fecha}
            return {"tenant_id": tenant, "event_type": "gasto_registrado", "payload": spent}
        forecast = {"codigo_producto": product_code_for(tenant, number), "demanda_manana": number, "stock_actual": 9}
        return {"tenant_id": tenant, "event_type": "prediccion_generada", "payload": forecast}

    def _invoke(self, invocation: Mapping[str, Any]) -> None:
        answer = self.functions.run("EmitirEventosWs", invocation)
        if answer is None or answer["statusCode"] != HTTPStatus.OK:
            self.problems.append(f"{invocation['event_id']} was answered {answer}")
        self.screens.deliver()

    def emit(self, *, lossy: bool = True) -> None:
        """Lambda runs what is queued; some of it never, if it is ``lossy``."""
        queue = self.aws.lambda_.queue
        while queue:
            invoke = queue.pop(0)
            if lossy and self.random.random() < 0.01:
                self.lost += 1
            else:
                self.functions.run("EmitirEventosWs", invoke.payload, request_id=invoke.request_id)
        for message in self.aws.sns.messages:
            self.functions.run("GuardarNotificacion", {"Records": [message.record]})
        self.aws.sns.messages.clear()
        self.screens.deliver()

    def _repeat(self) -> None:
        """What another service sends again within 15 days is never logged again, and never an error."""
        for sent in [sent for sent in self._to_repeat if sent.again_at <= self._now]:
            self._to_repeat.remove(sent)
            before = self.books.events()
            self._invoke(sent.invocation)
            self.repeated += 1
            if self.books.events() != before:
                self.problems.append(f"{sent.invocation['event_id']} was logged twice")

    def _annul(self, code: str, tenant: TenantId) -> None:
        client: Any = self.dynamodb
        self.annulled += update_if(
            client,
            Key("ventas", tenant, code),
            expression="SET #data.estado = :new",
            condition="#data.estado <> :new",
            names={"#data": "data"},
            values={":new": "ANULADA"},
        )

    def _work(self, queue: str, worker: str) -> None:
        """Have a queue worked through."""
        messages = self.aws.sqs.queues.pop(QUEUES[queue], [])
        for place in range(0, len(messages), WORKERS_BATCH):
            records = [message.record for message in messages[place : place + WORKERS_BATCH]]
            answer = self.functions.run(worker, {"Records": records})
            if answer != {"batchItemFailures": []}:
                self.problems.append(f"{worker} answered {answer}")
        self.emit()

    def _begin(self, day: int) -> None:
        """Screens come back: one after a night, in the quiet store a cashier after eight days, the owner after six."""
        if self._away is not None:
            self._come_back(self._away)
        cashier, _, owner = self.seats[-3:]
        for seat, first, days in ((cashier, 3, 8), (owner, 14, 6)):
            if day == first:
                self.screens.leave(seat, keeps=True)
            if day == first + days:
                reloads = seat.reloads
                self._come_back(seat)
                if seat.reloads - reloads != (days > EVENT_DAYS):
                    self.problems.append(f"{seat.name}, away for {days} days, loaded {seat.reloads - reloads} times")

    def _come_back(self, seat: WatchedSeat) -> None:
        self.screens.come_back(seat)
        for _ in range(5):
            self.screens.deliver()
            self.clock.pass_time(1)
            self.screens.pass_time()

    def all_problems(self) -> Sequence[str]:
        """Return what was found by anybody."""
        return [
            *self.problems,
            *self.verdict.problems,
            *self.verdict.growth(),
            *self.books.problems,
            *self.screens.problems,
            *self.gateway.problems,
            *self.functions.crashes,
            *[problem for seat in self.seats for problem in seat.problems],
        ]

    def _end(self, day: int) -> None:
        """Let DynamoDB delete what is past its time, every other day a day late, and everything settle; then look."""
        expired_until = self._now - DAY * (day % 2)
        self.dynamodb.expire(expired_until)
        self.books.expire(expired_until)
        self.clock.pass_time(PING_SECONDS)
        self._settle()
        self.verdict.look_at_screens([seat for seat in self.seats if seat.number not in self.screens.away])
        self.verdict.close(
            day=day,
            repeated=self.repeated,
            rss=resident_bytes(),
            processes=size_of_processes(self.functions.environments),
        )

    # -- Beneath

    @property
    def _passed(self) -> float:
        """Seconds since the month began."""
        return self.clock.monotonic()

    @property
    def _now(self) -> float:
        return lima_now().timestamp()

    def _staff_of_a_store(self) -> Sequence[WatchedSeat]:
        """Choose a store by its share of the events, and return who sits there."""
        (place,) = self.random.choices(range(len(self._shares)), cum_weights=self._shares)
        return self.seats[3 * place : 3 * place + 3]

    @cached_property
    def _shares(self) -> Sequence[float]:
        """The stores' parts of the events, each with those before it."""
        quiet = min(0.1, QUIET_EVENTS / self.events)
        between = len(self.seats) // 3 - 2
        parts = [LARGEST, *[(1 - LARGEST) / between] * between] if between else [1.0]
        return list(itertools.accumulate([*(part * (1 - quiet) for part in parts), quiet]))

    def _token(self, seat: WatchedSeat) -> str:
        """Return a token of today's."""
        key = seat.codigo_usuario, int(self._passed // DAY)
        if key not in self._tokens:
            self._tokens[key] = token_of(seat, epoch_seconds(lima_now()) + 2 * DAY)
        return self._tokens[key]
