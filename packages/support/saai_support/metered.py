"""DynamoDB in memory, metered: what each call reads and writes, in the units that AWS bills.

Only the calls that the analytics make. Conditions always hold: there is one writer. Sizes and units go by the Amazon
DynamoDB Developer Guide, "Item sizes and formats" and "Read and write operations": BatchGetItem rounds each item up to
4 KB and bills a missing one like the smallest; Query rounds a page's sum; eventual consistency halves, a transaction
doubles.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

READ_UNIT: Final = 4_096
WRITE_UNIT: Final = 1_024
PAGE: Final = 1_048_576

Item = Mapping[str, Any]
Rows = dict[str, dict[str, Item]]
"""Rows of a table by store and entity."""


@attrs.define(kw_only=True)
class Meter:
    """Units by table, and the keys of all rows of ``ventas`` that were read."""

    reads: dict[str, float] = attrs.field(factory=dict)
    writes: dict[str, float] = attrs.field(factory=dict)
    sales_read: list[str] = attrs.field(factory=list)

    @property
    def read_units(self) -> float:
        return sum(self.reads.values())

    @property
    def write_units(self) -> float:
        return sum(self.writes.values())


@attrs.define
class MeteredDynamoDB:
    """The client. Tables exist from the start and are empty."""

    tables: dict[str, Rows] = attrs.field(factory=dict)
    meter: Meter = attrs.field(factory=Meter)

    def rows(self, table: str, tenant_id: str) -> dict[str, Item]:
        return self.tables.setdefault(table, {}).setdefault(tenant_id, {})

    def load(self, table: str, item: Item) -> None:
        """Put a row that is there before anything is metered."""
        self.rows(table, item["tenant_id"]["S"])[item["entity_id"]["S"]] = item

    def start_meter(self) -> Meter:
        """Begin to count anew; return what is counted from now on."""
        self.meter = Meter()
        return self.meter

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803 - DynamoDB's name
        return {"Responses": {table: self._get(table, request) for table, request in RequestItems.items()}}

    def _get(self, table: str, request: Mapping[str, Any]) -> Sequence[Item]:
        factor = 1.0 if request.get("ConsistentRead") else 0.5
        found: list[Item] = []
        for key in request["Keys"]:
            item = self.rows(table, key["tenant_id"]["S"]).get(key["entity_id"]["S"])
            self._read(table, factor * units(size_of(item) if item else 0, READ_UNIT))
            if item:
                found.append(item)
                if table == "ventas":
                    self.meter.sales_read.append(key["entity_id"]["S"])
        return found

    def get_paginator(self, _query: str) -> "MeteredDynamoDB":
        return self

    def paginate(
        self,
        *,
        TableName: str,  # noqa: N803 - DynamoDB's name
        ExpressionAttributeValues: Mapping[str, Mapping[str, str]],  # noqa: N803 - the same
        ConsistentRead: bool = False,  # noqa: N803 - the same
        **_: object,
    ) -> Iterator[dict[str, Any]]:
        """Answer a Query in pages. A projection changes nothing about the units."""
        tenant, *bounds = (value["S"] for value in ExpressionAttributeValues.values())
        first, last = bounds or ("", "\uffff")
        rows = self.rows(TableName, tenant)
        left = [rows[entity_id] for entity_id in sorted(rows) if first <= entity_id <= last]
        while True:
            page, left = _page(left)
            size = sum(size_of(item) for item in page)
            self._read(TableName, (1.0 if ConsistentRead else 0.5) * units(size, READ_UNIT))
            yield {"Items": page}
            if not left:
                return

    def put_item(self, *, TableName: str, Item: Item, **_: object) -> None:  # noqa: N803 - DynamoDB's names
        self._put(TableName, Item, factor=1)

    def transact_write_items(self, *, TransactItems: Sequence[Any], **_: object) -> None:  # noqa: N803 - DynamoDB's name
        for action in TransactItems:
            if "Put" in action:
                self._put(action["Put"]["TableName"], action["Put"]["Item"], factor=2)
            else:
                self._advance(action["Update"])

    def _advance(self, update: Mapping[str, Any]) -> None:
        """Move a counter on: the only update there is."""
        key = update["Key"]
        row = self.rows(update["TableName"], key["tenant_id"]["S"])[key["entity_id"]["S"]]
        row["data"]["M"]["value"] = update["ExpressionAttributeValues"][":next"]
        self._write(update["TableName"], 2)

    def _put(self, table: str, item: Item, *, factor: int) -> None:
        replaced = self.rows(table, item["tenant_id"]["S"]).get(item["entity_id"]["S"])
        size = max(size_of(item), size_of(replaced) if replaced else 0)
        self._write(table, factor * units(size, WRITE_UNIT))
        self.load(table, item)

    def _read(self, table: str, count: float) -> None:
        self.meter.reads[table] = self.meter.reads.get(table, 0.0) + count

    def _write(self, table: str, count: float) -> None:
        self.meter.writes[table] = self.meter.writes.get(table, 0.0) + count


def _page(rows: Sequence[Item]) -> tuple[Sequence[Item], Sequence[Item]]:
    """Return what fits a page, and the rest."""
    size = 0
    for place, row in enumerate(rows):
        size += size_of(row)
        if size > PAGE and place:
            return rows[:place], rows[place:]
    return rows, ()


def units(size: int, unit: int) -> int:
    """Round bytes up to units; the least is one."""
    return max(1, math.ceil(size / unit))


def size_of(item: Item) -> int:
    """Return an item's size in bytes."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return math.ceil(len(value.strip("-").replace(".", "")) / 2) + 1
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_size(each) for name, each in value.items())
        case "L":
            return 3 + sum(1 + _value_size(each) for each in value)
        case _:
            return 1
