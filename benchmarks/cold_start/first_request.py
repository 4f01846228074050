"""A cold sale: from the event, which finds no process, to its answer and to the last screen."""

import contextlib
import io
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs
from saai_domain.testing.aws import Call
from saai_domain.testing.tokens import token
from saai_support.lambda_runtime.process import RunningFunction
from saai_support.payloads import http_request
from saai_support.store import Screen

from benchmarks.cold_start.ground import Ground

SCREENS: Final = 20
_SECONDS: Final = 5
_CREATED: Final = 201
_keys: Final[Iterator[int]] = itertools.count(1)


class NotShown(Exception):
    """A screen missed the sale: on a machine that does too much else a connection isn't open within its second."""


@attrs.frozen
class Sold:
    """Seconds from the event: to the cashier's answer, to the last screen, and of the processor in both processes."""

    answered: float
    shown: float
    processor: float


def open_screens(ground: Ground) -> None:
    """Connect the store's screens."""
    with contextlib.redirect_stdout(io.StringIO()):
        for number in range(SCREENS):
            ground.store.connect(Screen(connection_id=f"screen-{number}="))


@attrs.define(eq=False)
class _Watch:
    """Starts EmitirEventosWs when it is invoked, as Lambda does, and counts what reaches screens."""

    ground: Ground
    client: str
    shown: threading.Event = attrs.field(factory=threading.Event)
    shown_at: float = 0.0
    processes: list[RunningFunction] = attrs.field(factory=list)
    _posts: int = 0

    def __call__(self, call: Call, make: Callable[[], Any]) -> Any:
        answer = make()
        if call.name == "lambda invoke":
            event = self.ground.store.aws.lambda_.queue.pop().payload
            threading.Thread(target=self._emit, args=(event,)).start()
        elif call.name == "connections post_to_connection":
            self._posts += 1
            if self._posts == SCREENS:
                self.shown_at = time.monotonic()
                self.shown.set()
        return answer

    def _emit(self, event: Any) -> None:
        process = self.ground.run("EmitirEventosWs", SAAI_AWS_CLIENT=self.client)
        self.processes.append(process)
        process.queue(event)


def sell(ground: Ground, client: str) -> Sold:
    """Make one sale with both functions cold, whose services are called with this client.

    Raises:
        RuntimeError: It wasn't made.
        NotShown: A screen missed it.
    """
    watch = _Watch(ground, client)
    body = {"productos": [{"codigo_producto": "T001P001", "cantidad": 1}], "metodo_pago": "YAPE"}
    request = http_request("POST /ventas", token=token(), body=body, idempotency_key=f"sale-{next(_keys)}")
    with ground.store.aws.meanwhile(watch):
        process = ground.run("RegistrarVenta", SAAI_AWS_CLIENT=client)
        watch.processes.append(process)
        process.queue(request)
        answer = process.result().read()
        answered = time.monotonic()
        shown = watch.shown.wait(_SECONDS)
    processor = sum(each.stop() for each in watch.processes)
    if answer["statusCode"] != _CREATED:
        raise RuntimeError(f"{answer}, {[each.log_lines() for each in watch.processes]}")
    if not shown:
        raise NotShown
    return Sold(answered - process.began, watch.shown_at - process.began, processor)
