"""Seeding counters when a stage takes over existing tables."""

from typing import Any

import pytest
from operations import seed_counters
from operations.__main__ import read_arguments
from operations.seed_counters import highest_numbers, raise_counter
from saai_domain.errors import CounterBehind

from tests.saai_events.selling_store import SellingStore, request


def _stands(store: SellingStore, table: str, *keys: tuple[str, str]) -> None:
    for tenant, code in keys:
        store.client.put_item(TableName=table, Item={"tenant_id": {"S": tenant}, "entity_id": {"S": code}})


def test_the_highest_number_of_each_store_is_found(store: SellingStore) -> None:
    """999 is followed by 1000, which sorts before it; odd keys, and another store's, are passed over."""
    _stands(store, "ventas", ("T001", "T001V999"), ("T001", "T001V1000"), ("T002", "T002V007"), ("T001", "borrador"))
    _stands(store, "ventas", ("T001", "T002V5000"), ("T001", "T001G5000"))
    assert highest_numbers(store.client, "ventas", "ventas") == {("T001", "ventas"): 1000, ("T002", "ventas"): 7}


@pytest.mark.parametrize(
    ("rows", "tenant", "code", "counter"),
    [
        ("gastos", "T001", "T001G012", "gastos"),
        ("productos", "T001", "T001P012", "productos"),
        ("usuarios", "SAAI", "SAAIU012", "usuarios"),
        ("eventos", "T001", "administracion#000000000012", "eventos#administracion"),
    ],
)
def test_rows_of_any_kind_are_counted(store: SellingStore, rows: str, tenant: str, code: str, counter: str) -> None:
    """Events by their channel."""
    _stands(store, rows, (tenant, code), (tenant, "otro"), (tenant, "tienda#x"), (tenant, "tienda#1"))
    assert highest_numbers(store.client, rows, rows) == {(tenant, counter): 12}


def test_sales_go_on_after_the_highest_code(store: SellingStore) -> None:
    """And seeding again, or late, never moves a counter down."""
    store.has("P001")
    _stands(store, "ventas", ("T001", "T001V041"))
    assert raise_counter(store.client, "counters", ("T001", "ventas"), 41)
    assert store.sell(request(P001=1)).answer["codigo_venta"] == "T001V042"
    assert not raise_counter(store.client, "counters", ("T001", "ventas"), 41)


@pytest.mark.parametrize(("table", "code"), [("ventas", "T001V001"), ("eventos", "tienda#000000000001")])
def test_what_the_error_names_is_the_command_that_helps(
    store: SellingStore, table: str, code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever reads the log types it, and the store sells."""
    store.has("P001")
    _stands(store, table, ("T001", code))
    with pytest.raises(CounterBehind) as behind:
        store.sell(request(P001=1))
    _, _, command = str(behind.value).partition("python -m operations ")
    tables = ("--stage", "dev", "--table", table, "--counters-table", "counters")
    chosen = read_arguments([*command.split(), *tables])

    def client(_service: str) -> Any:
        return store.client

    monkeypatch.setattr(seed_counters, "operator_client", client)
    chosen.run(chosen)
    assert "set to 1" in capsys.readouterr().out
    assert store.sell(request(P001=1)).event is not None


def test_a_table_without_numbered_rows_is_told(
    store: SellingStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Silence might be the wrong table."""

    def client(_service: str) -> Any:
        return store.client

    monkeypatch.setattr(seed_counters, "operator_client", client)
    chosen = read_arguments(["seed-counters", "--stage", "dev", "--rows", "gastos", "--table", "gastos"])
    chosen.run(chosen)
    assert capsys.readouterr().out == "no numbered rows in gastos\n"


def test_a_kind_that_is_not_numbered_is_no_choice() -> None:
    """And the command asks for one: which rows were taken over, only the operator knows."""
    for arguments in ((), ("--rows", "analitica")):
        with pytest.raises(SystemExit):
            read_arguments(["seed-counters", "--stage", "dev", *arguments])
