"""The rows of a store's past."""

from datetime import datetime
from decimal import Decimal

from local_aws.catalogue import catalogue
from local_aws.history import expense_rows, sale_rows
from local_aws.past import past_sales
from saai_domain.time import LIMA

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=LIMA)
TIENDA = catalogue()[0]
PAST = past_sales(TIENDA, days=20, now=NOW)


def test_codes_are_contiguous_and_the_counter_stands_at_the_last() -> None:
    """Where the next sale goes on."""
    *sales, counter = sale_rows(TIENDA, PAST)
    assert [row.item["entity_id"] for row in sales] == [f"T001V{number:03d}" for number in range(1, len(PAST) + 1)]
    assert (counter.table, counter.item["entity_id"]) == ("counters", "ventas")
    assert counter.item["data"]["value"] == len(PAST)


def test_a_sale_is_stored_as_a_sale_is() -> None:
    """Its total is what its lines add up to; its day and its times are those of the sale."""
    for row, sale in zip(sale_rows(TIENDA, PAST), PAST, strict=False):
        data = row.item["data"]
        assert row.table == "ventas"
        assert data["estado"] == ("ANULADA" if sale.anulada else "COMPLETADA")
        assert data["total"] == sum(line["subtotal_item"] for line in data["productos"])
        assert data["created_at"].startswith(data["fecha"])
        for line in data["productos"]:
            assert line["subtotal_item"] == line["precio_unitario"] * line["cantidad"]


def test_expenses_are_of_the_days_that_the_past_has() -> None:
    """With a code each, and the counter that stands at the last: a publisher of expenses goes on from there."""
    *rows, counter = expense_rows(TIENDA, days=20, now=NOW)
    assert [(row.item["data"]["fecha"], row.item["data"]["monto"]) for row in rows] == [
        ("2026-11-08", Decimal("420.00")),
        ("2026-11-15", Decimal("510.00")),
        ("2026-11-22", Decimal("465.00")),
    ]
    assert [row.item["entity_id"] for row in rows] == ["T001G001", "T001G002", "T001G003"]
    assert (counter.table, counter.item["entity_id"], counter.item["data"]["value"]) == ("counters", "gastos", 3)


def test_a_store_without_a_past_keeps_its_counter() -> None:
    """Nothing is written over what the catalogue has."""
    assert list(sale_rows(TIENDA, [])) == []
    assert list(expense_rows(TIENDA, days=0, now=NOW)) == []
