"""The owner's dashboard in Chromium, fed by the stage's own functions."""

import json

from local_aws.history import load_history

from tests.e2e.browser.conftest import Opener
from tests.e2e.store import Store


def _calculate(store: Store) -> None:
    """Have the store's figures calculated now, as the schedule does for every store."""
    store.running.clients.sqs.send_message(
        QueueUrl=store.running.stack.queues["analitica"], MessageBody=json.dumps({"tenant_id": store.tenant_id})
    )


def _row(store: Store, code: str) -> str:
    return f'[data-codigo="{store.tenant_id}{code}"]'


def _soles(amount: str) -> str:
    """Write an amount as the page does."""
    return f"S/\N{NO-BREAK SPACE}{amount}"


def test_the_figures_follow_the_sales(store: Store, open_screen: Opener) -> None:
    """Income, the week's bars, the best sellers and the alerts are those of the calculation, without a reload."""
    owner = open_screen(store, owner=True)
    window = owner.window
    window.wait_for("document.querySelector('#tablero-estado').textContent.includes('todavía no se ha calculado')")

    # A sale has the figures calculated some seconds later.
    store.sell({"P001": 2, "P002": 1})

    window.wait_for(f"document.querySelector('#ingresos-hoy')?.textContent === '{_soles('19.00')}'")
    assert window.text("#ingresos-semana") == _soles("19.00")
    assert window.evaluate("document.querySelectorAll('#tablero-semana rect').length") == 7
    assert window.text("#tablero-semana rect.hoy + text") == "19"
    assert "2 unidades" in window.text(f"#tablero-top {_row(store, 'P001')}")
    assert "Ingresos del día bajos" in window.text("#tablero-alertas")

    store.sell({"P002": 4})
    _calculate(store)
    window.wait_for(f"document.querySelector('#ingresos-hoy').textContent === '{_soles('67.00')}'")
    window.wait_for("document.querySelector('#tablero-alertas').textContent.includes('sin stock')")


def test_forecasts_stand_against_the_stock(store: Store, open_screen: Opener) -> None:
    """A store with a past is told what will be short, and a sale changes what is said of its product."""
    stack, clients = store.running.stack, store.running.clients
    load_history(stack, [store.tienda], days=28, dynamodb=clients.dynamodb)
    store.restock("P001", 9_000)
    store.restock("P002", 1)
    owner = open_screen(store, owner=True)
    _calculate(store)

    rows = {code: f"#tablero-predicciones {_row(store, code)}" for code in ("P001", "P002")}
    for row in rows.values():
        owner.window.wait_for(f"document.querySelector('{row}')?.textContent.includes('en 7 días')")
        assert owner.window.evaluate(f"document.querySelectorAll('{row} svg line').length") == 2
    assert "Alcanza para la semana" in owner.window.text(rows["P001"])
    assert "Faltan" in owner.window.text(rows["P002"])
    assert "Hay 1 ·" in owner.window.text(rows["P002"])

    store.sell({"P002": 1})
    owner.window.wait_for(f"document.querySelector('{rows['P002']}').textContent.includes('Hay 0 ·')")
    assert not [text for text in owner.window.complaints if "Failed to load resource" not in text]


def test_a_product_without_history_says_so(store: Store, open_screen: Opener) -> None:
    """In the server's words, where the forecast would stand."""
    owner = open_screen(store, owner=True)
    owner.window.fill("#prediccion-agregar", f"{store.tenant_id}P001")
    owner.window.wait_for("document.querySelector('#tablero-predicciones')?.textContent.includes('al menos 5 ventas')")


def test_what_the_store_was_notified_of_is_listed(store: Store, open_screen: Opener) -> None:
    """Notices take their own way and come by themselves."""
    owner = open_screen(store, owner=True)
    store.sell({"P001": 1})
    owner.window.wait_for(f"document.querySelector('#tablero-avisos').textContent.includes('{store.tenant_id}V001')")


def test_a_cashier_has_no_dashboard_and_asks_for_none(store: Store, open_screen: Opener) -> None:
    """What the role may not see isn't requested either."""
    cashier = open_screen(store)
    assert cashier.window.evaluate("document.querySelector('#tablero').hidden") is True
    asked = cashier.window.evaluate("performance.getEntriesByType('resource').map(({ name }) => name).join()")
    assert "/productos" in asked
    assert "/analitica" not in asked
