"""``new-log``: tell screens that a store's event log is another one, after it was restored to a point in time."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from saai_domain.aws.dynamodb import Key, put_if, update_if
from saai_domain.codes import PLATFORM, TenantId, parse_store_code
from saai_domain.errors import InvalidCode
from saai_domain.event_log import counter_name
from saai_domain.events import Canal
from saai_domain.rows import make_row
from saai_domain.time import Clock, iso_timestamp, lima_now

from operations.command import Commands, add_command, add_stores, add_table, operator_client, report, table_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MANUAL: Final = """\
Needed after a restore only (docs/operations.md, "A restore to a point in time"). The counters come back with the rows,
so a screen that had events which no longer exist would take new ones for them. Under a new id of the log its cursor
counts no more: it loads everything anew. Writes the row eventos#tienda of saai-STAGE-counters of each store.

Safe to repeat: screens load once more.

  python -m operations new-log --stage dev --all-stores
  python -m operations new-log --stage dev --store T001
"""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    summary = "Have screens load everything anew, after a restore."
    parser = add_command(commands, "new-log", run, summary=summary, manual=MANUAL)
    add_stores(parser, every="every store, active or not")
    for table in ("counters", "tiendas"):
        add_table(parser, table)


def run(chosen: argparse.Namespace) -> None:
    """Give every store that was chosen a new log."""
    client = operator_client("dynamodb")
    counters = table_of(chosen, "counters")
    stores = chosen.store or stores_of(client, tiendas_table=table_of(chosen, "tiendas"), counters_table=counters)
    for tenant_id in stores:
        report(f"{tenant_id}: log {begin_log(client, counters, tenant_id)}")


def stores_of(client: "DynamoDBClient", *, tiendas_table: str, counters_table: str) -> Sequence[TenantId]:
    """Return every store that has a row, or a counter."""
    scan = client.get_paginator("scan")
    found: set[str] = set()
    for page in scan.paginate(TableName=tiendas_table, ProjectionExpression="tenant_id, entity_id"):
        found |= {item["entity_id"]["S"] for item in page["Items"] if item["tenant_id"]["S"] == PLATFORM}
    for page in scan.paginate(TableName=counters_table, ProjectionExpression="tenant_id"):
        found |= {item["tenant_id"]["S"] for item in page["Items"]}
    return sorted(code for code in map(_store_or_none, found) if code is not None)


def begin_log(client: "DynamoDBClient", counters_table: str, tenant_id: TenantId, *, clock: Clock = lima_now) -> str:
    """Give a store's log a new id, the moment, and return it."""
    log = iso_timestamp(clock())
    name = counter_name(Canal.TIENDA)
    first = make_row(tenant_id, name, {"value": 0, "log": log}, moment=log)
    changed = update_if(
        client,
        Key(counters_table, tenant_id, name),
        expression="SET #data.#log = :log, #data.updated_at = :log",
        condition="attribute_exists(entity_id)",
        names={"#data": "data", "#log": "log"},
        values={":log": log},
    )
    if not changed and not put_if(client, counters_table, first, condition="attribute_not_exists(entity_id)"):
        # Its first event was faster.
        return begin_log(client, counters_table, tenant_id, clock=clock)
    return log


def _store_or_none(value: str) -> TenantId | None:
    try:
        return parse_store_code(value)
    except InvalidCode:
        return None
