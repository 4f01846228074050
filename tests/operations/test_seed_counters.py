"""Seeding the sale counters when a stage takes over existing tables."""

from operations.seed_counters import highest_numbers, raise_counter

from tests.saai_events.selling_store import SellingStore, request


def _sold_before(store: SellingStore, *keys: tuple[str, str]) -> None:
    for tenant, code in keys:
        store.client.put_item(TableName="ventas", Item={"tenant_id": {"S": tenant}, "entity_id": {"S": code}})


def test_the_highest_number_of_each_store_is_found(store: SellingStore) -> None:
    """999 is followed by 1000, which sorts before it; odd keys are passed over."""
    _sold_before(store, ("T001", "T001V999"), ("T001", "T001V1000"), ("T002", "T002V007"), ("T001", "borrador"))
    assert highest_numbers(store.client, "ventas") == {"T001": 1000, "T002": 7}


def test_sales_go_on_after_the_highest_code(store: SellingStore) -> None:
    """And seeding again, or late, never moves a counter down."""
    store.has("P001")
    _sold_before(store, ("T001", "T001V041"))
    assert raise_counter(store.client, "counters", "T001", 41)
    assert store.sell(request(P001=1)).answer["codigo_venta"] == "T001V042"
    assert not raise_counter(store.client, "counters", "T001", 41)
