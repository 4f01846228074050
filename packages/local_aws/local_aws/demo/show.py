"""Performs the demo on a deployed stack."""

import asyncio
import contextlib
import time

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


@attrs.define
class Performance:
    """One run: what was answered and delivered so far."""

    stack: Stack
    scenario: Scenario
    report: Report
    answers: list[Answer] = attrs.field(factory=list[Answer])
    deliveries: list[Delivery] = attrs.field(factory=list[Delivery])
    _arrived: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def run(self) -> Verdict:
        """Open the screens, send the orders wave by wave, and compare what arrived with what had to."""
        tokens = {screen: self._token(screen) for screen in self.scenario.screens}
        began = time.monotonic()
        async with (
            open_screens(self.scenario.screens, ws_url=self.stack.ws_url, tokens=tokens, on_delivery=self._on_delivery),
            httpx.AsyncClient(trust_env=False, timeout=_HTTP_LIMIT) as client,
        ):
            self.report.step(f"{len(self.scenario.screens)} screens connected", time.monotonic() - began)
            for number, wave in enumerate(self.scenario.waves, start=1):
                self.report.heading(wave_title(number, wave))
                await asyncio.gather(*(self._sell(client, order, tokens[order.cashier]) for order in wave))
                await self._until_delivered()
            await asyncio.sleep(SETTLE)
        return judge(self.scenario.screens, self.answers, self.deliveries)

    async def _sell(self, client: httpx.AsyncClient, order: Order, token: str) -> None:
        self.report.asks(order)
        answer = await register(client, order, api_url=self.stack.api_url, token=token)
        self.answers.append(answer)
        self.report.answers(answer)
        self._arrived.set()

    def _on_delivery(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        code = delivery.frame.codigo_venta
        answer = next((answer for answer in self.answers if answer.codigo_venta == code), None)
        self.report.delivers(delivery, answer)
        self._arrived.set()

    async def _until_delivered(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DELIVERY_LIMIT):
                while missing_deliveries(self.scenario.screens, self.answers, self.deliveries):
                    self._arrived.clear()
                    await self._arrived.wait()

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
