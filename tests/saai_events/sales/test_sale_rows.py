"""What a sale leaves in the tables, and what counters and keys make of what stands there already."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import attrs
import msgspec
import pytest
from aws_lite.wire import decode_json_with_decimals
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from saai_domain.codes import UserCode
from saai_domain.errors import CounterBehind
from saai_domain.testing.aws import InMemoryAws
from saai_events.sales.errors import InsufficientStock

from tests.saai_events.selling_store import CASHIER, SellingStore, request


@attrs.frozen
class Cancelled:
    """A client whose first transaction is cancelled for the given reasons."""

    client: Any
    reasons: Sequence[str]
    writes: list[dict[str, Any]] = attrs.field(factory=list)

    def batch_get_item(self, **params: Any) -> Any:
        return self.client.batch_get_item(**params)

    def transact_write_items(self, **params: Any) -> Any:
        self.writes.append(params)
        if len(self.writes) == 1:
            reasons = [{"Code": reason} for reason in self.reasons]
            error: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(error, "TransactWriteItems")
        return self.client.transact_write_items(**params)


def test_the_frame_is_the_contracts(store: SellingStore) -> None:
    """Four keys that never change, three that were added, and the sale with what is left."""
    store.has("P001", stock=40)
    store.has("P002", precio=Decimal("12.00"), stock=5)
    store.sell(request(P002=1, P001=3))
    (row,) = store.rows("eventos")
    assert decode_json_with_decimals(row["data"]["frame"]) == {
        "event_type": "venta_registrada",
        "tenant_id": "T001",
        "timestamp": "2025-12-31T12:00:00-05:00",
        "event_id": "T001-tienda-000000000001",
        "canal": "tienda",
        "seq": 1,
        "data": {
            "codigo_venta": "T001V001",
            "items_count": 2,
            "total": Decimal("22.50"),
            "metodo_pago": "YAPE",
            "trabajador": "T001U001",
            "fecha": "2025-12-31",
            "productos_vendidos": [
                {"codigo": "T001P002", "nombre": "P002", "cantidad": 1, "subtotal": Decimal("12.00"), "stock": 4},
                {"codigo": "T001P001", "nombre": "P001", "cantidad": 3, "subtotal": Decimal("10.50"), "stock": 37},
            ],
        },
    }


def test_the_answer_is_kept_for_a_day_with_the_place_of_its_event(store: SellingStore) -> None:
    """``ttl`` stands at top level, where DynamoDB sees it."""
    store.has("P001")
    store.sell(request(P001=1), key="caja-1")
    (row,) = store.rows("idempotencia")
    assert row["ttl"] == store.moment.timestamp() + 86_400
    assert row["data"] == {
        "hash": hashlib.sha256(b'[[["T001P001",1]],"YAPE"]').hexdigest(),
        "respuesta": {"codigo_venta": "T001V001", "total": Decimal("3.50"), "fecha": "2025-12-31"},
        "canal": "tienda",
        "seq": 1,
        "estado": "ACTIVO",
        "created_at": "2025-12-31T12:00:00-05:00",
        "updated_at": "2025-12-31T12:00:00-05:00",
    }


def test_another_cashiers_same_key_is_another_key(store: SellingStore) -> None:
    """Two tills may count their requests alike."""
    store.has("P001")
    other = msgspec.structs.replace(CASHIER, codigo_usuario=UserCode("T001U002"))
    assert store.sell(request(P001=1), key="1").answer["codigo_venta"] == "T001V001"
    assert store.sell(request(P001=1), key="1", claims=other).answer["codigo_venta"] == "T001V002"


def test_a_sale_before_midnight_utc_is_of_its_lima_day(store: SellingStore) -> None:
    """20:00 in Lima is the next day elsewhere."""
    store.has("P001")
    store.moment += timedelta(hours=8)
    assert store.sell(request(P001=1)).answer["fecha"] == "2025-12-31"


def test_an_event_counter_that_was_never_seeded_is_reported_at_once(store: SellingStore) -> None:
    """Deciding again would lead to the same place for ten seconds."""
    store.has("P001")
    taken = {"tenant_id": {"S": "T001"}, "entity_id": {"S": "tienda#000000000001"}}
    store.client.put_item(TableName="eventos", Item=taken)
    calls = store.client.aws.record()
    with pytest.raises(CounterBehind, match="eventos#tienda"):
        store.sell(request(P001=1), key="k")
    assert [call.operation for call in calls] == ["batch_get_item", "transact_write_items", "batch_get_item"]
    assert store.rows("ventas") == []


OVERTAKEN = ["ConditionalCheckFailed", "ConditionalCheckFailed", "ConditionalCheckFailed", "None", "None", "None"]


@pytest.mark.parametrize(
    "reasons",
    [
        OVERTAKEN,
        ["ConditionalCheckFailed", "TransactionConflict", "None", "None", "None", "None"],
        ["TransactionConflict", "None", "None", "None", "None", "None"],
        ["ThrottlingError", "None", "None", "None", "None", "None"],
        ["None", "None", "None", "None", "ConditionalCheckFailed", "None"],
        ["None"] * 6,
    ],
)
def test_a_sale_that_was_overtaken_is_no_unseeded_counter(store: SellingStore, reasons: list[str]) -> None:
    """Only where nothing but a place was taken does the counter still lead there."""
    store.has("P001")
    registered = store.seller(Cancelled(store.client, reasons)).execute(request(P001=1), CASHIER, key="k")
    assert registered.attempts == 2


UNITS = st.dictionaries(st.sampled_from(["P001", "P002", "P003"]), st.integers(1, 6), min_size=1)


@settings(max_examples=8)
@given(
    stocks=st.tuples(*[st.integers(-2, 12)] * 3),
    precios=st.tuples(*[st.decimals("0.00", "99.999", places=3)] * 3),
    requests=st.lists(UNITS, max_size=6),
)
def test_any_sequence_of_sales_keeps_the_books(
    stocks: tuple[int, ...], precios: tuple[Decimal, ...], requests: list[dict[str, int]]
) -> None:
    """Stock and sold units add up, totals are their lines' sum, codes and events are contiguous and one to one."""
    codes = ("P001", "P002", "P003")
    store = SellingStore(InMemoryAws().client("dynamodb"))
    for code, stock, precio in zip(codes, stocks, precios, strict=True):
        store.has(code, stock=stock, precio=precio)
    for number, units in enumerate(requests):
        with suppress(InsufficientStock):
            store.sell(request(**units), key=f"k{number}")
    sales, events = store.rows("ventas"), store.rows("eventos")
    for code, stock in zip(codes, stocks, strict=True):
        sold = sum(
            line["cantidad"]
            for sale in sales
            for line in sale["data"]["productos"]
            if line["codigo_producto"] == f"T001{code}"
        )
        assert store.stock(code) == stock - sold
        assert store.stock(code) >= min(stock, 0)
    for sale in sales:
        lines = sale["data"]["productos"]
        assert sale["data"]["total"] == sum(line["subtotal_item"] for line in lines)
        assert all(line["subtotal_item"] == line["precio_unitario"] * line["cantidad"] for line in lines)
    assert [sale["entity_id"] for sale in sales] == [f"T001V{n:03d}" for n in range(1, len(sales) + 1)]
    frames: list[Any] = [decode_json_with_decimals(event["data"]["frame"]) for event in events]
    assert [frame["seq"] for frame in frames] == list(range(1, len(sales) + 1))
    assert [frame["data"]["codigo_venta"] for frame in frames] == [sale["entity_id"] for sale in sales]
    assert len(store.rows("idempotencia")) == len(sales)
