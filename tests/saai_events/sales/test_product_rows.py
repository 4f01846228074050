"""Sales over product rows as other services may have written them."""

from decimal import Decimal
from typing import Any

import pytest
from saai_domain.aws.dynamodb import serialize
from saai_events.products.product import UnreadableProduct
from saai_events.sales.errors import InsufficientStock

from tests.saai_events.selling_store import CASHIER, TENANT, SellingStore, request


def test_a_row_that_holds_nothing_refuses_the_sale(store: SellingStore) -> None:
    """Nothing is written for the other products of the request."""
    store.has("P001")
    store.client.put_item(TableName="productos", Item=serialize({"tenant_id": TENANT, "entity_id": "T001P002"}))
    with pytest.raises(UnreadableProduct, match="T001P002"):
        store.sell(request(P001=1, P002=1))
    assert store.rows("ventas") == []
    assert store.stock("P001") == 40


@pytest.mark.parametrize(
    ("precio", "stock"), [("3.5", "40"), (Decimal("3.499"), Decimal("40.0")), (Decimal("3.5"), Decimal(40))]
)
def test_rows_are_compared_as_they_were_read(store: SellingStore, precio: Any, stock: Any) -> None:
    """The condition holds for texts and for prices with more decimals, and the stock becomes a number."""
    store.has("P001", precio=precio, stock=stock)
    registered = store.sell(request(P001=2))
    assert str(registered.answer["total"]) == "7.00"
    assert store.rows("productos")[0]["data"]["stock"] == 38
    assert store.rows("productos")[0]["data"]["precio"] == precio


def test_a_stock_below_zero_sells_nothing(store: SellingStore) -> None:
    """What is available is told as none."""
    store.has("P001", stock=-3)
    with pytest.raises(InsufficientStock) as refused:
        store.sell(request(P001=1))
    assert refused.value.shortages[0].disponible == 0


def test_a_product_withdrawn_between_read_and_write_is_not_sold(store: SellingStore) -> None:
    """Its state is part of what the sale was decided on."""
    store.has("P001")

    class Withdrawn:
        writes = 0

        def batch_get_item(self, **params: Any) -> Any:
            return store.client.batch_get_item(**params)

        def transact_write_items(self, **params: Any) -> Any:
            self.writes += 1
            store.has("P001", estado="INACTIVO")
            return store.client.transact_write_items(**params)

    client = Withdrawn()
    with pytest.raises(Exception, match="T001P001"):
        store.seller(client).execute(request(P001=1), CASHIER, key="k")
    assert client.writes == 1
    assert store.stock("P001") == 40
