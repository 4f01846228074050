"""The owner's dashboard in Chromium, fed by the stage's own functions."""

import json

from tests.e2e.browser.conftest import Opener
from tests.e2e.store import Store


def _calculate(store: Store) -> None:
    """Have the store's figures calculated, as the schedule does for every store."""
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

    store.sell({"P001": 2, "P002": 1})
    _calculate(store)

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
