"""Each path's round trips: one more here is one more on every sale, event or ping of every store."""

from collections.abc import Mapping

import attrs
import pytest
import time_machine
from saai_support.shop import CLOSING_TIME

from benchmarks.cost.functions import Functions
from benchmarks.cost.paths import Paths, dispatch
from benchmarks.cost.prices import Assumptions
from benchmarks.cost.store import Store


def _calls(paths: Paths, path: str) -> Mapping[str, int]:
    return paths.counts[path].calls


def test_a_socket_costs_a_ticket_one_batch_read_one_delete_one_put_and_one_resume(paths: Paths) -> None:
    """The handshake and the resume after it, each in a function of its own."""
    assert _calls(paths, "connect") == {
        "EmitirTicketWs called": 1,
        "EmitirTicketWs PutItem": 1,
        "AutorizarConexion called": 1,
        "AutorizarConexion DeleteItem": 1,
        "AutorizarConexion BatchGetItem": 1,
        "OnConnect called": 1,
        "OnConnect PutItem": 1,
        "OnMessage called": 1,
        "OnMessage BatchGetItem": 1,
    }
    count = paths.counts["connect"]
    assert count.writes == {"ws-tickets": 2, "ws-connections": 1, "ws-connections/por_conexion": 1}
    assert count.reads == {"tiendas": 1, "usuarios": 1, "counters": 1, "ws-connections": 1}
    assert (count.units["http requests"], count.units["websocket messages"]) == (1, 2)


def test_a_disconnect_costs_one_query_and_one_delete(paths: Paths) -> None:
    """The index is read where it may be behind, for half a unit, and loses its entry."""
    assert _calls(paths, "disconnect") == {
        "OnDisconnect called": 1,
        "OnDisconnect Query": 1,
        "OnDisconnect DeleteItem": 1,
    }
    count = paths.counts["disconnect"]
    assert count.reads == {"ws-connections/por_conexion": 0.5}
    assert count.writes == {"ws-connections": 1, "ws-connections/por_conexion": 1}


def test_a_ping_costs_one_batch_read_and_two_messages(paths: Paths) -> None:
    """The connection's row and a counter for each channel; the owner hears one more."""
    for path, counters in (("ping", 1), ("owner's ping", 2)):
        assert _calls(paths, path) == {"OnMessage called": 1, "OnMessage BatchGetItem": 1}
        assert paths.counts[path].reads == {"ws-connections": 1, "counters": counters}
        assert paths.counts[path].units["websocket messages"] == 2
        assert paths.counts[path].received == 1


def test_a_sale_costs_one_batch_read_one_transaction_and_one_invoke(paths: Paths) -> None:
    """Two lines; everything that is written costs twice, the index's entry once."""
    assert _calls(paths, "sale") == {
        "RegistrarVenta called": 1,
        "RegistrarVenta BatchGetItem": 1,
        "RegistrarVenta TransactWriteItems": 1,
        "RegistrarVenta Invoke": 1,
    }
    count = paths.counts["sale"]
    assert count.reads == {"counters": 2, "productos": 2, "idempotencia": 1}
    assert count.writes == {
        "ventas": 2,
        "productos": 4,
        "counters": 4,
        "idempotencia": 2,
        "eventos": 4,
        "eventos/pendientes": 1,
    }


def test_an_event_costs_one_query_a_post_for_each_screen_one_notice_and_one_update(paths: Paths) -> None:
    """Besides reading the event, and asking for the store's refresh."""
    calls = _calls(paths, "sale event")
    assert {name: times for name, times in calls.items() if name.startswith("Emitir")} == {
        "EmitirEventosWs called": 1,
        "EmitirEventosWs GetItem": 1,
        "EmitirEventosWs Query": 1,
        "EmitirEventosWs post": 4,
        "EmitirEventosWs Publish": 1,
        "EmitirEventosWs UpdateItem": 1,
    }
    assert (calls["GuardarNotificacion called"], calls["GuardarNotificacion PutItem"]) == (1, 1)
    assert paths.counts["sale event"].units["websocket messages"] == 4


def test_the_screens_of_a_store_change_posts_and_nothing_else(assumed: Assumptions, paths: Paths) -> None:
    """Forty screens fit a page of the Query, and their posts go out together."""
    functions = Functions.built(assumed)
    with time_machine.travel(CLOSING_TIME, tick=False):
        store = Store.opened(functions, screens=40, sales=10)
        store.sell()
        functions.emit_all()
        count = functions.meter.take()
    few = paths.counts["sale event"]
    assert count.calls["EmitirEventosWs post"] == 40
    ours = {name for name in count.calls if not name.endswith(" post") and not name.startswith("RegistrarVenta")}
    assert {name: count.calls[name] for name in ours} == {
        name: times for name, times in few.calls.items() if not name.endswith(" post")
    }
    assert count.reads["ws-connections"] == 3
    assert count.seconds["EmitirEventosWs"] == pytest.approx(few.seconds["EmitirEventosWs"])


