"""``seed-counters``: move counters up to what they have numbered, when a stage takes over existing rows."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from saai_domain.aws.dynamodb import put_if
from saai_domain.codes import Kind, number_of, tenant_of
from saai_domain.errors import InvalidCode
from saai_domain.event_log import counter_name, entity_id_of
from saai_domain.events import Canal
from saai_domain.rows import make_row
from saai_domain.time import obtener_fecha_hora_peru

from operations.command import Commands, add_command, add_table, operator_client, physical_name, report, table_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


MANUAL: Final = """\
Run it once, before the first write, when a stage is pointed at a table with rows: without it the first sales would be
refused for codes that exist. It reads the keys of all rows of a kind (sales, expenses, products, users, or events by
their channel) and moves each store's counter up to the highest number.

Safe to repeat, also while the store sells: a counter is never moved down.

  python -m operations seed-counters --stage dev --rows ventas --table EXISTING-SALES-TABLE
  python -m operations seed-counters --stage dev --rows gastos
"""
EVENTS: Final = "eventos"
ROWS: Final = (*(kind.counter for kind in Kind), EVENTS)
"""What is numbered, by the name of its table."""
CounterKey = tuple[str, str]
"""A store, and the name of one of its counters."""


def highest_numbers(client: "DynamoDBClient", rows: str, table: str) -> Mapping[CounterKey, int]:
    """Return where each counter of a kind of rows must stand; rows with another kind of key are passed over."""
    highest: dict[CounterKey, int] = {}
    pages = client.get_paginator("scan").paginate(
        TableName=table, ProjectionExpression="tenant_id, entity_id", ConsistentRead=True
    )
    for page in pages:
        for item in page["Items"]:
            tenant_id = item["tenant_id"]["S"]
            numbered = _numbered(rows, tenant_id, item["entity_id"]["S"])
            if numbered is not None:
                counter, number = numbered
                key = (tenant_id, counter)
                highest[key] = max(highest.get(key, 0), number)
    return highest


def raise_counter(client: "DynamoDBClient", counters_table: str, key: CounterKey, value: int) -> bool:
    """Move a counter up to ``value``; return whether it stood lower or had no row."""
    tenant_id, counter = key
    row = make_row(tenant_id, counter, {"value": value}, moment=obtener_fecha_hora_peru())
    return put_if(
        client,
        counters_table,
        row,
        condition="attribute_not_exists(entity_id) OR #data.#value < :value",
        names={"#data": "data", "#value": "value"},
        values={":value": value},
    )


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    summary = "Move counters up to the codes that exist."
    parser = add_command(commands, "seed-counters", run, summary=summary, manual=MANUAL)
    parser.add_argument("--rows", required=True, choices=ROWS, help="what is numbered, by its table's name")
    parser.add_argument("--table", help="its physical name, where it is not saai-STAGE-ROWS")
    add_table(parser, "counters")


def run(chosen: argparse.Namespace) -> None:
    """Seed the stage's counters of these rows, and print a line for each."""
    client = operator_client("dynamodb")
    table, counters = chosen.table or physical_name(chosen.stage, chosen.rows), table_of(chosen, "counters")
    highest = highest_numbers(client, chosen.rows, table)
    if not highest:
        report(f"no numbered rows in {table}")
    for key, value in sorted(highest.items()):
        moved = raise_counter(client, counters, key, value)
        report(f"{' '.join(key)}: {'set to' if moved else 'stands at or above'} {value}")


def _numbered(rows: str, tenant_id: str, entity_id: str) -> tuple[str, int] | None:
    """Return the counter and the number of a row's key; None where it is no key of this kind and store."""
    if rows == EVENTS:
        canal, _, digits = entity_id.partition("#")
        known = canal in list(Canal) and digits.isdecimal() and entity_id_of(Canal(canal), int(digits)) == entity_id
        return (counter_name(Canal(canal)), int(digits)) if known else None
    (kind,) = (kind for kind in Kind if kind.counter == rows)
    try:
        code = kind.parse(entity_id)
    except InvalidCode:
        return None
    return (kind.counter, number_of(code)) if tenant_of(code) == tenant_id else None
