"""The console page in Chromium, against the whole stage: what people see and do."""

import json

from tests.e2e.browser.conftest import Opener
from tests.e2e.browser.wire import Wire
from tests.e2e.store import Store, eventually


def test_a_sale_in_one_window_appears_in_its_stores_windows_only(
    store: Store, other_store: Store, open_screen: Opener
) -> None:
    """The list, the stock and the events change by themselves; the other store's window shows nothing of it."""
    selling, watching, foreign = open_screen(store), open_screen(store), open_screen(other_store)

    selling.put("P001")
    selling.put("P001")
    selling.put("P002")
    answer = selling.register(outcome="bien")

    assert "V001" in answer
    assert "19.00" in answer
    for screen in (selling, watching):
        screen.wait_for_events(1)
        screen.wait_for_sale(f"{store.tenant_id}V001")
        assert (screen.stock("P001"), screen.stock("P002")) == ("38", "4")
        assert [event.seq for event in screen.received] == [1]
    # Its own sale comes next on its channel: what was sent to it before has come by then.
    other_store.sell({"P001": 1})
    foreign.wait_for_events(1)
    assert eventually(lambda: foreign.sales == [f"{other_store.tenant_id}V001"])
    assert [event.seq for event in foreign.received] == [1]
    for screen in (selling, watching, foreign):
        assert screen.window.complaints == []


def test_the_page_measures_how_long_a_sale_took_to_the_screen(store: Store, open_screen: Opener) -> None:
    """From the press of the button in one window to the drawing of the event in that one."""
    screen = open_screen(store)
    assert screen.window.text("#latencia") == "—"
    screen.put("P001")
    screen.register(outcome="bien")
    shown = screen.window.wait_for(
        "document.querySelector('#latencia').textContent.endsWith('ms') && "
        "document.querySelector('#latencia-cifras').textContent"
    )
    assert "1 medida" in shown


def test_what_happened_before_is_loaded_and_not_repeated(store: Store, open_screen: Opener) -> None:
    """The snapshot's cursor says where following begins: no event comes for what the list already holds."""
    store.sell({"P001": 3})
    store.sell({"P002": 1})
    screen = open_screen(store)
    assert eventually(lambda: screen.sales == [f"{store.tenant_id}V002", f"{store.tenant_id}V001"])
    assert eventually(lambda: (screen.stock("P001"), screen.stock("P002")) == ("37", "4"))
    store.sell({"P001": 1})
    screen.wait_for_sale(f"{store.tenant_id}V003")
    assert [event.seq for event in screen.received] == [3]


def test_a_refused_sale_says_at_its_line_what_is_wrong_and_can_be_put_right(store: Store, open_screen: Opener) -> None:
    """The envelope's errors stand at their field; nothing is sold until they are gone."""
    screen = open_screen(store)
    screen.put("P001")
    screen.put("P002")
    screen.quantity("P001", "muchas")
    screen.register(outcome="mal")
    assert "número entero" in screen.window.text("#venta-lineas [data-codigo$='P001'] .error")

    screen.quantity("P001", "2")
    screen.quantity("P002", "6")
    assert "stock" in screen.register(outcome="mal")
    assert screen.window.text("#venta-lineas [data-codigo$='P002'] .error") == "Quedan 5."

    screen.quantity("P002", "5")
    screen.register(outcome="bien")
    screen.wait_for_sale(f"{store.tenant_id}V001")
    assert eventually(lambda: (screen.stock("P001"), screen.stock("P002")) == ("38", "0"))
    assert len(screen.sales) == 1


def test_a_sale_whose_answer_was_lost_is_repeated_and_made_once(store: Store, open_screen: Opener, wire: Wire) -> None:
    """Pressing the button again sends the same key: the server answers with the sale that there is."""
    screen = open_screen(store, wire=wire)
    screen.put("P001")
    wire.lose_answers_to("POST")
    screen.window.click("#venta-registrar")
    assert eventually(lambda: len(store.rows("ventas")) == 1, seconds=60)
    wire.cut()
    screen.window.wait_for("document.querySelector('#venta-resultado').textContent.includes('no se repetirá')")
    wire.mend()

    assert "V001" in screen.register(outcome="bien")
    screen.wait_for_sale(f"{store.tenant_id}V001")
    assert len(store.rows("ventas")) == 1
    assert eventually(lambda: screen.stock("P001") == "39")


def test_an_empty_sale_is_refused_in_words(store: Store, open_screen: Opener) -> None:
    """Also what belongs to no line is said."""
    assert "al menos un producto" in open_screen(store).register(outcome="mal")


def test_the_owners_events_reach_the_owner_only(store: Store, open_screen: Opener) -> None:
    """A cashier's page never learns of the channel."""
    cashier, owner = open_screen(store), open_screen(store, owner=True)
    store.running.clients.lambda_.invoke(
        FunctionName=store.running.stack.functions["EmitirEventosWs"],
        Payload=json.dumps(
            {"tenant_id": store.tenant_id, "event_type": "analitica_actualizada", "payload": {"mensaje": "Listo"}}
        ).encode(),
    )
    owner.wait_for_events(1)
    store.sell({"P001": 1})
    cashier.wait_for_events(1)
    owner.wait_for_events(2)
    assert sorted(event.canal for event in owner.received) == ["administracion", "tienda"]
    assert [event.canal for event in cashier.received] == ["tienda"]
    assert "administracion" not in cashier.window.text("#posicion")
