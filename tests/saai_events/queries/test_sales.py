"""``GET /ventas``: newest first, by walking the codes down."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saai_domain.codes import number_of
from saai_events.queries.sales import MAX_READS

from tests.saai_events.queries.queried_store import QueriedStore, codes


def test_the_newest_sale_comes_first_with_what_its_row_holds(store: QueriedStore) -> None:
    """Amounts have their céntimos, annulled sales are shown as such."""
    store.sold(1)
    store.sold(2, estado="ANULADA")
    status, envelope = store.get("/ventas")
    assert status == 200
    first, second = envelope["data"]["items"]
    assert first == {"codigo_venta": "T001V002", "total": Decimal("12.50"), "estado": "ANULADA"}
    assert second["codigo_venta"] == "T001V001"
    assert str(first["total"]) == "12.50"


def test_a_store_without_sales_has_an_empty_list(store: QueriedStore) -> None:
    """And nothing to go on with."""
    _, envelope = store.get("/ventas")
    assert envelope["data"] == {
        "items": [],
        "siguiente": None,
        "cursor": {"tienda": 0, "administracion": 0},
        "log": "1",
    }


def test_fifty_sales_are_a_page_and_200_the_most(store: QueriedStore) -> None:
    """``siguiente`` is the code with which the next page begins."""
    store.sold(*range(1, 221))
    _, envelope = store.get("/ventas")
    assert (len(envelope["data"]["items"]), envelope["data"]["siguiente"]) == (50, "T001V170")
    assert [len(page) for page in store.pages("/ventas", "codigo_venta", limite="200")] == [200, 20]


def test_a_full_page_that_ends_the_list_leads_nowhere(store: QueriedStore) -> None:
    """No empty page follows."""
    store.sold(1, 2, 3, 4)
    assert store.pages("/ventas", "codigo_venta", limite="2") == [["T001V004", "T001V003"], ["T001V002", "T001V001"]]


def test_the_codes_pass_from_999_to_1000(store: QueriedStore) -> None:
    """Their order is that of their numbers, not of their texts."""
    store.sold(998, 999, 1000, 1001)
    _, envelope = store.get("/ventas", limite="4")
    assert codes(envelope, "codigo_venta") == ["T001V1001", "T001V1000", "T001V999", "T001V998"]


def test_a_list_may_begin_with_a_given_sale(store: QueriedStore) -> None:
    """``desde`` is a code; one that is not reached yet means the newest."""
    store.sold(1, 2, 3)
    assert codes(store.get("/ventas", desde="T001V002")[1], "codigo_venta") == ["T001V002", "T001V001"]
    assert codes(store.get("/ventas", desde="T001V900")[1], "codigo_venta")[0] == "T001V003"


def test_missing_codes_are_passed_over(store: QueriedStore) -> None:
    """A page is filled from what stands beyond a gap."""
    store.sold(1, 2, 80, 150)
    assert store.pages("/ventas", "codigo_venta", limite="3") == [["T001V150", "T001V080", "T001V002"], ["T001V001"]]


def test_a_gap_of_a_million_codes_costs_a_page_a_query_for_each_length_of_a_code(store: QueriedStore) -> None:
    """The sale beyond it is on the same page."""
    store.sold(1, 1_000_200)
    with store.reads() as reads:
        _, envelope = store.get("/ventas", limite="10")
    assert codes(envelope, "codigo_venta") == ["T001V1000200", "T001V001"]
    # One look at the channels before and one after, one at the newest sale; a batch before the gap, in it, beyond it.
    counted = Counter(read.operation for read in reads)
    assert counted == {"batch_get_item": 3 + 3, "query": 5}


def test_many_gaps_cost_a_bounded_number_of_reads_a_page(store: QueriedStore) -> None:
    """The page stays short and ``siguiente`` leads on."""
    sold = range(1, 20_000, 1_000)
    store.sold(*sold)
    with store.reads() as reads:
        _, envelope = store.get("/ventas", limite="50")
    assert envelope["data"]["siguiente"] is not None
    assert sum(read.operation == "batch_get_item" for read in reads) == MAX_READS + 3
    pages = store.pages("/ventas", "codigo_venta", limite="50")
    assert [number_of(code) for page in pages for code in page] == [*reversed(sold)]


def test_a_page_of_sales_without_gaps_is_one_read(store: QueriedStore) -> None:
    """And reads no row that it doesn't show."""
    store.sold(*range(1, 31))
    with store.reads() as reads:
        store.get("/ventas", limite="20")
    (_, _, sales, _) = [read.params["RequestItems"] for read in reads]
    assert len(sales["ventas"]["Keys"]) == 20
    assert sales["ventas"]["ConsistentRead"] is True


@pytest.mark.parametrize("parameter", ["desde", "siguiente"])
@pytest.mark.parametrize("value", ["", "T001P001", "ventas", "T001V", "T002V001", "T001V001 "])
def test_what_is_no_sale_of_the_store_is_refused(store: QueriedStore, parameter: str, value: str) -> None:
    """400 with an entry of the parameter."""
    status, envelope = store.get("/ventas", **{parameter: value})
    assert (status, [entry["campo"] for entry in envelope["data"]]) == (400, [parameter])


def test_a_row_that_is_no_sale_is_passed_over(store: QueriedStore) -> None:
    """As if its code were missing."""
    store.sold(1, 3)
    store.client.put_item(TableName="ventas", Item={"tenant_id": {"S": "T001"}, "entity_id": {"S": "T001V002"}})
    assert store.pages("/ventas", "codigo_venta") == [["T001V003", "T001V001"]]


@given(numbers=st.sets(st.integers(1, 400), min_size=1, max_size=40), limite=st.integers(1, 20))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_missing_the_pages_show_every_sale_once(
    store: QueriedStore, numbers: set[int], limite: int
) -> None:
    """Newest first, and no page holds more than asked for."""
    for row in store.client.scan(TableName="ventas")["Items"]:
        store.client.delete_item(TableName="ventas", Key={"tenant_id": row["tenant_id"], "entity_id": row["entity_id"]})
    store.sold(*numbers)
    pages = store.pages("/ventas", "codigo_venta", limite=str(limite))
    assert all(len(page) <= limite for page in pages)
    assert [code for page in pages for code in page] == [f"T001V{n:03d}" for n in sorted(numbers, reverse=True)]
