"""Seeding the sale counters when a stage takes over existing tables."""

from operations.seed_counters import highest_numbers, raise_counter

from tests.saai_events.bodega import Bodega, request


def _sold_before(bodega: Bodega, *keys: tuple[str, str]) -> None:
    for tenant, code in keys:
        bodega.client.put_item(TableName="ventas", Item={"tenant_id": {"S": tenant}, "entity_id": {"S": code}})


def test_the_highest_number_of_each_store_is_found(bodega: Bodega) -> None:
    """999 is followed by 1000, which sorts before it; odd keys are passed over."""
    _sold_before(bodega, ("T001", "T001V999"), ("T001", "T001V1000"), ("T002", "T002V007"), ("T001", "borrador"))
    assert highest_numbers(bodega.client, "ventas") == {"T001": 1000, "T002": 7}


def test_sales_go_on_after_the_highest_code(bodega: Bodega) -> None:
    """And seeding again, or late, never moves a counter down."""
    bodega.has("P001")
    _sold_before(bodega, ("T001", "T001V041"))
    assert raise_counter(bodega.client, "counters", "T001", 41)
    assert bodega.sell(request(P001=1)).answer["codigo_venta"] == "T001V042"
    assert not raise_counter(bodega.client, "counters", "T001", 41)
