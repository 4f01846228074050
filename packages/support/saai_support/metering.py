"""What the calls of an AWS in memory read and write, in the units in which AWS bills DynamoDB.

Units go by the Amazon DynamoDB Developer Guide, "DynamoDB read and write operations" and "Using Global Secondary
Indexes": a read is billed by 4 KB, each item of a BatchGetItem by itself and a page of a Query by its sum, half where
it may be behind; a write by 1 KB of the larger of what was and what is there, twice in a transaction; a write that an
index sees by its entry as well. An index's part in a transaction is counted once: AWS doesn't say that it doubles.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
from saai_domain.testing.aws import Call
from saai_domain.testing.dynamodb import KEYS, SimulatedDynamoDB
from saai_infra.table_specs import TABLES

READ_UNIT: Final = 4_096
WRITE_UNIT: Final = 1_024
PAGE: Final = 1_048_576

Item = Mapping[str, Any]

TRANSACTION: Final = 2
"""A transaction's writes cost twice."""


@attrs.define
class DynamoDBMeter:
    """Read and write units by table, of an index as ``{table}/{index}``. ``around`` stands around an AWS's calls."""

    dynamodb: SimulatedDynamoDB
    reads: dict[str, float] = attrs.field(factory=lambda: defaultdict(float))
    writes: dict[str, float] = attrs.field(factory=lambda: defaultdict(float))

    @property
    def read_units(self) -> float:
        return sum(self.reads.values())

    @property
    def write_units(self) -> float:
        return sum(self.writes.values())

    def around(self, call: Call, make: Callable[[], Any]) -> Any:
        """Make a call and count its units; a write whose condition fails is billed as well."""
        if call.service != "dynamodb":
            return make()
        self._count_reads(call)
        places = list(_written(call))
        before = [self._row(*place) for place in places]
        try:
            return make()
        finally:
            factor = TRANSACTION if call.operation == "transact_write_items" else 1
            for (table, key), old in zip(places, before, strict=True):
                self._count_write(table, old, self._row(table, key), factor)

    def pages(self, params: Mapping[str, Any]) -> Sequence[Sequence[Item]]:
        """Return what a Query reads, in pages of 1 MB; finding nothing takes a page."""
        found = self.dynamodb.named(params)[: params.get("Limit")]
        if "IndexName" in params:
            found = [_entry(params["TableName"], params["IndexName"], item) for item in found]
        pages: list[list[Item]] = [[]]
        size = 0
        for item in found:
            size += size_of(item)
            if size > PAGE and pages[-1]:
                pages.append([])
                size = size_of(item)
            pages[-1].append(item)
        return pages

    def _count_reads(self, call: Call) -> None:
        params = call.params
        match call.operation:
            case "get_item":
                self._count_read(params["TableName"], [self._row(params["TableName"], params["Key"])], params)
            case "batch_get_item":
                for table, wanted in params["RequestItems"].items():
                    for key in wanted["Keys"]:
                        self._count_read(table, [self._row(table, key)], wanted)
            case "query":
                index = f"/{params['IndexName']}" if "IndexName" in params else ""
                for page in self.pages(params):
                    self._count_read(f"{params['TableName']}{index}", page, params)
            case _:
                pass

    def _count_read(self, place: str, items: Sequence[Item], params: Mapping[str, Any]) -> None:
        size = sum(map(size_of, items))
        self.reads[place] += (1.0 if params.get("ConsistentRead") else 0.5) * units(size, READ_UNIT)

    def _count_write(self, table: str, old: Item, new: Item, factor: int) -> None:
        self.writes[table] += factor * units(max(size_of(old), size_of(new)), WRITE_UNIT)
        for index in TABLES[table].indexes:
            before, after = _entry(table, index, old), _entry(table, index, new)
            if before != after:
                changed = [units(size_of(entry), WRITE_UNIT) for entry in (before, after) if entry]
                self.writes[f"{table}/{index}"] += sum(changed)

    def _row(self, table: str, key: Item) -> Item:
        answer = self.dynamodb.get_item(TableName=table, Key={name: key[name] for name in KEYS})
        item: Item = answer.get("Item", {})
        return item


def _written(call: Call) -> Iterator[tuple[str, Item]]:
    """Yield the table and the key, or the whole row, of each row that a call writes."""
    params = call.params
    match call.operation:
        case "put_item":
            yield params["TableName"], params["Item"]
        case "update_item" | "delete_item":
            yield params["TableName"], params["Key"]
        case "batch_write_item":
            for table, requests in params["RequestItems"].items():
                yield from ((table, part.get("Item") or part["Key"]) for each in requests for part in each.values())
        case "transact_write_items":
            for action in params["TransactItems"]:
                yield from ((part["TableName"], part.get("Item") or part["Key"]) for part in action.values())
        case _:
            pass


def _entry(table: str, index: str, item: Item) -> Item:
    """Return what an index of keys holds of an item; empty where the item isn't in it."""
    names = tuple(TABLES[table].indexes[index].keys)
    return {name: item[name] for name in (*KEYS, *names)} if all(name in item for name in names) else {}


def rows_read(calls: Iterable[Call], table: str) -> list[str]:
    """Return the keys of a table's rows that BatchGetItem found, in the order of the calls."""
    return [
        row["entity_id"]["S"]
        for call in calls
        if call.operation == "batch_get_item" and call.answer
        for row in call.answer["Responses"].get(table, ())
    ]


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
