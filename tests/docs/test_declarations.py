"""What is declared in code stands in the documents that people look it up in; a failure says what to add where."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from msgspec import inspect
from saai_domain.codes import Kind, TenantId
from saai_domain.events import CONTRACTS, Canal, EventData
from saai_domain.roles import Rol
from saai_infra.alarms import api_alarms, backlog_alarm, function_alarms, messages_alarm, throttles_alarm
from saai_infra.catalog import FUNCTION_NAMES, FUNCTIONS, QUEUE_NAMES
from saai_infra.table_specs import TABLES

from tests.docs.documents import ROOT, code_spans, read

DOMAIN: Final = read(ROOT / "docs" / "domain.md")
OPERATIONS: Final = read(ROOT / "docs" / "operations.md")
_FIELD: Final = re.compile(r"[a-z_]+\??")


def section(text: str, heading: str) -> str:
    """A document's part under a heading, up to the next of its rank."""
    _, _, rest = text.partition(f"\n## {heading}\n")
    return rest.partition("\n## ")[0]


def rows(text: str) -> Iterator[list[str]]:
    """The cells of a text's tables, row by row."""
    for line in text.splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def first_cells(text: str) -> Mapping[str, list[str]]:
    """The rows of a text's tables, under each name in code of their first cell."""
    return {name: row for row in rows(text) for name in code_spans(row[0])}


def fields_of(contract: type) -> Iterator[str]:
    """A contract's fields, and those of its parts, as the table writes them: with `?` what may be left out."""
    decided = {name for group in getattr(contract, "requires_one_of", ()) for name in group}
    node = inspect.type_info(contract)
    assert isinstance(node, inspect.DataclassType)
    for field in node.fields:
        yield field.name if field.required or field.name in decided else f"{field.name}?"
        for part in _parts(field.type):
            yield from fields_of(part)


def _parts(node: Any) -> Iterator[type]:
    match node:
        case inspect.DataclassType(cls=cls):
            yield cls
        case inspect.VarTupleType(item_type=item):
            yield from _parts(item)
        case inspect.UnionType(types=types):
            for member in types:
                yield from _parts(member)
        case _:
            return


def row_for(contract: type[EventData]) -> str:
    """A row to begin with: who sends it and what a frontend then does, its author knows."""
    who = "everyone in the store" if contract.canal is Canal.TIENDA else "ADMIN, SAAI"
    return f"| `{contract.event_type}` | … | `{', '.join(fields_of(contract))}` | {who} | … |"


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_every_event_has_its_row(contract: type[EventData]) -> None:
    """With every field, which of them may be left out, and who hears it."""
    place = 'the table of docs/domain.md, "WebSocket"'
    row = first_cells(section(DOMAIN, "WebSocket")).get(contract.event_type)
    assert row is not None, f"add to {place}: {row_for(contract)}"
    told = set(_FIELD.findall(" ".join(code_spans(row[2]))))
    missing = [field for field in fields_of(contract) if field not in told]
    assert missing == [], f"add {missing} to the row `{contract.event_type}` of {place}"
    known = {field.rstrip("?") for field in fields_of(contract)}
    gone = sorted(field for field in told if field.rstrip("?") not in known)
    assert gone == [], f"take {gone} out of the row `{contract.event_type}` of {place}"
    named = {rol for rol in Rol if rol in row[3]} if "everyone" not in row[3] else set(Rol)
    assert named == {rol for rol in Rol if contract.canal.heard_by(rol)}, f"say who hears it: {row_for(contract)}"


@pytest.mark.parametrize(
    "tipo", [contract.notice_tipo for contract in CONTRACTS.values() if contract.notice_tipo], ids=str
)
def test_every_kind_of_notice_is_told(tipo: str) -> None:
    """Who reads the list of notifications meets it."""
    assert tipo in code_spans(DOMAIN), f"add to docs/domain.md when the notice `{tipo}` comes, and its severity"


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.spanish)
def test_every_kind_of_code_has_its_row(kind: Kind) -> None:
    """With its letter and an example that is one."""
    row = next((row for row in rows(section(DOMAIN, "Identity")) if f"`{kind.letter}`" in row[1]), None)
    example = kind.code(TenantId("T001"), 15)
    new = f"| … | tenant + `{kind.letter}` + 3 or more digits | `{example}` |"
    assert row is not None, f'add to the table of docs/domain.md, "Identity": {new}'
    (shown,) = code_spans(row[2])
    assert kind.parse(shown) == shown


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_its_row(table: str) -> None:
    """Its key and what a row holds."""
    told = first_cells(section(DOMAIN, "Table model"))
    assert table in told, f'add to the table of docs/domain.md, "Table model": | `{table}` | … code | `…` |'
    expires = "ttl" in " ".join(told[table]).lower()
    assert expires or not TABLES[table].expires, f"say in the row `{table}` when its rows expire"


@pytest.mark.parametrize("function", FUNCTION_NAMES)
def test_every_function_has_its_row(function: str) -> None:
    """Its name is a contract."""
    told = first_cells(section(DOMAIN, "Names on AWS"))
    assert function in told, f'add to the table of docs/domain.md, "Names on AWS": | `{function}` | … |'


def alarms() -> list[str]:
    """The names of a stage's alarms, without its own."""
    specs = [
        *(alarm for spec in FUNCTIONS for alarm in function_alarms("dev", spec)),
        *api_alarms("websocket", "id", "dev"),
        *api_alarms("http", "id", "$default"),
        throttles_alarm(),
        *(messages_alarm("dev", spec.failures_queue) for spec in FUNCTIONS if spec.failures_queue),
        *(messages_alarm("dev", f"{queue}-fallidos") for queue in QUEUE_NAMES),
        *(backlog_alarm("dev", queue, seconds=1) for queue in QUEUE_NAMES),
    ]
    return [spec.name for spec in specs]


def test_every_alarm_has_its_line() -> None:
    """Whom it wakes must find what to do; a line that stands for every function has `{Function}`."""
    told = [name.replace("{Function}", function) for name in first_cells(OPERATIONS) for function in FUNCTION_NAMES]
    missing = [name for name in alarms() if name not in told]
    assert missing == [], "add to the table of alarms in docs/operations.md what happened and what to do: " + "; ".join(
        f"| `{name}` | … | … |" for name in missing
    )


def test_no_line_tells_of_an_alarm_that_is_gone() -> None:
    """Its reader would wait for it."""
    table = OPERATIONS.partition("| alarm |")[2].partition("\n\n")[0]
    told = [name for name in first_cells(f"| alarm |{table}") if "{Function}" not in name]
    gone = [name for name in told if name not in alarms()]
    assert gone == [], f"take the lines of {gone} out of docs/operations.md"
