"""Snapshot and events together, whenever sales are made while the snapshot is read."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from saai_domain.testing.aws import Call
from saai_support.functions import Functions

from tests.saai_events.queries.queried_store import QueriedStore
from tests.saai_events.selling_store import SellingStore, request

MOMENTS = st.sets(st.integers(0, 59), max_size=30)
"""The rows before which a sale is committed. A snapshot of three tries reads up to sixty."""

ORDERS = st.sampled_from([tuple, reversed])


@contextmanager
def selling_store(moments: set[int], order: Callable[[Any], Any]) -> Iterator[tuple[QueriedStore, SellingStore]]:
    """A store that has made two sales and makes another right before some of the rows are read that are to come."""
    functions = Functions()
    # What is sold meanwhile doesn't pass through what looks at the snapshot's calls.
    store = SellingStore(functions.aws.dynamodb)
    store.has("P001", stock=100)
    for _ in range(2):
        store.sell(request(P001=1))
    dynamodb = functions.aws.dynamodb
    dynamodb.reading_order = order
    reads = iter(range(1_000))

    def sell_before_the_next(*_row: object) -> None:
        if next(reads) in moments:
            dynamodb.between_rows = None
            store.sell(request(P001=1))
            dynamodb.between_rows = sell_before_the_next

    def interrupt(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation in {"batch_get_item", "query"}:
            sell_before_the_next()
        return make()

    dynamodb.between_rows = sell_before_the_next
    with functions.aws.meanwhile(interrupt):
        yield QueriedStore(functions=functions), store


def events_after(store: SellingStore, cursor: dict[str, int]) -> list[Any]:
    """The sales that a screen is told which follows a cursor."""
    rows = [row["data"] for row in store.rows("eventos")]
    return [json.loads(row["frame"])["data"] for row in rows if row["seq"] > cursor[row["canal"]]]


@given(moments=MOMENTS, order=ORDERS)
@settings(max_examples=12)
def test_products_and_the_events_after_them_give_the_stock_there_is(moments: set[int], order: Any) -> None:
    """No sale is missed, and applying one twice does no harm."""
    with selling_store(moments, order) as (queried, store):
        data = queried.get("/productos")[1]["data"]
        (stock,) = [item["stock"] for item in data["items"]]
        for event in events_after(store, data["cursor"]):
            stock = event["productos_vendidos"][0]["stock"]
        assert stock == store.stock("P001")


@given(moments=MOMENTS, order=ORDERS)
@example(moments=set(range(60)), order=reversed)
@settings(max_examples=12)
def test_sales_and_the_events_after_them_are_all_sales(moments: set[int], order: Any) -> None:
    """The list holds at least what happened up to its cursor."""
    with selling_store(moments, order) as (queried, store):
        data = queried.get("/ventas")[1]["data"]
        listed = {item["codigo_venta"] for item in data["items"]}
        told = {event["codigo_venta"] for event in events_after(store, data["cursor"])}
        assert listed | told == {row["entity_id"] for row in store.rows("ventas")}
