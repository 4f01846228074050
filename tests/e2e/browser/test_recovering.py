"""A screen that was away: in the end it has everything, once and in order."""

from tests.e2e.browser.conftest import Opener
from tests.e2e.browser.log import append_sales, logged
from tests.e2e.browser.screen import Screen
from tests.e2e.browser.wire import Wire
from tests.e2e.store import Store, eventually

AWAY = 1_000
"""Events that a screen misses while it is offline."""


def _given(screen: Screen) -> list[tuple[str, int]]:
    return [(event.event_id, event.seq) for event in screen.received]


def test_a_screen_whose_cable_was_pulled_is_complete_when_it_is_back(store: Store, open_screen: Opener) -> None:
    """It says how old its data is meanwhile, and marks what it fetched afterwards."""
    screen, beside = open_screen(store), open_screen(store)
    store.sell({"P001": 1})
    screen.wait_for_events(1)
    screen.pull_the_cable()
    assert "Lo que ves es de las" in screen.window.text("#frescura-detalle")

    for _ in range(3):
        store.sell({"P001": 1})
    beside.wait_for_events(4)
    assert len(screen.received) == 1
    assert eventually(lambda: screen.stock("P001") == "39")

    screen.plug_it_in()
    screen.wait_for_events(4)
    screen.wait_for_sale(f"{store.tenant_id}V004")
    assert eventually(lambda: screen.stock("P001") == "36")
    assert all(event.recovered for event in screen.received[1:])
    assert _given(screen) == _given(beside) == logged(store)
    recovered = sum(event.recovered for event in screen.received)
    screen.window.wait_for(f"document.querySelector('#recuperados').textContent === '{recovered}'")


def test_a_sale_can_be_made_while_the_live_connection_is_cut(store: Store, open_screen: Opener) -> None:
    """It goes over HTTP; its event comes with the recovery."""
    screen = open_screen(store)
    screen.pull_the_cable()
    screen.put("P001")
    screen.register(outcome="bien")
    screen.plug_it_in()
    screen.wait_for_sale(f"{store.tenant_id}V001")
    assert _given(screen) == logged(store)


def test_connections_that_die_on_the_way_are_replaced_and_nothing_is_missing(
    store: Store, open_screen: Opener, wire: Wire
) -> None:
    """Cut from outside, twice, without the page's help."""
    screen = open_screen(store, wire=wire)
    for _ in range(2):
        wire.cut()
        screen.wait_until("sin_conexion")
        for _ in range(2):
            store.sell({"P001": 1})
        wire.mend()
        screen.wait_until("al_dia")
    store.sell({"P001": 1})
    screen.wait_for_events(5)
    assert _given(screen) == logged(store)


def test_a_screen_that_was_away_for_a_thousand_events_gets_all_of_them_in_order(
    store: Store, open_screen: Opener, wire: Wire
) -> None:
    """In several answers: each is 32 KB at most."""
    screen = open_screen(store, wire=wire)
    wire.cut()
    screen.wait_until("sin_conexion")
    append_sales(store, AWAY)
    wire.mend()
    screen.wait_until("al_dia")
    screen.wait_for_events(AWAY)
    assert _given(screen) == logged(store)
    assert all(event.recovered for event in screen.received)
    assert screen.window.text("#recuperados") == str(AWAY)


def test_a_gap_that_the_log_cannot_fill_is_loaded_as_a_snapshot(store: Store, open_screen: Opener, wire: Wire) -> None:
    """The events are gone from the log; the sales are not."""
    screen = open_screen(store, wire=wire)
    wire.cut()
    screen.wait_until("sin_conexion")
    for _ in range(3):
        store.sell({"P001": 1})
    for event in store.rows("eventos"):
        store.running.clients.dynamodb.delete_item(
            TableName=store.running.stack.tables["eventos"],
            Key={"tenant_id": {"S": store.tenant_id}, "entity_id": {"S": event["entity_id"]}},
        )
    wire.mend()
    screen.wait_until("al_dia")
    assert eventually(lambda: screen.sales == [f"{store.tenant_id}V00{number}" for number in (3, 2, 1)])
    assert eventually(lambda: screen.stock("P001") == "37")
    assert screen.received == []
    store.sell({"P001": 1})
    screen.wait_for_events(1)
    assert [event.seq for event in screen.received] == [4]
