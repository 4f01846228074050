"""DynamoDB in memory: the operations that this project calls, with AWS's rules for transactions.

It stands where botocore's client does. Differences from AWS: an index is never behind, and nothing is throttled.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
from botocore.exceptions import ClientError

from saai_domain.testing.expressions import Item, holds, updated

INDEXES: Final[Mapping[str, tuple[str, str]]] = {
    "por_conexion": ("entity_id", "tenant_id"),
    "pendientes": ("pendiente", "created_epoch"),
}
"""Each index's hash key, and by what its rows are sorted."""

RowKey = tuple[str, str, str]
"""Table, store, entity."""


@attrs.define(kw_only=True, eq=False)
class SimulatedDynamoDB:
    """Tables that exist as soon as they are named. Calls take ``seconds`` each; safe on many threads."""

    seconds: float = 0.0
    sleep: Callable[[float], None] = time.sleep
    page_size: int = 1_000_000
    """Rows in a page; a small one has every reader page."""
    _tables: dict[str, dict[tuple[str, str], Item]] = attrs.field(factory=dict)
    _writing: set[RowKey] = attrs.field(factory=set)
    """Rows of transactions under way."""
    _tokens: set[str] = attrs.field(factory=set)
    _lock: threading.RLock = attrs.field(factory=threading.RLock)

    def rows(self, table: str) -> Sequence[Item]:
        """Return a table's rows in the order of their keys."""
        with self._lock:
            return [item for _, item in sorted(self._tables.get(table, {}).items())]

    def get_item(self, *, TableName: str, Key: Item, **_: Any) -> dict[str, Any]:  # noqa: N803 - DynamoDB's names
        """Read a row."""
        self._travel()
        with self._lock:
            item = self._table(TableName).get(_row(Key))
        return {} if item is None else {"Item": item}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        """Read many rows, at one moment."""
        self._travel()
        with self._lock:
            return {
                "Responses": {
                    table: [self._table(table)[_row(key)] for key in wanted["Keys"] if _row(key) in self._table(table)]
                    for table, wanted in RequestItems.items()
                },
                "UnprocessedKeys": {},
            }

    def put_item(self, *, TableName: str, Item: Item, **condition: Any) -> dict[str, Any]:  # noqa: N803
        """Write a row."""
        self._write(TableName, _row(Item), condition, lambda _: Item)
        return {}

    def delete_item(self, *, TableName: str, Key: Item, **condition: Any) -> dict[str, Any]:  # noqa: N803
        """Delete a row and return what it was."""
        old = self._write(TableName, _row(Key), condition, lambda _: None)
        return {} if old is None else {"Attributes": old}

    def update_item(self, *, TableName: str, Key: Item, UpdateExpression: str, **rest: Any) -> dict[str, Any]:  # noqa: N803
        """Change a row, or make it."""

        def change(old: Item | None) -> Item:
            return updated(UpdateExpression, old or dict(Key), _names(rest), _values(rest))

        self._write(TableName, _row(Key), rest, change)
        return {}

    def transact_write_items(self, *, TransactItems: Sequence[Any], ClientRequestToken: str) -> dict[str, Any]:  # noqa: N803
        """Write all or nothing. A row that another transaction is writing cancels this one: TransactionConflict."""
        actions = [_action(each) for each in TransactItems]
        rows = [row for row, _, _ in actions]
        with self._lock:
            if ClientRequestToken in self._tokens:
                return {}
            busy = [row in self._writing for row in rows]
            if any(busy):
                raise _cancelled(["TransactionConflict" if each else "None" for each in busy])
            self._writing.update(rows)
        try:
            self._travel()
            with self._lock:
                olds = [self._table(table).get((tenant, entity)) for table, tenant, entity in rows]
                met = [_met(old, params) for old, (_, params, _) in zip(olds, actions, strict=True)]
                if not all(met):
                    raise _cancelled(["None" if each else "ConditionalCheckFailed" for each in met])
                for (table, tenant, entity), old, (_, _, change) in zip(rows, olds, actions, strict=True):
                    self._store(table, (tenant, entity), change(old))
                self._tokens.add(ClientRequestToken)
        finally:
            with self._lock:
                self._writing.difference_update(rows)
        return {}

    def scan(self, *, TableName: str) -> dict[str, Any]:  # noqa: N803
        """Read a whole table."""
        self._travel()
        return {"Items": list(self.rows(TableName))}

    def query(self, **params: Any) -> dict[str, Any]:
        """Read the first page of what a key condition names."""
        return next(self._pages(params))

    def get_paginator(self, operation: str) -> "_Paginator":
        """Return what reads all pages of a query."""
        if operation != "query":
            raise NotImplementedError(operation)
        return _Paginator(self._pages)

    def _pages(self, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        names, values = _names(params), _values(params)
        index = INDEXES.get(params.get("IndexName", ""))
        hash_key, range_key = index or ("tenant_id", "entity_id")
        with self._lock:
            found = [
                item
                for item in self._table(params["TableName"]).values()
                if hash_key in item and holds(params["KeyConditionExpression"], item, names, values)
            ]
        found.sort(key=lambda item: _sortable(item[range_key]), reverse=not params.get("ScanIndexForward", True))
        size = min(self.page_size, params.get("PaginationConfig", {}).get("PageSize", self.page_size))
        for start in range(0, max(len(found), 1), size):
            self._travel()
            yield {"Items": found[start : start + size]}

    def _write(
        self, table: str, row: tuple[str, str], params: Mapping[str, Any], change: Callable[[Item | None], Item | None]
    ) -> Item | None:
        self._travel()
        with self._lock:
            old = self._table(table).get(row)
            if (table, *row) in self._writing:
                raise _error("TransactionConflictException")
            if not _met(old, params):
                raise _error("ConditionalCheckFailedException")
            self._store(table, row, change(old))
        return old

    def _store(self, table: str, row: tuple[str, str], item: Item | None) -> None:
        if item is None:
            self._table(table).pop(row, None)
        else:
            self._table(table)[row] = item

    def _table(self, name: str) -> dict[tuple[str, str], Item]:
        return self._tables.setdefault(name, {})

    def _travel(self) -> None:
        if self.seconds:
            self.sleep(self.seconds)


@attrs.frozen
class _Paginator:
    pages: Callable[[Mapping[str, Any]], Iterator[dict[str, Any]]]

    def paginate(self, **params: Any) -> Iterator[dict[str, Any]]:
        return self.pages(params)


def _action(action: Mapping[str, Any]) -> tuple[RowKey, Mapping[str, Any], Callable[[Item | None], Item | None]]:
    """Return a transaction's action as its row, its condition and its change."""
    ((kind, params),) = action.items()
    if kind == "Put":
        return (params["TableName"], *_row(params["Item"])), params, lambda _: params["Item"]
    row = (params["TableName"], *_row(params["Key"]))
    match kind:
        case "Update":
            names, values = _names(params), _values(params)
            return (
                row,
                params,
                lambda old: updated(params["UpdateExpression"], old or dict(params["Key"]), names, values),
            )
        case "ConditionCheck":
            return row, params, lambda old: old
        case "Delete":
            return row, params, lambda _: None
        case _:
            raise NotImplementedError(kind)


def _row(key: Mapping[str, Any]) -> tuple[str, str]:
    return key["tenant_id"]["S"], key["entity_id"]["S"]


def _names(params: Mapping[str, Any]) -> Mapping[str, str]:
    return params.get("ExpressionAttributeNames", {})


def _values(params: Mapping[str, Any]) -> Mapping[str, Any]:
    return params.get("ExpressionAttributeValues", {})


def _met(old: Item | None, params: Mapping[str, Any]) -> bool:
    condition = params.get("ConditionExpression")
    return condition is None or holds(condition, old or {}, _names(params), _values(params))


def _sortable(value: Mapping[str, str]) -> Any:
    return Decimal(value["N"]) if "N" in value else value["S"]


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "DynamoDB")


def _cancelled(reasons: Sequence[str]) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
            "CancellationReasons": [{"Code": reason} for reason in reasons],
        },
        "TransactWriteItems",
    )
