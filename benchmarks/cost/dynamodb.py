"""The simulated DynamoDB, metered: what each call reads and writes, in the units that AWS bills.

Units go by the Amazon DynamoDB Developer Guide, "DynamoDB read and write operations" and "Using Global Secondary
Indexes": a read is billed by 4 KB, each item of a BatchGetItem by itself and a page of a Query by its sum, half where
it may be behind; a write by 1 KB of the larger of what was and what is there, twice in a transaction; a write that an
index sees by its entry as well. An index's part in a transaction is counted once: AWS doesn't say that it doubles.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_infra.table_specs import TABLES
from saai_support.metered import PAGE, READ_UNIT, WRITE_UNIT, size_of, units

from benchmarks.cost.meter import Meter

Item = dict[str, Any]

_KEYS: Final = ("tenant_id", "entity_id")
TRANSACTION: Final = 2
"""A transaction's writes cost twice."""


@attrs.frozen
class MeteredDynamoDB:
    """Stands where botocore's client does. ``inner`` is for what nobody pays for."""

    inner: SimulatedDynamoDB
    meter: Meter

    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool = False) -> dict[str, Any]:  # noqa: N803 - DynamoDB's names
        self.meter.call("GetItem", "dynamodb read")
        answer = self.inner.get_item(TableName=TableName, Key=Key)
        self._read(TableName, [answer.get("Item", {})], consistent=ConsistentRead)
        return answer

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        self.meter.call("BatchGetItem", "dynamodb read")
        for table, request in RequestItems.items():
            for key in request["Keys"]:
                self._read(table, [self._row(table, key)], consistent=request.get("ConsistentRead", False))
        return self.inner.batch_get_item(RequestItems=RequestItems)

    def query(self, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - stands where boto's client does
        found: Sequence[Item] = self.inner.named(params)
        place = params["TableName"]
        if "IndexName" in params:
            place = f"{place}/{params['IndexName']}"
            found = [_entry(params["TableName"], params["IndexName"], item) for item in found]
        page = found[: params.get("Limit", len(found))]
        self.meter.call("Query", "dynamodb read", waits=0)
        for part in _pages(page):
            self.meter.milliseconds += self.meter.times["dynamodb read"]
            self._read(place, part, consistent=params.get("ConsistentRead", False))
        return {"Items": page, **({"LastEvaluatedKey": _key(page[-1])} if len(page) < len(found) else {})}

    def get_paginator(self, _query: str) -> "MeteredDynamoDB":
        return self

    def paginate(self, **params: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - the same
        yield self.query(**params)

    def put_item(self, *, TableName: str, Item: Item, **rest: Any) -> dict[str, Any]:  # noqa: ANN401, N803
        with self._written(TableName, Item):
            self.meter.call("PutItem", "dynamodb write")
            return self.inner.put_item(TableName=TableName, Item=Item, **rest)

    def update_item(self, *, TableName: str, Key: Item, **rest: Any) -> dict[str, Any]:  # noqa: ANN401, N803
        with self._written(TableName, Key):
            self.meter.call("UpdateItem", "dynamodb write")
            return self.inner.update_item(TableName=TableName, Key=Key, **rest)

    def delete_item(self, *, TableName: str, Key: Item, **rest: Any) -> dict[str, Any]:  # noqa: ANN401, N803
        with self._written(TableName, Key):
            self.meter.call("DeleteItem", "dynamodb write")
            return self.inner.delete_item(TableName=TableName, Key=Key, **rest)

    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        self.meter.call("BatchWriteItem", "dynamodb write")
        for table, requests in RequestItems.items():
            for request in requests:
                item = request["PutRequest"]["Item"]
                with self._written(table, item):
                    self.inner.put_item(TableName=table, Item=item)
        return {}

    def transact_write_items(self, *, TransactItems: Sequence[Any], ClientRequestToken: str) -> dict[str, Any]:  # noqa: N803
        self.meter.call("TransactWriteItems", "dynamodb transaction")
        places = [(each["TableName"], each.get("Item") or each["Key"]) for each in map(_params, TransactItems)]
        olds = [self._row(table, key) for table, key in places]
        answer = self.inner.transact_write_items(TransactItems=TransactItems, ClientRequestToken=ClientRequestToken)
        for (table, key), old in zip(places, olds, strict=True):
            self._write(table, old, self._row(table, key), factor=TRANSACTION)
        return answer

    def _written(self, table: str, key: Item) -> "_Written":
        return _Written(self, table, key)

    def _row(self, table: str, key: Item) -> Item:
        return self.inner.get_item(TableName=table, Key=_key(key)).get("Item", {})

    def _read(self, place: str, items: Sequence[Item], *, consistent: bool) -> None:
        size = sum(map(size_of, items))
        self.meter.read(place, (1.0 if consistent else 0.5) * units(size, READ_UNIT))

    def _write(self, table: str, old: Item, new: Item, *, factor: int = 1) -> None:
        self.meter.write(table, factor * units(max(size_of(old), size_of(new)), WRITE_UNIT))
        for index in _indexes(table):
            before, after = _entry(table, index, old), _entry(table, index, new)
            if before != after:
                changed = [units(size_of(entry), WRITE_UNIT) for entry in (before, after) if entry]
                self.meter.write(f"{table}/{index}", sum(changed))


@attrs.define
class _Written:
    """Meters a write of one row: also one whose condition fails is billed."""

    client: MeteredDynamoDB
    table: str
    key: Item
    old: Item = attrs.field(factory=dict)

    def __enter__(self) -> None:
        self.old = self.client._row(self.table, self.key)  # noqa: SLF001 - a part of it

    def __exit__(self, *_: object) -> None:
        self.client._write(self.table, self.old, self.client._row(self.table, self.key))  # noqa: SLF001 - the same


def _params(action: Mapping[str, Any]) -> Mapping[str, Any]:
    (params,) = action.values()
    return params


def _key(item: Item) -> Item:
    return {name: item[name] for name in _KEYS}


def _indexes(table: str) -> Sequence[str]:
    return tuple(TABLES[table].indexes)


def _entry(table: str, index: str, item: Item) -> Item:
    """Return what an index of keys holds of an item; empty where the item isn't in it."""
    spec = TABLES[table].indexes[index]
    names = [name for name in (spec.hash_key, spec.range_key) if name is not None]
    return {name: item[name] for name in (*_KEYS, *names)} if all(name in item for name in names) else {}


def _pages(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Divide what a Query finds into pages of 1 MB; finding nothing takes a page."""
    start = size = 0
    for place, item in enumerate(items):
        size += size_of(item)
        if size > PAGE and place > start:
            yield items[start:place]
            start, size = place, size_of(item)
    yield items[start:]
