"""A few processes of OnMessage, on a clock that the run moves: who waits how long for an answer.

The processes are the real function over the AWS in memory, each built by itself, as Lambda does. What an invocation
takes is its own time and that of the calls that it makes, by ``benchmarks.cost.prices``. A message waits until a
process is free, first come first served: AWS would start another as long as the account has any left.
"""

import contextlib
import heapq
import io
import itertools
import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
import msgspec
import time_machine
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import user_code_for
from saai_domain.event_log import log_event, to_item
from saai_domain.events import AnaliticaActualizada, Canal, event_of
from saai_domain.handlers.entry_point import Handler
from saai_domain.testing.aws import Call
from saai_domain.testing.connections import SocketState
from saai_domain.testing.lambda_context import Invocation
from saai_domain.time import LIMA
from saai_support.functions import ENVIRONMENT, Functions, InMemoryPoster
from saai_support.payloads import message
from ws_gateway import on_message
from ws_gateway.messages.limits import MessageLimit, Verdict
from ws_gateway.screens.connections import Connection

from benchmarks.cost.prices import MILLISECONDS

START: Final = datetime(2026, 11, 24, 19, tzinfo=LIMA)
MISSED: Final = 5_000
"""The most that one recovery brings."""
RECONNECTS_AFTER: Final = 1.0
"""Seconds from a hostile client's closing to its next socket, for which it needs a ticket."""
_WAITS: Final = {"connections": "post", "put_item": "dynamodb write", "update_item": "dynamodb write"}


class NoLimit(MessageLimit):
    """Admits everything."""

    def judge(self, connection: Connection) -> Verdict:  # noqa: ARG002 - whatever it is
        """Admit a message."""
        return Verdict.ADMITTED


@attrs.frozen(kw_only=True)
class Attack:
    """What a hostile client sends: ``at_once`` of the same message, and again as soon as it may."""

    name: str
    sent: Mapping[str, Any]
    a_second: float


@attrs.frozen(kw_only=True)
class Outcome:
    """Seconds that each honest screen's message took, and what became of the hostile ones."""

    honest: list[float]
    hostile: int
    closed: int


@attrs.define(kw_only=True)
class Gateway:
    """The processes and their queue."""

    chance: random.Random
    processes: int
    limited: bool
    functions: Functions = attrs.field(factory=Functions)
    _handlers: list[Handler] = attrs.field(init=False)
    _free_at: list[tuple[float, int]] = attrs.field(init=False)
    _took: float = 0.0

    def __attrs_post_init__(self) -> None:
        aws = self.functions.aws
        self._handlers = [
            on_message.build(
                ENVIRONMENT,
                aws.clients,
                lambda _endpoint, _environment: InMemoryPoster(aws.client("connections")),
                limit=None if self.limited else NoLimit(),
            )
            for _ in range(self.processes)
        ]
        self._free_at = [(0.0, place) for place in range(self.processes)]
        aws.around.append(self._timed)

    def _timed(self, call: Call, make: Any) -> Any:
        kind = _WAITS.get(call.service) or _WAITS.get(call.operation, "dynamodb read")
        self._took += MILLISECONDS[kind] / 1000
        return make()

    def answer(self, event: Mapping[str, Any], at: float, clock: time_machine.Traveller) -> float:
        """Have a message answered that comes in so many seconds from the start, and return when that is done."""
        free, place = heapq.heappop(self._free_at)
        begins = max(free, at)
        clock.move_to(START + timedelta(seconds=begins))
        self._took = MILLISECONDS["own"] / 1000
        with contextlib.redirect_stdout(io.StringIO()):
            self._handlers[place](event, Invocation())
        ends = begins + self._took
        heapq.heappush(self._free_at, (ends, place))
        return ends


def run(
    *,
    screens: int,
    seconds: float,
    processes: int,
    every: float,
    attack: Attack | None,
    limited: bool = True,
    seed: int,
) -> Outcome:
    """Let honest screens ping, each ``every`` so many seconds on average, beside an attack."""
    gateway = Gateway(chance=random.Random(seed), processes=processes, limited=limited)  # noqa: S311 - a simulation
    honest: list[float] = []
    hostile = closed = 0
    names = (f"hostile-{number}" for number in itertools.count(1))
    socket, back_at = next(names), 0.0
    sockets = gateway.functions.aws.connections
    with time_machine.travel(START, tick=False) as clock:
        _prepare(gateway, screens)
        sockets.open(socket)
        for at, who in _arrivals(gateway.chance, screens, seconds, every, attack):
            if who is not None:
                pinged = message({"action": "ping"}, f"screen-{who}", **_authorizer(who))
                honest.append(gateway.answer(pinged, at, clock) - at)
            elif attack is not None and at >= back_at:
                hostile += 1
                gateway.answer(message(attack.sent, socket, **_authorizer(0)), at, clock)
                if sockets.sockets[socket].state is SocketState.CLOSED:
                    closed += 1
                    socket, back_at = next(names), at + RECONNECTS_AFTER
                    sockets.open(socket)
    return Outcome(honest=honest, hostile=hostile, closed=closed)


def _prepare(gateway: Gateway, screens: int) -> None:
    """Write the log of the hostile client's store, and connect everybody."""
    client = gateway.functions.aws.dynamodb
    event = event_of(AnaliticaActualizada(mensaje="Lista"))
    for seq in range(1, MISSED + 1):
        row = log_event(event, tenant_id=_authorizer(0)["tenant_id"], seq=seq, moment=START, origen="benchmark")  # type: ignore[bad-argument-type]
        client.put_item(TableName="eventos", Item=serialize(to_item(msgspec.structs.replace(row, canal=Canal.TIENDA))))
    counter = {"tenant_id": "T001", "entity_id": "eventos#tienda", "data": {"value": MISSED}}
    client.put_item(TableName="counters", Item=serialize(counter))
    with contextlib.redirect_stdout(io.StringIO()):
        for number in range(1, screens + 1):
            gateway.functions.aws.connections.open(f"screen-{number}")
            pinged = message({"action": "ping"}, f"screen-{number}", **_authorizer(number))
            gateway.functions.call("OnMessage", pinged)


def _arrivals(
    chance: random.Random, screens: int, seconds: float, every: float, attack: Attack | None
) -> Iterator[tuple[float, int | None]]:
    """Yield who sends when: a screen's number, None for the hostile client, which begins after a tenth of the time."""

    def honest(screen: int) -> Iterator[tuple[float, int | None]]:
        at = chance.expovariate(1 / every)
        while at < seconds:
            yield at, screen
            at += chance.expovariate(1 / every)

    streams = [list(honest(screen)) for screen in range(1, screens + 1)]
    if attack is not None:
        begins = seconds / 10
        count = int((seconds - begins) * attack.a_second)
        streams.append([(begins + number / attack.a_second, None) for number in range(count)])
    return heapq.merge(*streams, key=lambda arrival: arrival[0])


def _authorizer(screen: int) -> dict[str, str]:
    """What the authorizer said of a screen's connection: five screens a store; 0 is the hostile one, of the first."""
    tenant = f"T{1 + screen // 5:03d}"
    user = user_code_for(tenant, 1 + screen % 5)  # type: ignore[bad-argument-type]
    connected = str(int(START.timestamp() - 60) * 1000)
    return {
        "tenant_id": tenant,
        "codigo_usuario": user,
        "rol": "TRABAJADOR",
        "exp": str(int(START.timestamp()) + 7200),
        "connectedAt": connected,
    }
