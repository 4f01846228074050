"""The demo, on a fake system and on the real one."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import attrs
import httpx
import pytest
from local_aws.catalogue import load_catalogue
from local_aws.demo.ledger import Answer, Delivery, Verdict
from local_aws.demo.report import Report
from local_aws.demo.scenario import Order, Scenario, Screen, plan
from local_aws.demo.show import Performance, wave_title
from local_aws.running import RunningStack
from rich.console import Console

from tests.local_aws.demo.examples import KEVIN, LUZ, SCREENS, delivered, order, sold
from tests.local_aws.support import STACK


def test_every_screen_receives_every_sale_of_its_own_store(running_local_stack: RunningStack) -> None:
    """The whole demo: sales over HTTP, frames over WebSocket, one refusal, nothing crossed."""
    output = io.StringIO()
    tiendas = load_catalogue(running_local_stack.stack, dynamodb=running_local_stack.clients.dynamodb)
    performance = Performance(
        stack=running_local_stack.stack, scenario=plan(tiendas), report=Report(Console(file=output, width=200))
    )

    verdict = asyncio.run(performance.run())

    assert verdict.passed, output.getvalue()
    assert verdict.refused == 1
    assert verdict.expected == verdict.received == 3 * verdict.sales
    assert "pide 6, hay 3" in output.getvalue()


class FakeSystem:
    """Accepts every order; its screens hear of a sale, or of nothing."""

    def __init__(self, *, delivers: bool) -> None:
        self.delivers = delivers
        self.tokens: Mapping[Screen, str] = {}
        self.asked: list[Order] = []

    @asynccontextmanager
    async def connect(
        self,
        screens: Sequence[Screen],
        *,
        ws_url: str,
        tokens: Mapping[Screen, str],
        on_delivery: Callable[[Delivery], None],
    ) -> AsyncIterator[None]:
        assert ws_url == STACK.ws_url
        self.screens, self.tokens, self.tell = screens, tokens, on_delivery
        yield

    async def sell(self, client: httpx.AsyncClient, order: Order, *, api_url: str, token: str) -> Answer:
        assert not client.is_closed
        assert (api_url, token) == (STACK.api_url, self.tokens[order.cashier])
        self.asked.append(order)
        code = f"{order.cashier.tienda}V{order.number:03d}"
        for screen in self.screens if self.delivers else ():
            if screen.tienda == order.cashier.tienda:
                self.tell(delivered(code, screen))
        return sold(code, order)


WAVES = ((order(1, LUZ), order(2, KEVIN)), (order(3, LUZ),))


def perform(system: FakeSystem) -> Verdict:
    stack = attrs.evolve(STACK, jwt_secret="a-secret-of-sufficient-length-for-hs256")
    performance = Performance(
        stack=stack,
        scenario=Scenario(screens=SCREENS, waves=WAVES),
        report=Report(Console(file=io.StringIO())),
        connect=system.connect,
        sell=system.sell,
        patience=0.01,
        settle=0,
    )
    return asyncio.run(performance.run())


def test_orders_go_out_in_their_waves_with_their_cashiers_token() -> None:
    """And the verdict is over all of them."""
    system = FakeSystem(delivers=True)

    verdict = perform(system)

    assert [order.number for order in system.asked] == [1, 2, 3]
    assert verdict.passed
    assert verdict.expected == 5


def test_a_wave_whose_events_never_arrive_is_the_last() -> None:
    """There is no point in going on; what is missing is told."""
    system = FakeSystem(delivers=False)

    verdict = perform(system)

    assert [order.number for order in system.asked] == [1, 2]
    assert not verdict.passed
    assert len(verdict.missing) == 3


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
