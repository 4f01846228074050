"""What each path of the product does, counted on a store of the size that is asked for."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

import attrs
import time_machine
from saai_domain.codes import PLATFORM, user_code_for
from saai_domain.roles import Rol
from saai_support.metering import size_of
from saai_support.shop import CLOSING_TIME, TENANT, Shop
from saai_support.store import Screen, Store

from benchmarks.cost.meter import Count, MeteredFunctions
from benchmarks.cost.prices import Assumptions

_UNTIL_NIGHT: Final = timedelta(hours=4)
"""From when the shop is measured to 02:00 of the next day."""
_PAGE: Final = "100"
"""Rows that a screen asks for at once (packages/ws_client/src/store/live_store.js)."""
_LEAST_STOCK: Final = 50
"""Units of each product: what is measured neither runs out of one nor is warned of it."""
_NOTICES: Final = "8"
_PERIODS: Final = ("dia", "semana", "mes")


@attrs.frozen(kw_only=True)
class Paths:
    """The counts by path, and the bytes of rows that the earlier design reads by the table."""

    counts: Mapping[str, Count]
    connection_bytes: float
    sale_bytes: float


@attrs.frozen(kw_only=True)
class Measured:
    """A store in the middle of a day of so many sales, after days of as many, and its screens."""

    functions: MeteredFunctions
    store: Store
    screens: Sequence[Screen]

    @classmethod
    def opened(cls, assumed: Assumptions, *, screens: int, sales: int) -> "Measured":
        """Make the store; everybody is connected, the days before have their summaries and the counters their rows."""
        shop = Shop(
            days=assumed.days_of_history + 1,
            sales_a_day=sales,
            products=assumed.products,
            sales_today=sales // 2,
            least_stock=_LEAST_STOCK,
        )
        functions = MeteredFunctions(aws=shop.open(), assumed=assumed)
        roles = [Rol.ADMIN if number < assumed.owner_screens else Rol.TRABAJADOR for number in range(screens)]
        # As long as API Gateway's: ids of 16 characters.
        seats = [
            Screen(rol=rol, codigo_usuario=user_code_for(TENANT, number), connection_id=f"Kk3xB{number:010d}=")
            for number, rol in enumerate(roles, 1)
        ]
        measured = cls(functions=functions, store=Store(functions), screens=seats)
        measured.store.put("tiendas", PLATFORM, TENANT, codigo_tienda=TENANT, nombre="Bodega", estado="ACTIVA")
        for screen in measured.screens:
            measured.connect(screen)
        for work in (lambda: measured.store.sell("first"), measured.store.refresh, measured.store.forecast):
            work()
            functions.run_queued()
        functions.take()
        return measured

    def connect(self, screen: Screen) -> None:
        """Open a socket with a ticket, as the console does."""
        ticket, _ = self.store.issue_ticket(screen)
        self.store.authorize(ticket=ticket)
        self.store.connect(screen)

    def resume(self, screen: Screen, *, missed: int = 0) -> None:
        """Ask for what came after the place that lies so many events back in each channel."""
        rows = {row["entity_id"]["S"]: row for row in self.functions.aws.dynamodb.rows("counters")}
        channels = ("tienda", "administracion") if screen.rol is Rol.ADMIN else ("tienda",)
        values = {each: int(rows[f"eventos#{each}"]["data"]["M"]["value"]["N"]) for each in channels}
        self.store.say(
            screen, action="resume", cursor={canal: max(0, value - missed) for canal, value in values.items()}
        )

    def load(self, screen: Screen) -> None:
        """Load what a screen begins with: the newest sales, and every product."""
        self.store.ask(screen, "/ventas", limite=_PAGE)
        query = {"limite": _PAGE}
        while query["limite"]:
            self.store.ask(screen, "/productos", **query)
            further = json.loads(self.store.answer["body"])["data"]["siguiente"]
            query = {"limite": _PAGE, "siguiente": further} if further else {"limite": ""}


def count(assumed: Assumptions, *, screens: int, sales: int) -> Paths:
    """Run every path once over a store with so many screens and sales a day.

    ``connect`` is a socket with its ticket and the resume that follows; ``sale`` what the cashier waits for;
    ``sale event`` its delivery to every screen with its notice; ``refresh`` the analytics with the event to the owner.
    """
    with time_machine.travel(CLOSING_TIME, tick=False) as clock:
        measured = Measured.opened(assumed, screens=screens, sales=sales)
        functions, store = measured.functions, measured.store
        owner, cashier = measured.screens[0], measured.screens[-1]
        counts: dict[str, Count] = {}

        def take(path: str, *work: Callable[[], object]) -> None:
            for each in work:
                each()
            counts[path] = functions.take()

        take("disconnect", lambda: store.disconnect(cashier))
        take("connect", lambda: measured.connect(cashier), lambda: measured.resume(cashier))
        take("ping", lambda: store.say(cashier, action="ping"))
        take("owner's ping", lambda: store.say(owner, action="ping"))
        take("sale", store.sell)
        take("sale event", functions.run_queued)
        take("refresh", store.refresh, functions.run_queued)
        take("dashboard", *(partial(store.ask, owner, "/analitica", periodo=each) for each in _PERIODS))
        take("notices", lambda: store.ask(owner, "/notificaciones", limite=_NOTICES))
        take("load", lambda: measured.load(cashier))
        take("sweep", lambda: functions.call("BarrerEventos", {}))
        sizes = {table: _mean_size(functions, table) for table in ("ws-connections", "ventas")}
        for screen in measured.screens:
            store.disconnect(screen)
        functions.take()
        clock.shift(_UNTIL_NIGHT)
        take("night", store.forecast, functions.run_queued)
        return Paths(counts=counts, connection_bytes=sizes["ws-connections"], sale_bytes=sizes["ventas"])


def dispatch(assumed: Assumptions, *, stores: int) -> Count:
    """Count a schedule's run over so many stores."""
    functions = MeteredFunctions(assumed=assumed)
    for code in (f"T{number:03d}" for number in range(1, stores + 1)):
        Store(functions).put("tiendas", PLATFORM, code, codigo_tienda=code, nombre="Bodega", estado="ACTIVA")
    functions.call("DespacharTiendas", {"tarea": "analitica"})
    return functions.take()


def _mean_size(functions: MeteredFunctions, table: str) -> float:
    rows = functions.aws.dynamodb.rows(table)
    return sum(map(size_of, rows)) / len(rows)
