"""What each path of the product does, counted on a store of the size that is asked for."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import attrs
import time_machine
from saai_support.metered import size_of
from saai_support.shop import CLOSING_TIME

from benchmarks.cost.functions import Functions
from benchmarks.cost.meter import Count
from benchmarks.cost.prices import Assumptions
from benchmarks.cost.store import Store

_UNTIL_NIGHT: Final = timedelta(hours=4)
"""From when the shop is measured to 02:00 of the next day."""


@attrs.frozen(kw_only=True)
class Paths:
    """The counts by path, and the bytes of rows that the earlier design reads by the table."""

    counts: Mapping[str, Count]
    connection_bytes: float
    sale_bytes: float


def count(assumed: Assumptions, *, screens: int, sales: int) -> Paths:
    """Run every path once over a store with so many screens and sales a day.

    ``connect`` is a socket with its ticket and the resume that follows; ``sale`` what the cashier waits for;
    ``sale event`` its delivery to every screen with its notice; ``refresh`` the analytics with the event to the owner.
    """
    functions = Functions.built(assumed)
    with time_machine.travel(CLOSING_TIME, tick=False) as clock:
        store = Store.opened(functions, screens=screens, sales=sales)
        owner, cashier = store.screens[0], store.screens[-1]
        counts: dict[str, Count] = {}

        def take(path: str, *work: Callable[[], None]) -> None:
            for each in work:
                each()
            counts[path] = functions.meter.take()

        take("disconnect", lambda: store.disconnect(cashier))
        take("connect", lambda: store.connect(cashier), lambda: store.resume(cashier))
        take("ping", lambda: store.ping(cashier))
        take("owner's ping", lambda: store.ping(owner))
        take("sale", store.sell)
        take("sale event", functions.emit_all)
        take("refresh", store.refresh, functions.emit_all)
        take("dashboard", lambda: store.show_analytics(owner))
        take("notices", lambda: store.show_notices(owner))
        take("load", lambda: store.load(cashier))
        take("sweep", lambda: functions.run("BarrerEventos", {}))
        sizes = {table: _mean_size(functions, table) for table in ("ws-connections", "ventas")}
        for screen in store.screens:
            store.disconnect(screen)
        functions.meter.take()
        clock.shift(_UNTIL_NIGHT)
        take("night", store.night, functions.emit_all)
        return Paths(counts=counts, connection_bytes=sizes["ws-connections"], sale_bytes=sizes["ventas"])


def dispatch(assumed: Assumptions, *, stores: int) -> Count:
    """Count a schedule's run over so many stores."""
    functions = Functions.built(assumed)
    for number in range(1, stores + 1):
        code = f"T{number:03d}"
        data = {"M": {"codigo_tienda": {"S": code}, "nombre": {"S": "Bodega"}, "estado": {"S": "ACTIVA"}}}
        item = {"tenant_id": {"S": "SAAI"}, "entity_id": {"S": code}, "data": data}
        functions.tables.put_item(TableName="tiendas", Item=item)
    functions.run("DespacharTiendas", {"tarea": "analitica"})
    return functions.meter.take()


def _mean_size(functions: Functions, table: str) -> float:
    rows = functions.tables.rows(table)
    return sum(map(size_of, rows)) / len(rows)
