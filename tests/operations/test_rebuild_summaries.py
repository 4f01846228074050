"""The command that counts days anew."""

from collections.abc import Callable
from typing import Any

import pytest
from operations.__main__ import read_arguments
from operations.rebuild_summaries import rebuild
from saai_domain.aws.dynamodb import serialize

from tests.saai_events.summaries.sales_history import NOON, TENANT, TODAY, SalesHistory, day

TABLES = ("ventas", "counters", "resumenes", "tiendas")
NAMES = ("--stage", "dev", *(part for name in TABLES for part in (f"--{name}-table", name)))


@pytest.fixture
def history(dynamodb: Any) -> SalesHistory:
    return SalesHistory(dynamodb)


@pytest.fixture
def run(history: SalesHistory, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    """Run the command with further arguments; the lines it printed."""

    def call(*arguments: str) -> list[str]:
        rebuild(history.client, read_arguments(["rebuild-summaries", *NAMES, *arguments]), clock=lambda: NOON)
        return capsys.readouterr().out.splitlines()

    return call


def test_a_range_is_counted_anew(history: SalesHistory, run: Callable[..., list[str]]) -> None:
    """An old sale that was annulled since no longer counts, and running it again writes nothing."""
    annulled = history.sells(day(40))
    history.sells(day(40))
    history.sells(day(10))
    history.saved(history.days.history(TENANT, moment=NOON))
    history.annuls(annulled)
    since, until = day(45).isoformat(), day(35).isoformat()
    assert run("--since", since, "--until", until, "--store", "T001") == [
        "T001: 11 days, 1 sales; 3 sales read, 1 rows written"
    ]
    assert history.rows()[day(40).isoformat()]["ventas"] == 1
    assert run("--since", since, "--store", "T001") == ["T001: 46 days, 2 sales; 3 sales read, 0 rows written"]


def test_a_store_that_was_taken_over_gets_all_its_days(history: SalesHistory, run: Callable[..., list[str]]) -> None:
    """They are closed but for today."""
    history.sells(day(100))
    run("--since", day(120).isoformat(), "--store", "T001")
    rows = history.rows()
    assert (len(rows), rows[day(100).isoformat()]["ventas"]) == (121, 1)
    assert [fecha for fecha, row in rows.items() if not row["cerrado"]] == [TODAY.isoformat()]


def test_a_sale_that_cant_be_counted_is_named(history: SalesHistory, run: Callable[..., list[str]]) -> None:
    """For whoever can correct it."""
    history.sells(day(0))
    history.write({"tenant_id": TENANT, "entity_id": "T001V001", "data": {"estado": "COMPLETADA"}})
    assert run("--since", TODAY.isoformat(), "--store", "T001") == [
        "T001: not counted: sale T001V001: fecha is None",
        "T001: 1 days, 0 sales; 1 sales read, 1 rows written",
    ]


def test_every_active_store_can_be_rebuilt(history: SalesHistory, run: Callable[..., list[str]]) -> None:
    """Suspended ones are left alone."""
    for code, estado in (("T001", "ACTIVA"), ("T002", "SUSPENDIDA"), ("T003", "ACTIVA")):
        row = {"tenant_id": "SAAI", "entity_id": code, "data": {"estado": estado}}
        history.client.put_item(TableName="tiendas", Item=serialize(row))
    lines = run("--since", TODAY.isoformat(), "--all-stores")
    assert [line.split(":")[0] for line in lines] == ["T001", "T003"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--since", "2025-12-01"),
        ("--store", "T001"),
        ("--since", "ayer", "--store", "T001"),
        ("--since", "2025-12-01", "--store", "bodega"),
        ("--since", "2025-12-01", "--store", "T001", "--all-stores"),
        ("--since", "2025-12-02", "--until", "2025-12-01", "--store", "T001"),
        ("--since", "2025-12-01", "--until", "2026-01-01", "--store", "T001"),
    ],
)
def test_a_command_line_without_sense_is_refused(run: Callable[..., list[str]], arguments: tuple[str, ...]) -> None:
    """Before anything is read."""
    with pytest.raises(SystemExit):
        run(*arguments)
