"""Performs the demo on a deployed stack."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import attrs
import httpx

from local_aws.demo.ledger import Answer, Delivery, Verdict, judge, missing_deliveries
from local_aws.demo.report import Report
from local_aws.demo.sales import register
from local_aws.demo.scenario import Order, Scenario, Screen
from local_aws.demo.screens import open_screens
from local_aws.stack import Stack
from local_aws.tokens import issue

DELIVERY_LIMIT = 10.0
"""Seconds that the events of a wave have to reach their screens."""

SETTLE = 0.5
"""Seconds in which a frame that must not come could still come."""

_HTTP_LIMIT = 30.0


class OpenScreens(Protocol):
    """Connects screens for as long as a block lasts; see `open_screens`."""

    def __call__(
        self,
        screens: Sequence[Screen],
        *,
        ws_url: str,
        tokens: Mapping[Screen, str],
        on_delivery: Callable[[Delivery], None],
    ) -> AbstractAsyncContextManager[None]: ...


class Sell(Protocol):
    """Sends an order to the API; see `register`."""

    async def __call__(self, client: httpx.AsyncClient, order: Order, *, api_url: str, token: str) -> Answer: ...


@attrs.define
class Performance:
    """One run: what was answered and delivered so far."""

    stack: Stack
    scenario: Scenario
    report: Report
    connect: OpenScreens = open_screens
    sell: Sell = register
    patience: float = DELIVERY_LIMIT
    settle: float = SETTLE
    answers: list[Answer] = attrs.field(factory=list[Answer])
    deliveries: list[Delivery] = attrs.field(factory=list[Delivery])
    _arrived: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def run(self) -> Verdict:
        """Open the screens, send the orders wave by wave, and compare what arrived with what had to.

        A wave whose events don't reach their screens in time is the last.
        """
        tokens = {screen: self._token(screen) for screen in self.scenario.screens}
        began = time.monotonic()
        async with (
            self.connect(self.scenario.screens, ws_url=self.stack.ws_url, tokens=tokens, on_delivery=self._on_delivery),
            httpx.AsyncClient(trust_env=False, timeout=_HTTP_LIMIT) as client,
        ):
            self.report.step(f"{len(self.scenario.screens)} screens connected", time.monotonic() - began)
            for number, wave in enumerate(self.scenario.waves, start=1):
                self.report.heading(wave_title(number, wave))
                await asyncio.gather(*(self._sell(client, order, tokens[order.cashier]) for order in wave))
                if not await self._delivered():
                    break
            await asyncio.sleep(self.settle)
        return judge(self.scenario.screens, self.answers, self.deliveries)

    async def _sell(self, client: httpx.AsyncClient, order: Order, token: str) -> None:
        self.report.asks(order)
        answer = await self.sell(client, order, api_url=self.stack.api_url, token=token)
        self.answers.append(answer)
        self.report.answers(answer)
        self._arrived.set()

    def _on_delivery(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        code = delivery.frame.codigo_venta
        answer = next((answer for answer in self.answers if answer.codigo_venta == code), None)
        self.report.delivers(delivery, answer)
        self._arrived.set()

    async def _delivered(self) -> bool:
        """Wait until the screens have what they must have; False when that takes too long."""
        try:
            async with asyncio.timeout(self.patience):
                while missing_deliveries(self.scenario.screens, self.answers, self.deliveries):
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            return False
        return True

    def _token(self, screen: Screen) -> str:
        return issue(
            secret=self.stack.jwt_secret,
            tenant_id=screen.tienda,
            codigo_usuario=screen.codigo_usuario,
            rol=screen.rol,
        )


def wave_title(number: int, wave: tuple[Order, ...]) -> str:
    """What a wave's heading says."""
    cashiers = len({order.cashier for order in wave})
    stores = len({order.cashier.tienda for order in wave})
    cold = " (the functions start with the first calls)" if number == 1 else ""
    return f"Round {number}: {len(wave)} sales at once, by {cashiers} cashiers of {stores} stores{cold}"