def test_a_refresh_reads_what_today_sold_and_writes_once(paths: Paths) -> None:
    """Five sales of today by midday, a summary for each day, and one transaction; then its event to the owner."""
    calls = _calls(paths, "refresh")
    assert {name: times for name, times in calls.items() if name.startswith("Actualizar")} == {
        "ActualizarAnalitica called": 1,
        "ActualizarAnalitica BatchGetItem": 4,
        "ActualizarAnalitica Query": 4,
        "ActualizarAnalitica TransactWriteItems": 1,
        "ActualizarAnalitica Invoke": 1,
        "ActualizarAnalitica PutItem": 1,
    }
    assert calls["EmitirEventosWs post"] == 1
    count = paths.counts["refresh"]
    # Today's five, the two that were sold while the store was made ready and counted, and one more.
    assert 5 <= count.reads["ventas"] <= 8
    assert count.units["sqs requests"] == 2


def test_the_screens_queries_cost_these(paths: Paths) -> None:
    """Each answer stands between two looks at the counters."""
    assert _calls(paths, "dashboard") == {"ConsultarTienda called": 3, "ConsultarTienda BatchGetItem": 9}
    assert _calls(paths, "notices") == {
        "ConsultarTienda called": 1,
        "ConsultarTienda BatchGetItem": 2,
        "ConsultarTienda Query": 1,
    }
    assert paths.counts["load"].units["http requests"] == 2


def test_a_sweep_that_finds_nothing_costs_a_query_for_each_shard(paths: Paths) -> None:
    """Half a unit each."""
    assert _calls(paths, "sweep") == {"BarrerEventos called": 1, "BarrerEventos Query": 16}
    assert paths.counts["sweep"].units["dynamodb read units"] == 8


def test_a_night_recounts_the_days_that_may_have_changed(paths: Paths, assumed: Assumptions) -> None:
    """The day that ended and the seven that are counted anew, not the days before."""
    count = paths.counts["night"]
    assert count.calls["PrediccionDemanda called"] == 1
    assert count.reads["ventas"] < 10 * assumed.days_of_history
    assert count.calls["PrediccionDemanda TransactWriteItems"] == 1


def test_a_resume_that_missed_something_costs_one_query_and_one_post(assumed: Assumptions) -> None:
    """Three events of one channel fit one frame."""
    functions = Functions.built(assumed)
    with time_machine.travel(CLOSING_TIME, tick=False):
        store = Store.opened(functions, screens=2, sales=10)
        for _ in range(3):
            store.sell()
            functions.emit_all()
        functions.meter.take()
        store.resume(store.screens[-1], missed=3)
        count = functions.meter.take()
    assert count.calls == {
        "OnMessage called": 1,
        "OnMessage BatchGetItem": 1,
        "OnMessage Query": 1,
        "OnMessage post": 1,
    }
    assert count.units["websocket messages"] == 3


def test_a_schedule_costs_a_tenth_of_a_request_a_store(assumed: Assumptions) -> None:
    """Messages go ten at a time."""
    count = dispatch(assumed, stores=95)
    assert count.calls == {
        "DespacharTiendas called": 1,
        "DespacharTiendas Query": 1,
        "DespacharTiendas SendMessageBatch": 10,
    }
    assert count.units["sqs requests"] == 10


def test_a_functions_time_is_its_calls_and_its_own(paths: Paths, assumed: Assumptions) -> None:
    """A sale waits for a read, a transaction and an invoke; one start in a hundred is cold."""
    assert paths.counts["sale"].seconds == {"RegistrarVenta": pytest.approx((3 + 4 + 15 + 10 + 3) / 1_000)}
    warm = attrs.evolve(assumed, cold_share=0.0)
    functions = Functions.built(warm)
    with time_machine.travel(CLOSING_TIME, tick=False):
        functions.run("BarrerEventos", {})
        count = functions.meter.take()
    assert count.seconds == {"BarrerEventos": pytest.approx((3 + 16 * 4) / 1_000)}
    assert count.units["lambda GB-seconds"] == pytest.approx(0.067 * 0.5)
