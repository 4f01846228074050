"""The earlier design's month, as far as docs/domain.md, "Known faults", tells of it, on the same store and traffic.

What it did is modelled, not counted: its code is not here. Everything that nothing is known of is left out, which
favours it: no keep-alive, no recovery, no tickets, no forecasts, no logs, no refresh of the analytics after a sale.
"""

import math
from typing import Final

from saai_support.metering import PAGE, READ_UNIT

from benchmarks.cost.meter import Units
from benchmarks.cost.month import REFRESHES_BY_SCHEDULE, Size, added, gb_seconds
from benchmarks.cost.paths import Paths
from benchmarks.cost.prices import Assumptions

FULL_READS: Final = 6
"""Of a store's sales from the first on, for each calculation of its analytics."""


def earlier_units(size: Size, paths: Paths, assumed: Assumptions, *, history: int) -> Units:
    """Return a month's units when stores have ``history`` days of sales behind them."""
    sales = size.stores * size.sales * assumed.days
    refreshes = size.stores * REFRESHES_BY_SCHEDULE * assumed.days
    minutes = size.open_minutes(assumed)
    return added(
        (_sale(paths, assumed), sales),
        (_event(size, paths, assumed), sales + refreshes),
        (_notice(paths), sales),
        (_analytics(size, paths, assumed, history=history), refreshes),
        (_connection(assumed), minutes / assumed.rotation_minutes),
        ({"websocket minutes": 1}, minutes),
    )


def scan_units(size: Size, paths: Paths) -> float:
    """Return the read units of one scan of the connections of all stores, eventually consistent."""
    return 0.5 * math.ceil(size.stores * size.screens * paths.connection_bytes / READ_UNIT)


def history_units(size: Size, paths: Paths, *, history: int) -> float:
    """Return the read units of one calculation of a store's analytics: six reads of every sale it ever made."""
    return FULL_READS * 0.5 * math.ceil(history * size.sales * paths.sale_bytes / READ_UNIT)


def _sale(paths: Paths, assumed: Assumptions) -> Units:
    """The sale is stored, stock is read and written, one row after the other and none twice as dear."""
    now, times, lines = paths.counts["sale"], assumed.milliseconds, assumed.lines_a_sale
    waits = lines * times["dynamodb read"] + (2 + lines) * times["dynamodb write"] + times["lambda invoke"]
    return {
        "http requests": 1,
        "lambda requests": 1,
        "lambda GB-seconds": gb_seconds("RegistrarVenta", times["own"] + waits),
        "dynamodb read units": 0.5 * lines,
        "dynamodb write units": (now.writes["ventas"] + now.writes["productos"]) / 2 + 1,
        "GB out": now.units["GB out"],
    }


def _event(size: Size, paths: Paths, assumed: Assumptions) -> Units:
    """Every connection of every store is read for one store's event, which is posted by boto3 to one after another."""
    times = assumed.milliseconds
    pages = math.ceil(size.stores * size.screens * paths.connection_bytes / PAGE)
    waits = pages * times["scan page"] + size.screens * times["boto3 post"]
    return {
        "lambda requests": 1,
        "lambda GB-seconds": gb_seconds("EmitirEventosWs", times["own"] + waits),
        "dynamodb read units": scan_units(size, paths),
        "websocket messages": size.screens,
        "GB out": paths.counts["sale event"].units["GB out"],
    }


def _notice(paths: Paths) -> Units:
    now = paths.counts["sale event"]
    return {
        "sns publishes": now.units["sns publishes"],
        "lambda requests": now.calls["GuardarNotificacion called"],
        "lambda GB-seconds": gb_seconds("GuardarNotificacion", 1_000 * now.seconds["GuardarNotificacion"]),
        "dynamodb write units": now.writes["notificaciones"],
    }


def _analytics(size: Size, paths: Paths, assumed: Assumptions, *, history: int) -> Units:
    pages = FULL_READS * math.ceil(history * size.sales * paths.sale_bytes / PAGE)
    times = assumed.milliseconds
    return {
        "lambda GB-seconds": gb_seconds("ActualizarAnalitica", times["own"] + pages * times["scan page"]),
        "dynamodb read units": history_units(size, paths, history=history),
        "dynamodb write units": paths.counts["refresh"].writes["analitica"] / 2,
    }


def _connection(assumed: Assumptions) -> Units:
    """A row is put when a screen connects, and deleted when it disconnects."""
    milliseconds = assumed.milliseconds["own"] + assumed.milliseconds["dynamodb write"]
    both = gb_seconds("OnConnect", milliseconds) + gb_seconds("OnDisconnect", milliseconds)
    return {"dynamodb write units": 2, "lambda requests": 2, "lambda GB-seconds": both}


def hours_of_analytics(size: Size, paths: Paths, assumed: Assumptions, *, history: int) -> float:
    """Return how many hours its one function would take for all stores. Lambda ends a call after a quarter of one."""
    used = _analytics(size, paths, assumed, history=history)["lambda GB-seconds"]
    return size.stores * used / gb_seconds("ActualizarAnalitica", 1_000) / 3_600
