"""Snapshot and events together, whenever sales are made while the snapshot is read."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from saai_domain.testing.aws import Call
from saai_support.functions import Functions

from tests.saai_events.queries.queried_store import QueriedStore
from tests.saai_events.selling_store import SellingStore, request

MOMENTS = st.sets(st.integers(0, 11), max_size=6)
"""The reads before which a sale is committed. A snapshot of three tries makes seven."""


@contextmanager
def selling_store(moments: set[int]) -> Iterator[tuple[QueriedStore, SellingStore]]:
    """A store that has made two sales and makes another right before some of the reads to come."""
    functions = Functions()
    # What is sold meanwhile doesn't pass through what looks at the snapshot's calls.
    store = SellingStore(functions.aws.dynamodb)
    store.has("P001", stock=100)
    for _ in range(2):
        store.sell(request(P001=1))
    reads = iter(range(1_000))

    def interrupt(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation in {"batch_get_item", "query"} and next(reads) in moments:
            store.sell(request(P001=1))
        return make()

    with functions.aws.meanwhile(interrupt):
        yield QueriedStore(functions=functions), store


def events_after(store: SellingStore, cursor: dict[str, int]) -> list[Any]:
    """The sales that a screen is told which follows a cursor."""
    rows = [row["data"] for row in store.rows("eventos")]
    return [json.loads(row["frame"])["data"] for row in rows if row["seq"] > cursor[row["canal"]]]


@given(moments=MOMENTS)
@settings(max_examples=12)
def test_products_and_the_events_after_them_give_the_stock_there_is(moments: set[int]) -> None:
    """No sale is missed, and applying one twice does no harm."""
    with selling_store(moments) as (queried, store):
        data = queried.get("/productos")[1]["data"]
        (stock,) = [item["stock"] for item in data["items"]]
        for event in events_after(store, data["cursor"]):
            stock = event["productos_vendidos"][0]["stock"]
        assert stock == store.stock("P001")


@given(moments=MOMENTS)
@settings(max_examples=12)
def test_sales_and_the_events_after_them_are_all_sales(moments: set[int]) -> None:
    """The list holds at least what happened up to its cursor."""
    with selling_store(moments) as (queried, store):
        data = queried.get("/ventas")[1]["data"]
        listed = {item["codigo_venta"] for item in data["items"]}
        told = {event["codigo_venta"] for event in events_after(store, data["cursor"])}
        assert listed | told == {row["entity_id"] for row in store.rows("ventas")}
