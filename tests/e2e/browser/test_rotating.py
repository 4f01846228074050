"""Connections are replaced before API Gateway cuts them; under load that shows nowhere."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.browser.conftest import Opener
from tests.e2e.browser.log import logged
from tests.e2e.store import Store, eventually

EVERY = 0.05
"""Seconds between sales."""
SALES = 80
ROTATE_AFTER = 1_500.0
"""Milliseconds: in production it is 110 minutes."""
CASHIERS = 2
STOCK = 5_000
ON_THE_WAY = 6
"""Sales that may be on their way to the screen. A machine that can't keep up sells more slowly: every one that waits
would have the local AWS start a process of its own, which would make it slower still."""


def _sell(store: Store, *, key: str) -> bool:
    """Sell one unit as a till does: without an answer worth having it asks again, under the same key."""
    return eventually(lambda: store.sell({"P001": 1}, key=key).is_success, seconds=60)


@pytest.mark.timeout(300)
def test_rotation_under_load_loses_and_repeats_nothing(store: Store, open_screen: Opener) -> None:
    """What the application was given is the server's log, event by event, through several connections."""
    store.restock("P001", STOCK)
    screen = open_screen(store, rotateAfter=ROTATE_AFTER, rotateJitter=0)
    beside = open_screen(store)

    with ThreadPoolExecutor(CASHIERS) as cashiers:
        sales = []
        for number in range(SALES):
            beside.wait_for_events(number - ON_THE_WAY)
            sales.append(cashiers.submit(_sell, store, key=f"venta-{number}"))
            time.sleep(EVERY)
        assert all(sale.result() for sale in sales)

    assert len(logged(store)) == SALES
    for each in (screen, beside):
        each.wait_for_events(SALES)
        each.wait_until("al_dia")
        assert [(event.event_id, event.seq) for event in each.received] == logged(store)
    assert int(screen.window.text("#conexiones")) > 2
    assert eventually(lambda: screen.stock("P001") == f"{STOCK - SALES:,}")
