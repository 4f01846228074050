"""What each path reads, writes and sends, in the units of the bill; which calls it makes, tests/functions says."""

from collections.abc import Mapping

import attrs
import pytest
import time_machine
from saai_support.shop import CLOSING_TIME

from benchmarks.cost.meter import Count, MeteredFunctions
from benchmarks.cost.paths import Measured, Paths, dispatch
from benchmarks.cost.prices import Assumptions


def _of(count: Count, function: str) -> Mapping[str, int]:
    """A function's calls of AWS."""
    return {name: times for name, times in count.calls.items() if name.startswith(f"{function} ")}


def test_a_socket_is_a_request_and_two_messages(paths: Paths) -> None:
    """A ticket written and deleted, the connection and its index's entry; then the resume.

    Whether store and user are active is looked at by the authorizer, by OnConnect once the row stands, by resume.
    """
    count = paths.counts["connect"]
    assert count.writes == {"ws-tickets": 2, "ws-connections": 1, "ws-connections/por_conexion": 1}
    assert count.reads == {"tiendas": 3, "usuarios": 3, "counters": 1, "ws-connections": 1}
    assert (count.units["http requests"], count.units["websocket messages"]) == (1, 2)


def test_a_disconnects_index_is_read_where_it_may_be_behind(paths: Paths) -> None:
    """For half a unit; it loses its entry."""
    count = paths.counts["disconnect"]
    assert count.reads == {"ws-connections/por_conexion": 0.5}
    assert count.writes == {"ws-connections": 1, "ws-connections/por_conexion": 1}


def test_a_ping_is_two_messages(paths: Paths) -> None:
    """The connection's row, its store's and user's, and a counter for each channel; the owner hears one more."""
    for path, counters in (("ping", 1), ("owner's ping", 2)):
        assert paths.counts[path].reads == {"ws-connections": 1, "tiendas": 1, "usuarios": 1, "counters": counters}
        assert paths.counts[path].units["websocket messages"] == 2
        assert paths.counts[path].received == 1


def test_a_sale_writes_everything_twice_as_dear(paths: Paths) -> None:
    """Two lines; the index's entry costs once. Store and user ride in the batch, for a suspended one sells nothing."""
    count = paths.counts["sale"]
    assert count.reads == {"counters": 2, "productos": 2, "idempotencia": 1, "tiendas": 1, "usuarios": 1}
    assert count.writes == {
        "ventas": 2,
        "productos": 4,
        "counters": 4,
        "idempotencia": 2,
        "eventos": 4,
        "eventos/pendientes": 1,
    }


def test_the_screens_of_a_store_change_posts_and_nothing_else(assumed: Assumptions, paths: Paths) -> None:
    """Forty screens fit a page of the Query, and their posts go out together."""
    with time_machine.travel(CLOSING_TIME, tick=False):
        measured = Measured.opened(assumed, screens=40, sales=10)
        measured.store.sell()
        measured.functions.take()
        measured.functions.run_queued()
        count = measured.functions.take()
    few = paths.counts["sale event"]
    post = "EmitirEventosWs post_to_connection"
    assert {**count.calls, post: 0} == {**few.calls, post: 0}
    assert (count.calls[post], few.calls[post]) == (40, 4)
    assert count.units["websocket messages"] == 40
    assert count.reads["ws-connections"] == 3
    assert count.seconds["EmitirEventosWs"] == pytest.approx(few.seconds["EmitirEventosWs"])


def test_a_refresh_reads_what_today_sold_and_writes_once(paths: Paths) -> None:
    """Five sales of today by midday, a summary for each day, and one transaction; then its event to the owner."""
    count = paths.counts["refresh"]
    assert _of(count, "ActualizarAnalitica") == {
        "ActualizarAnalitica called": 1,
        "ActualizarAnalitica batch_get_item": 4,
        "ActualizarAnalitica query": 4,
        "ActualizarAnalitica transact_write_items": 1,
        "ActualizarAnalitica invoke": 1,
        "ActualizarAnalitica put_item": 1,
    }
    assert count.calls["EmitirEventosWs post_to_connection"] == 1
    # Today's five, the two that were sold while the store was made ready and counted, and one more.
    assert 5 <= count.reads["ventas"] <= 8
    assert count.units["sqs requests"] == 2


def test_the_screens_queries_cost_these(paths: Paths) -> None:
    """Each answer stands between two looks at the counters."""
    assert paths.counts["dashboard"].calls == {"ConsultarTienda called": 3, "ConsultarTienda batch_get_item": 9}
    assert paths.counts["notices"].calls == {
        "ConsultarTienda called": 1,
        "ConsultarTienda batch_get_item": 2,
        "ConsultarTienda query": 1,
    }
    assert paths.counts["load"].units["http requests"] == 2


def test_a_sweep_that_finds_nothing_costs_a_query_for_each_shard(paths: Paths) -> None:
    """Half a unit each."""
    assert paths.counts["sweep"].calls == {"BarrerEventos called": 1, "BarrerEventos query": 16}
    assert paths.counts["sweep"].units["dynamodb read units"] == 8


def test_a_night_recounts_the_days_that_may_have_changed(paths: Paths, assumed: Assumptions) -> None:
    """The day that ended and the seven that are counted anew, not the days before."""
    count = paths.counts["night"]
    assert count.calls["PrediccionDemanda called"] == 1
    assert count.reads["ventas"] < 10 * assumed.days_of_history
    assert count.calls["PrediccionDemanda transact_write_items"] == 1


def test_what_a_resume_brings_is_a_message_more(assumed: Assumptions) -> None:
    """Three events of one channel fit one frame."""
    with time_machine.travel(CLOSING_TIME, tick=False):
        measured = Measured.opened(assumed, screens=2, sales=10)
        for key in ("one", "two", "three"):
            measured.store.sell(key)
            measured.functions.run_queued()
        measured.functions.take()
        measured.resume(measured.screens[-1], missed=3)
        count = measured.functions.take()
    assert count.units["websocket messages"] == 3


def test_a_schedule_costs_a_tenth_of_a_request_a_store(assumed: Assumptions) -> None:
    """Messages go ten at a time."""
    count = dispatch(assumed, stores=95)
    assert count.calls == {
        "DespacharTiendas called": 1,
        "DespacharTiendas query": 1,
        "DespacharTiendas send_message_batch": 10,
    }
    assert count.units["sqs requests"] == 10


def test_a_functions_time_is_its_calls_and_its_own(paths: Paths, assumed: Assumptions) -> None:
    """A sale waits for a read, a transaction and an invoke; one start in a hundred is cold."""
    assert paths.counts["sale"].seconds == {"RegistrarVenta": pytest.approx((3 + 4 + 15 + 10 + 3) / 1_000)}
    functions = MeteredFunctions(assumed=attrs.evolve(assumed, cold_share=0.0))
    with time_machine.travel(CLOSING_TIME, tick=False):
        functions.call("BarrerEventos", {})
        count = functions.take()
    assert count.seconds == {"BarrerEventos": pytest.approx((3 + 16 * 4) / 1_000)}
    assert count.units["lambda GB-seconds"] == pytest.approx(0.067 * 0.5)
