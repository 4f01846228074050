"""A store's products, as every function reads them."""

from saai_domain.codes import ProductCode
from saai_events.products.storage import Products

from tests.saai_events.selling_store import TENANT, SellingStore


def test_what_is_sold_is_read_with_its_stock(store: SellingStore) -> None:
    """Not what is sold no more; what can't be read is told, and what has no stock named."""
    store.has("P001")
    store.has("P002", stock=0)
    store.has("P003", estado="INACTIVO")
    store.has("P004", stock="mucho")
    sold = Products(client=store.client, table="productos").of_store(TENANT)
    assert [(each.codigo, each.stock) for each in sold.products] == [("T001P001", 40), ("T001P002", 0)]
    assert [each.entity_id for each in sold.unreadable] == ["T001P004"]
    assert sold.out_of_stock == {"T001P002"}


def test_another_stores_code_has_no_place(store: SellingStore) -> None:
    """It is as unknown here as one that never was."""
    products = Products(client=store.client, table="productos")
    assert list(products.keys(TENANT, [ProductCode("T001P001"), ProductCode("T002P001")])) == ["T001P001"]
