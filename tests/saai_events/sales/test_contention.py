"""Many cashiers of one store at once, against transactions that conflict as AWS's do."""

import threading
from typing import Any

from aws_lite.backoff import Backoff
from saai_domain.testing.dynamodb import SimulatedDynamoDB

from tests.saai_events.selling_store import CASHIER, SellingStore, request

CASHIERS = 32
SALES = 4


def test_every_sale_of_32_cashiers_is_made_once_and_codes_have_no_gap() -> None:
    """None is refused, none is made twice, and the stock is exactly what is left."""
    client: Any = SimulatedDynamoDB()
    store = SellingStore(client)
    store.has("P001", stock=200)
    client.seconds = 0.001
    seller = store.seller(backoff=Backoff(base=0.004, ceiling=0.02, total=60))
    codes: list[str] = []

    def sell(cashier: int) -> None:
        for number in range(SALES):
            registered = seller.execute(request(P001=1), CASHIER, key=f"{cashier}-{number}")
            codes.append(registered.answer["codigo_venta"])

    threads = [threading.Thread(target=sell, args=(cashier,)) for cashier in range(CASHIERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.seconds = 0
    sold = CASHIERS * SALES
    assert sorted(codes) == [f"T001V{number:03d}" for number in range(1, sold + 1)]
    assert store.stock("P001") == 200 - sold
    assert len(client.rows("eventos")) == sold
