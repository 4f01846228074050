"""Plays the demo on a deployed stack."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from itertools import cycle, islice
from typing import Any, Final

import attrs
import httpx
from rich.console import Console
from saai_domain.roles import Rol
from saai_domain.time import lima_now

from local_aws.catalogue import Product, Store, load_catalogue, read_rows
from local_aws.demo.report import Report
from local_aws.demo.screens import Asked, Screen
from local_aws.history import load_history
from local_aws.judge import ApiAnswer, Books, problems, read_log, undelivered
from local_aws.paths import STATE
from local_aws.running import RunningStack, running_stack

PAST_DAYS: Final = 28
"""What a forecast has to go by."""
ROUNDS: Final = 4
SALES_WHILE_AWAY: Final = 3
PLENTY: Final = 20
"""Units from which on a product can be sold all through the demo."""
DELIVERY_LIMIT: Final = 20.0
"""Seconds that events have to reach their screens; a dashboard follows its sales within ten."""
SETTLE: Final = 0.5
"""Seconds in which an event that must not come could still come."""

Basket = Sequence[tuple[Product, int]]
"""Products, and units of each."""


def demo() -> int:
    """Show the whole thing; the status is 0 only if every screen received what it had to, and nothing else.

    Raises:
        LocalAwsError: the stack can't be started; see `running_stack`.
    """
    report = Report(Console(highlight=False))
    report.heading("SAAI: what a cashier sells, every screen of the store sees, and no other store's")
    with running_stack(log=STATE / "demo-ministack.log", progress=report.step) as running:
        return 0 if asyncio.run(play(running, report)) else 1


async def play(running: RunningStack, report: Report) -> bool:
    """Write the stores and their past, play the show, and return whether all went as it must."""
    began = time.monotonic()
    dynamodb, stack = running.clients.dynamodb, running.stack
    tiendas = load_catalogue(stack, dynamodb=dynamodb)
    # What is sold today is the demo's.
    load_history(stack, tiendas, days=PAST_DAYS, dynamodb=dynamodb, now=lima_now() - timedelta(days=1))
    names = " and ".join(f"{tienda.nombre} ({len(tienda.productos)} products)" for tienda in tiendas)
    report.step(f"{names} loaded, with {PAST_DAYS} days of sales", time.monotonic() - began)
    async with httpx.AsyncClient(base_url=stack.api_url, trust_env=False, timeout=DELIVERY_LIMIT) as http:
        rows = partial(read_rows, stack, dynamodb=dynamodb)
        show = Show(tiendas=tiendas, http=http, rows=rows, report=report)
        show.screens = [
            Screen(stack=stack, store=tienda, usuario=usuario, shows=report.arrival)
            for tienda in tiendas
            for usuario in tienda.usuarios
        ]
        return await show.run()


@attrs.define(kw_only=True)
class Show:
    """One run: who is there, and what was answered so far. An act ends when its events are where they belong."""

    tiendas: Sequence[Store]
    http: httpx.AsyncClient
    rows: Callable[[str], Iterable[Mapping[str, Any]]]
    """A table's rows, in DynamoDB's form."""
    report: Report
    patience: float = DELIVERY_LIMIT
    screens: list[Screen] = attrs.field(factory=list[Screen])
    asked: list[Asked] = attrs.field(factory=list[Asked])

    async def run(self) -> bool:
        """Open the screens, play the acts, and judge. An act whose events don't arrive in time is the last."""
        before, began = Books.read(self.rows), time.monotonic()
        async with contextlib.AsyncExitStack() as stack:
            # One after the other: at once they would start a copy of the authorizer each, which takes longer.
            for screen in self.screens:
                await screen.open()
                stack.push_async_callback(screen.close)
            self.report.step(f"{len(self.screens)} screens connected", time.monotonic() - began)
            try:
                for act in (self._rounds, self._absence, self._dashboards, self._forecast):
                    await act()
                await asyncio.sleep(SETTLE)
                await self._until(lambda: self._problems(before))
                found: list[str] = []
            except TimeoutError:
                found = list(self._problems(before))
        self.report.summary(self.asked, self.screens, found)
        return not found

    async def _rounds(self) -> None:
        """A first sale in each store, then every cashier at once, again and again; at last one asks for too much."""
        cashiers = [self._people(tienda, Rol.TRABAJADOR) for tienda in self.tiendas]
        sellers = {tienda.codigo_tienda: baskets(tienda) for tienda in self.tiendas}
        for number in range(1, ROUNDS + 1):
            selling = [screen for screens in cashiers for screen in (screens if number > 1 else screens[:1])]
            orders = [(screen, next(sellers[screen.store.codigo_tienda])) for screen in selling]
            if number == ROUNDS:
                orders.append((cashiers[0][-1], too_much(self.tiendas[0])))
            self.report.heading(f"Round {number}: {len(orders)} sales at once, by {len(selling)} cashiers")
            await asyncio.gather(*(self._sell(screen, basket) for screen, basket in orders))
            await self._delivered(self.screens)

    async def _absence(self) -> None:
        """A screen drops out, its store sells on, and it recovers."""
        colleague, absent = self._people(self.tiendas[0], Rol.TRABAJADOR)[:2]
        self.report.heading(f"{absent.label} of {absent.store.nombre} drops out, and the store sells on")
        await absent.close()
        for basket in islice(baskets(self.tiendas[0]), SALES_WHILE_AWAY):
            await self._sell(colleague, basket)
        await self._delivered([screen for screen in self.screens if screen is not absent])
        self.report.of(absent, f"{absent.label} is back and asks what it missed", "bold")
        await absent.come_back()
        await self._delivered(self.screens)

    async def _dashboards(self) -> None:
        self.report.heading("The owners' dashboards follow the sales; no cashier hears of it")
        await self._until(self._behind)
        await self._delivered(self.screens)

    async def _forecast(self) -> None:
        (owner, *_), producto = self._people(self.tiendas[0], Rol.ADMIN), self.tiendas[0].productos[0]
        self.report.heading(f"{owner.label} asks how much {producto.nombre} will sell")
        success = "tomorrow {demanda_manana}, the next seven days {demanda_proxima_semana}"
        await self._ask(owner, "/predicciones", {"codigo_producto": producto.codigo_producto}, success)
        await self._delivered(self.screens)

    async def _sell(self, cashier: Screen, basket: Basket) -> None:
        text = ", ".join(f"{units} x {producto.nombre}" for producto, units in basket)
        self.report.of(cashier, f"{cashier.label} sells {text}", "bold")
        lines = [{"codigo_producto": producto.codigo_producto, "cantidad": units} for producto, units in basket]
        success = "{codigo_venta} registered, S/ {total:.2f}"
        await self._ask(cashier, "/ventas", {"productos": lines, "metodo_pago": "YAPE"}, success)

    async def _ask(self, screen: Screen, path: str, body: Mapping[str, Any], success: str) -> None:
        began = time.monotonic()
        response = await self.http.post(path, json=body, headers={"authorization": f"Bearer {screen.token}"})
        is_json = response.headers.get("content-type", "").startswith("application/json")
        answer = ApiAnswer(response.status_code, response.json() if is_json else {"message": response.text})
        took = time.monotonic() - began
        self.asked.append(Asked(screen=screen, route=f"POST {path}", answer=answer, at=began, took=took))
        self.report.answer(self.asked[-1], success)

    async def _delivered(self, screens: Sequence[Screen]) -> None:
        """Wait until the screens have what was logged for them."""

        def missing() -> Iterator[str]:
            log = read_log(self.rows("eventos"))
            return (problem for screen in screens for problem in undelivered(log, screen.viewer))

        await self._until(missing)

    async def _until(self, problems: Callable[[], Iterator[str]]) -> None:
        """Wait until there is no problem, or raise TimeoutError."""
        async with asyncio.timeout(self.patience):
            # In a thread, since it reads tables: screens go on meanwhile.
            while await asyncio.to_thread(lambda: any(problems())):  # noqa: ASYNC110 - no row tells when it changes
                await asyncio.sleep(0.1)

    def _problems(self, before: Books) -> Iterator[str]:
        answers, viewers = [each.answer for each in self.asked], [screen.viewer for screen in self.screens]
        yield from problems(before=before, after=Books.read(self.rows), answers=answers, viewers=viewers)
        yield from self._behind()

    def _behind(self) -> Iterator[str]:
        """Yield the dashboards that don't count every sale."""
        log = read_log(self.rows("eventos"))
        for tienda in self.tiendas:
            tenant = tienda.codigo_tienda
            sold = sum(each.answer.codigo_venta is not None for each in self.asked if each.screen.store is tienda)
            refreshes = [row for row in log if (row.tenant_id, row.event_type) == (tenant, "analitica_actualizada")]
            counted = json.loads(refreshes[-1].frame)["data"]["resumen"]["ventas_hoy"] if refreshes else None
            if counted != sold:
                yield f"the dashboard of {tenant} counts {counted} of {sold} sales"

    def _people(self, tienda: Store, rol: Rol) -> Sequence[Screen]:
        return [screen for screen in self.screens if screen.store is tienda and screen.usuario.rol is rol]


def baskets(tienda: Store) -> Iterator[Basket]:
    """Yield sales of two products that the store has plenty of, without end."""
    plenty = cycle([producto for producto in tienda.productos if producto.stock >= PLENTY])
    while True:
        yield [(next(plenty), 1), (next(plenty), 2)]


def too_much(tienda: Store) -> Basket:
    """A sale of twice what the store has of its scarcest product, beside one that it has."""
    by_stock = sorted(tienda.productos, key=lambda producto: producto.stock)
    return [(by_stock[0], 2 * by_stock[0].stock), (by_stock[-1], 1)]
