"""The demo, on the real system and on one that loses sales."""

import asyncio
import io
import json
from itertools import islice

import httpx
import pytest
from local_aws.catalogue import catalogue
from local_aws.demo import show
from local_aws.demo.report import Report
from local_aws.demo.screens import Arrival, Asked, Screen
from local_aws.demo.show import Show, baskets, play, too_much
from local_aws.running import RunningStack
from rich.console import Console
from saai_contracts.reality import check_answer, check_frame

from tests.local_aws.support import STACK

TIENDAS = catalogue()


class CheckedReport(Report):
    """Holds every event and every answer that it tells of against the published contracts."""

    def arrival(self, screen: Screen, arrival: Arrival) -> None:
        check_frame(arrival.event)
        super().arrival(screen, arrival)

    def answer(self, asked: Asked, success: str) -> None:
        check_answer(asked.route, asked.answer.status, asked.answer.envelope)
        super().answer(asked, success)


def test_every_screen_receives_every_sale_of_its_own_store(running_local_stack: RunningStack) -> None:
    """The whole demo, with what crosses the wire as its contracts say; nothing reaches another store."""
    console = Console(file=io.StringIO(), width=200, highlight=False)

    passed = asyncio.run(play(running_local_stack, CheckedReport(console)))

    output = console.file.getvalue()  # type: ignore[attr-defined]
    assert passed, output
    for told in (
        "pide 6, hay 3",
        "drops out",
        "recovers venta_registrada",
        "prediccion_generada",
        "✔ Every screen saw",
    ):
        assert told in output


class DeafScreen(Screen):
    """Connects to nothing and hears nothing."""

    async def open(self) -> None:  # type: ignore[override]
        """Connect to nothing."""

    async def come_back(self) -> None:
        """Connect to nothing again."""


def test_a_demo_whose_sales_are_lost_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sale is answered with success, and no table has it."""
    monkeypatch.setattr(show, "SETTLE", 0.0)
    asked: list[str] = []

    def register(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        code = json.loads(request.content)["productos"][0]["codigo_producto"]
        data = {"codigo_venta": f"{code[:4]}V{len(asked):03d}", "total": 6.0}
        return httpx.Response(201, json={"message": "Venta registrada", "data": data})

    async def perform() -> bool:
        async with httpx.AsyncClient(base_url=STACK.api_url, transport=httpx.MockTransport(register)) as http:
            played = Show(tiendas=TIENDAS, http=http, rows=lambda _: (), report=Report(console), patience=0.05)
            played.screens = [
                DeafScreen(stack=STACK, store=tienda, usuario=user, shows=lambda *_: None)
                for tienda in TIENDAS
                for user in tienda.usuarios
            ]
            return await played.run()

    console = Console(file=io.StringIO(), width=200, highlight=False)
    assert asyncio.run(perform()) is False
    output = console.file.getvalue()  # type: ignore[attr-defined]
    assert "0 sales are stored" in output
    assert output.endswith("✘ The demo did not go as it must.\n")


def test_baskets_are_of_products_that_last() -> None:
    """A demo's sales of a store never run out of stock, in whatever order they come."""
    for tienda in TIENDAS:
        units: dict[str, int] = {}
        for basket in islice(baskets(tienda), 20):
            for producto, count in basket:
                units[producto.codigo_producto] = units.get(producto.codigo_producto, 0) + count
        stock = {producto.codigo_producto: producto.stock for producto in tienda.productos}
        assert all(count <= stock[code] for code, count in units.items())


def test_one_order_asks_for_more_than_there_is() -> None:
    """And it would be in stock but for one product."""
    for tienda in TIENDAS:
        assert [units > producto.stock for producto, units in too_much(tienda)] == [True, False]
