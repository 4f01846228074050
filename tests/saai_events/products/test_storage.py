"""A store's products, as every function reads them."""

from saai_domain.codes import ProductCode
from saai_events.products.storage import Products

from tests.saai_events.bodega import TENANT, Bodega


def test_what_is_sold_is_read_with_its_stock(bodega: Bodega) -> None:
    """Not what is sold no more; what can't be read is told, and what has no stock named."""
    bodega.has("P001")
    bodega.has("P002", stock=0)
    bodega.has("P003", estado="INACTIVO")
    bodega.has("P004", stock="mucho")
    sold = Products(client=bodega.client, table="productos").of_store(TENANT)
    assert [(each.codigo, each.stock) for each in sold.products] == [("T001P001", 40), ("T001P002", 0)]
    assert [each.entity_id for each in sold.unreadable] == ["T001P004"]
    assert sold.out_of_stock == {"T001P002"}


def test_another_stores_code_has_no_place(bodega: Bodega) -> None:
    """It is as unknown here as one that never was."""
    products = Products(client=bodega.client, table="productos")
    assert list(products.keys(TENANT, [ProductCode("T001P001"), ProductCode("T002P001")])) == ["T001P001"]
