"""Performs the demo on a deployed stack."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import attrs
import httpx

from local_aws.demo.forecasts import ask_forecast
from local_aws.demo.ledger import (
    SALE_EVENT,
    Answer,
    Delivery,
    Expected,
    Forecast,
    Verdict,
    expected_deliveries,
    judge,
    missing_deliveries,
)
from local_aws.demo.report import Report
from local_aws.demo.sales import register
from local_aws.demo.scenario import Absence, Order, Question, Scenario, Screen
from local_aws.demo.screens import ScreensPort, open_screens
from local_aws.stack import Stack
from local_aws.tokens import issue

DELIVERY_LIMIT = 20.0
"""Seconds that events have to reach their screens; a dashboard follows its sales within ten."""

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
    ) -> AbstractAsyncContextManager[ScreensPort]: ...


class Sell(Protocol):
    """Sends an order to the API; see `register`."""

    async def __call__(self, client: httpx.AsyncClient, order: Order, *, api_url: str, token: str) -> Answer: ...


class Ask(Protocol):
    """Asks the API for a product's forecast; see `ask_forecast`."""

    async def __call__(
        self, client: httpx.AsyncClient, question: Question, *, api_url: str, token: str
    ) -> Forecast: ...


@attrs.define
class Performance:
    """One run: what was answered and delivered so far."""

    stack: Stack
    scenario: Scenario
    report: Report
    connect: OpenScreens = open_screens
    sell: Sell = register
    ask: Ask = ask_forecast
    patience: float = DELIVERY_LIMIT
    settle: float = SETTLE
    answers: list[Answer] = attrs.field(factory=list[Answer])
    deliveries: list[Delivery] = attrs.field(factory=list[Delivery])
    forecasts: list[Forecast] = attrs.field(factory=list[Forecast])
    _arrived: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def run(self) -> Verdict:
        """Open the screens, play the scenario, and compare what arrived with what had to.

        An act whose events don't reach their screens in time is the last.
        """
        tokens = {screen: self._token(screen) for screen in self.scenario.screens}
        began = time.monotonic()
        async with (
            self.connect(
                self.scenario.screens, ws_url=self.stack.ws_url, tokens=tokens, on_delivery=self._on_delivery
            ) as screens,
            httpx.AsyncClient(trust_env=False, timeout=_HTTP_LIMIT) as client,
        ):
            self.report.step(f"{len(self.scenario.screens)} screens connected", time.monotonic() - began)
            _ = (
                await self._waves(client, tokens)
                and await self._absence(client, tokens, screens)
                and await self._dashboards()
                and await self._forecast(client, tokens)
            )
            await asyncio.sleep(self.settle)
        return judge(self.scenario.screens, self.answers, self.deliveries, self.forecasts)

    async def _waves(self, client: httpx.AsyncClient, tokens: Mapping[Screen, str]) -> bool:
        for number, wave in enumerate(self.scenario.waves, start=1):
            self.report.heading(wave_title(number, wave))
            await asyncio.gather(*(self._sell(client, order, tokens[order.cashier]) for order in wave))
            if not await self._delivered(_is_sale):
                return False
        return True

    async def _absence(self, client: httpx.AsyncClient, tokens: Mapping[Screen, str], screens: ScreensPort) -> bool:
        """Play the screen that drops out and recovers."""
        absence = self.scenario.absence
        if absence is None:
            return True
        self.report.heading(absence_title(absence))
        await screens.drop(absence.screen)
        for order in absence.meanwhile:
            await self._sell(client, order, tokens[order.cashier])
        if not await self._delivered(lambda each: _is_sale(each) and each.screen != absence.screen):
            return False
        self.report.returns(absence.screen)
        await screens.come_back(absence.screen)
        return await self._delivered(_is_sale)

    async def _dashboards(self) -> bool:
        self.report.heading("The owners' dashboards follow the sales; no cashier hears of it")
        return await self._delivered(lambda _: True)

    async def _forecast(self, client: httpx.AsyncClient, tokens: Mapping[Screen, str]) -> bool:
        question = self.scenario.question
        if question is None:
            return True
        self.report.heading(f"{question.owner.label} asks how much {question.producto.nombre} will sell")
        token = tokens[question.owner]
        forecast = await self.ask(client, question, api_url=self.stack.api_url, token=token)
        self.forecasts.append(forecast)
        self.report.foresees(forecast)
        return await self._delivered(lambda _: True)

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

    async def _delivered(self, matters: Callable[[Expected], bool]) -> bool:
        """Wait until the screens have what they must have, as far as it matters; False when that takes too long."""
        everything = expected_deliveries(self.scenario.screens, self.answers, self.forecasts)
        expected = [each for each in everything if matters(each)]
        try:
            async with asyncio.timeout(self.patience):
                while missing_deliveries(expected, self.deliveries):
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


def _is_sale(expected: Expected) -> bool:
    return expected.event_type == SALE_EVENT


def absence_title(absence: Absence) -> str:
    """What the heading of a screen's absence says."""
    return f"{absence.screen.label} of {absence.screen.tienda} drops out, and the store sells on"


def wave_title(number: int, wave: tuple[Order, ...]) -> str:
    """What a wave's heading says."""
    cashiers = len({order.cashier for order in wave})
    stores = len({order.cashier.tienda for order in wave})
    cold = " (the functions start with the first calls)" if number == 1 else ""
    return f"Round {number}: {len(wave)} sales at once, by {cashiers} cashiers of {stores} stores{cold}"
