"""``seed-counters``: seed the sale counters from the codes that exist, when a stage takes over existing sales."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from saai_domain.aws.dynamodb import put_if
from saai_domain.codes import number_of, parse_sale_code, tenant_of
from saai_domain.errors import InvalidCode
from saai_domain.rows import make_row
from saai_domain.time import obtener_fecha_hora_peru
from saai_events.sales.numbering import SALES_COUNTER

from operations.command import Commands, add_command, add_table, operator_client, report, table_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


MANUAL: Final = """\
Run it once, before the first sale, when a stage is pointed at a table with sales: without it the first sales would be
refused for codes that exist. It reads the keys of all sales and moves each store's counter up to its highest code.

Safe to repeat, also while sales are being made: a counter is never moved down.

  python -m operations seed-counters --stage dev --ventas-table EXISTING-SALES-TABLE
"""


def highest_numbers(client: "DynamoDBClient", ventas_table: str) -> Mapping[str, int]:
    """Return each store's highest sale number; rows whose key is not a sale's of its store are passed over."""
    highest: dict[str, int] = {}
    pages = client.get_paginator("scan").paginate(
        TableName=ventas_table, ProjectionExpression="tenant_id, entity_id", ConsistentRead=True
    )
    for page in pages:
        for item in page["Items"]:
            tenant = item["tenant_id"]["S"]
            try:
                code = parse_sale_code(item["entity_id"]["S"])
            except InvalidCode:
                continue
            if tenant_of(code) == tenant:
                highest[tenant] = max(highest.get(tenant, 0), number_of(code))
    return highest


def raise_counter(client: "DynamoDBClient", counters_table: str, tenant_id: str, value: int) -> bool:
    """Move a store's counter up to ``value``; return whether it stood lower or had no row."""
    row = make_row(tenant_id, SALES_COUNTER, {"value": value}, moment=obtener_fecha_hora_peru())
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
    summary = "Move the sale counters up to the codes that exist."
    parser = add_command(commands, "seed-counters", run, summary=summary, manual=MANUAL)
    add_table(parser, "ventas")
    add_table(parser, "counters")


def run(chosen: argparse.Namespace) -> None:
    """Seed the stage's counters, and print a line for each store."""
    client = operator_client("dynamodb")
    for tenant_id, value in sorted(highest_numbers(client, table_of(chosen, "ventas")).items()):
        moved = raise_counter(client, table_of(chosen, "counters"), tenant_id, value)
        report(f"{tenant_id}: {'set to' if moved else 'stands at or above'} {value}")
