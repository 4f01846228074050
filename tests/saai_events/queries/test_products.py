"""``GET /productos``: what the store sells."""

from decimal import Decimal

import pytest
from saai_events.queries.page_request import page_token
from saai_events.queries.rows import MAX_READS

from tests.saai_events.queries.queried_store import QueriedStore, codes


def test_active_products_are_shown_as_their_rows_hold_them(store: QueriedStore) -> None:
    """Not those that are sold no more."""
    store.sells("P001")
    store.sells("P002", estado="INACTIVO")
    status, envelope = store.get("/productos", rol="worker")
    assert status == 200
    (product,) = envelope["data"]["items"]
    assert product == {"codigo_producto": "T001P001", "precio": Decimal("3.5"), "stock": 4, "estado": "ACTIVO"}
    assert str(product["precio"]) == "3.50"


def test_pages_show_every_product_once(store: QueriedStore) -> None:
    """Also where inactive ones lie between, and without an empty page at the end."""
    for number in range(1, 13):
        store.sells(f"P{number:03d}", estado="INACTIVO" if number % 3 == 0 else "ACTIVO")
    pages = store.pages("/productos", "codigo_producto", limite="4")
    assert pages == [
        ["T001P001", "T001P002", "T001P004", "T001P005"],
        ["T001P007", "T001P008", "T001P010", "T001P011"],
    ]


def test_many_inactive_products_cost_a_bounded_number_of_reads_a_page(store: QueriedStore) -> None:
    """The page stays short and ``siguiente`` leads on."""
    for number in range(1, 61):
        store.sells(f"P{number:03d}", estado="ACTIVO" if number == 60 else "INACTIVO")
    with store.reads() as reads:
        _, envelope = store.get("/productos", limite="1")
    assert (envelope["data"]["items"], bool(envelope["data"]["siguiente"])) == ([], True)
    assert [read.operation for read in reads].count("query") == MAX_READS
    assert [code for page in store.pages("/productos", "codigo_producto", limite="1") for code in page] == ["T001P060"]


def test_products_are_read_consistently(store: QueriedStore) -> None:
    """What a sale wrote before the cursor is in the data."""
    with store.reads() as reads:
        store.get("/productos")
    assert [read.params["ConsistentRead"] for read in reads if read.operation == "query"] == [True]


def test_only_the_tokens_own_store_is_shown(store: QueriedStore) -> None:
    """Whatever else there is."""
    store.sells("P001")
    store.sells("P001", tenant_id="T002")
    assert codes(store.get("/productos", tenant_id="T002")[1], "codigo_producto") == ["T002P001"]


@pytest.mark.parametrize(
    "token",
    ["", "T001P001", "!", "áé", page_token("T002", "T002P001"), page_token("T001", ""), "A" * 3_000, "/w"],  # type: ignore[arg-type]
)
def test_a_token_that_is_not_of_this_stores_list_is_refused(store: QueriedStore, token: str) -> None:
    """400 with an entry; another store's rows can't be reached."""
    status, envelope = store.get("/productos", siguiente=token)
    assert (status, [entry["campo"] for entry in envelope["data"]]) == (400, ["siguiente"])


def test_a_page_ends_before_it_outgrows_what_a_function_can_answer(store: QueriedStore) -> None:
    """200 products of 100 KB come in several pages."""
    for number in range(60):
        code = f"T001P{number + 1:03d}"
        store.has("productos", code, codigo_producto=code, estado="ACTIVO", nombre="x" * 100_000)
    pages = store.pages("/productos", "codigo_producto", limite="200")
    assert [len(page) for page in pages] == [39, 21]
