"""The demo, on a fake system and on the real one."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Self

import attrs
import httpx
import pytest
from local_aws.demo.ledger import Answer, Delivery, Forecast, Verdict
from local_aws.demo.report import Report
from local_aws.demo.run import stock_stores
from local_aws.demo.scenario import Absence, Order, Question, Scenario, Screen, plan
from local_aws.demo.show import Performance, wave_title
from local_aws.running import RunningStack
from rich.console import Console
from saai_domain.roles import Rol

from tests.local_aws.demo.examples import (
    INCA_KOLA,
    KEVIN,
    LUZ,
    ROSA,
    SCREENS,
    dashboard,
    delivered,
    forecast,
    foreseen,
    order,
    sold,
)
from tests.local_aws.support import STACK


def test_every_screen_receives_every_sale_of_its_own_store(running_local_stack: RunningStack) -> None:
    """The whole demo: sales, one refusal, a screen that recovers, dashboards and a forecast; nothing crossed."""
    output = io.StringIO()
    tiendas = stock_stores(running_local_stack)
    performance = Performance(
        stack=running_local_stack.stack, scenario=plan(tiendas), report=Report(Console(file=output, width=200))
    )

    verdict = asyncio.run(performance.run())

    assert verdict.passed, output.getvalue()
    assert verdict.refused == 1
    assert verdict.expected == verdict.received == 3 * verdict.sales + 3
    assert verdict.recovered == 3
    assert "pide 6, hay 3" in output.getvalue()


class FakeSystem:
    """Accepts every order; its screens hear of what concerns them unless they are away, or of nothing."""

    def __init__(self, *, delivers: bool) -> None:
        self.delivers = delivers
        self.tokens: Mapping[Screen, str] = {}
        self.asked: list[Order] = []
        self.away: set[Screen] = set()
        self.missed: list[Delivery] = []

    @asynccontextmanager
    async def connect(
        self,
        screens: Sequence[Screen],
        *,
        ws_url: str,
        tokens: Mapping[Screen, str],
        on_delivery: Callable[[Delivery], None],
    ) -> AsyncIterator[Self]:
        assert ws_url == STACK.ws_url
        self.screens, self.tokens, self.tell = screens, tokens, on_delivery
        yield self

    async def drop(self, screen: Screen) -> None:
        self.away.add(screen)

    async def come_back(self, screen: Screen) -> None:
        self.away.remove(screen)
        for delivery in self.missed:
            self.tell(attrs.evolve(delivery, recovered=True))

    async def sell(self, client: httpx.AsyncClient, order: Order, *, api_url: str, token: str) -> Answer:
        assert not client.is_closed
        assert (api_url, token) == (STACK.api_url, self.tokens[order.cashier])
        self.asked.append(order)
        code = f"{order.cashier.tienda}V{order.number:03d}"
        count = sum(each.cashier.tienda == order.cashier.tienda for each in self.asked)
        for screen in self.screens if self.delivers else ():
            if screen in self.away:
                self.missed.append(delivered(code, screen))
            elif screen.tienda == order.cashier.tienda:
                self.tell(delivered(code, screen))
                if screen.rol is Rol.ADMIN:
                    self.tell(dashboard(screen, count))
        return sold(code, order)

    async def ask(self, client: httpx.AsyncClient, question: Question, *, api_url: str, token: str) -> Forecast:
        assert (api_url, token) == (STACK.api_url, self.tokens[question.owner])
        self.tell(foreseen(question.owner))
        return forecast()


SCENARIO = Scenario(
    screens=SCREENS,
    waves=((order(1, LUZ), order(2, KEVIN)), (order(3, LUZ),)),
    absence=Absence(screen=LUZ, meanwhile=(order(4, LUZ), order(5, LUZ))),
    question=Question(owner=ROSA, producto=INCA_KOLA),
)


def perform(system: FakeSystem) -> Verdict:
    stack = attrs.evolve(STACK, jwt_secret="a-secret-of-sufficient-length-for-hs256")
    performance = Performance(
        stack=stack,
        scenario=SCENARIO,
        report=Report(Console(file=io.StringIO())),
        connect=system.connect,
        sell=system.sell,
        ask=system.ask,
        patience=0.01,
        settle=0,
    )
    return asyncio.run(performance.run())


def test_orders_go_out_in_their_waves_with_their_cashiers_token() -> None:
    """And the verdict is over all of them."""
    system = FakeSystem(delivers=True)

    verdict = perform(system)

    assert [order.number for order in system.asked] == [1, 2, 3, 4, 5]
    assert verdict.passed
    assert (verdict.expected, verdict.recovered) == (11, 2)


def test_a_wave_whose_events_never_arrive_is_the_last() -> None:
    """There is no point in going on; what is missing is told."""
    system = FakeSystem(delivers=False)

    verdict = perform(system)

    assert [order.number for order in system.asked] == [1, 2]
    assert not verdict.passed
    assert len(verdict.missing) == 4


@pytest.mark.parametrize(
    ("number", "title"),
    [
        (1, "Round 1: 2 sales at once, by 2 cashiers of 2 stores (the functions start with the first calls)"),
        (2, "Round 2: 2 sales at once, by 2 cashiers of 2 stores"),
    ],
)
def test_a_rounds_heading_counts_sales_cashiers_and_stores(number: int, title: str) -> None:
    """The first one warns that it is slower."""
    assert wave_title(number, (order(1, LUZ), order(2, KEVIN))) == title
