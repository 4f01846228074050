"""DynamoDB in memory: the operations that this project calls, with AWS's rules for them.

It stands where botocore's client does. Differences from AWS: an index is never behind, nothing is throttled, a page
ends by its number of rows instead of 1 MB, and reserved words pass. The rest is compared with DynamoDB Local, which is
AWS's own (``tests/aws_rules/dynamodb``).
"""

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
from aws_lite.services.dynamodb import Exceptions, Pages
from botocore.exceptions import ClientError

from saai_domain.testing.expressions import Names, Values, check, holds, placeholders, projected, targets, updated
from saai_domain.testing.values import Invalid, Item, kept_item, plain

__all__ = ["Change", "SimulatedDynamoDB"]

INDEXES: Final[Mapping[str, tuple[str, str]]] = {
    "por_conexion": ("entity_id", "tenant_id"),
    "pendientes": ("pendiente", "created_epoch"),
}
"""Each index's hash key, and by what its rows are sorted. It holds the keys only."""
KEYS: Final = ("tenant_id", "entity_id")
"""Of every table."""
TOKEN_SECONDS: Final = 600
"""How long a transaction's token is known (Amazon DynamoDB Developer Guide, "Idempotency")."""
_SPARSE: Final = tuple(hash_key for hash_key, _ in INDEXES.values() if hash_key not in KEYS)
_STORE: Final = re.compile(r"\s*tenant_id\s*=\s*(:\w+)\b")
MAX_ACTIONS: Final = 100
MAX_BATCH_READ: Final = 100
MAX_BATCH_WRITE: Final = 25

RowKey = tuple[str, str, str]
"""Table, store, entity."""
Written = Mapping[RowKey, tuple[Item | None, Item | None]]
"""What a write did to its rows: as they were, and as they are; None for a row that isn't there."""
Change = Callable[[Item | None], Item | None]
Params = Mapping[str, Any]


@attrs.define(kw_only=True, eq=False)
class SimulatedDynamoDB:
    """Tables that exist as soon as they are named. Calls take ``seconds`` each; safe on many threads."""

    seconds: float = 0.0
    sleep: Callable[[float], None] = time.sleep
    page_size: int = 1_000_000
    """Rows in a page; a small one has every reader page."""
    exceptions: Exceptions = attrs.field(init=False, factory=Exceptions)
    """By name, as in botocore."""
    reading_order: Callable[[Sequence[RowKey]], Iterable[RowKey]] = tuple
    """In which order the rows of a batch are read: AWS promises none."""
    between_rows: Callable[[RowKey], object] | None = None
    """What others do while a batch is read: called with each row that was read, before the next one is."""
    written: Callable[[Written], object] | None = None
    """Told of each write that took effect, before anybody else can write; not of what ``load`` and ``expire`` do."""
    _tables: dict[str, "_Table"] = attrs.field(init=False, factory=dict)
    _writing: set[RowKey] = attrs.field(init=False, factory=set)
    """Rows of transactions under way."""
    _tokens: dict[str, tuple[float, object]] = attrs.field(init=False, factory=dict)
    """When and what was written under each token, the oldest first."""
    _lock: threading.RLock = attrs.field(init=False, factory=threading.RLock)

    def rows(self, table: str) -> Sequence[Item]:
        """Return a table's rows in the order of their keys."""
        with self._lock:
            return sorted(self._table(table), key=_key_of)

    def load(self, table: str, item: Item) -> None:
        """Put a row that is there before anything is asked: no call, and not looked at."""
        self._store((table, *_row({name: item[name] for name in KEYS})), item)

    def expire(self, epoch: float) -> int:
        """Delete the rows whose ``ttl`` has passed, in epoch seconds, and return how many. AWS takes days for that."""
        with self._lock:
            over = [
                (name, *_key_of(item))
                for name, table in self._tables.items()
                for item in table
                if "N" in item.get("ttl", {}) and float(item["ttl"]["N"]) < epoch
            ]
            for row in over:
                self._store(row, None)
        return len(over)

    def get_item(self, **params: Any) -> dict[str, Any]:
        """Read a row."""
        self._check(params)
        row = _row(params["Key"])
        self._travel()
        with self._lock:
            item = self._table(params["TableName"]).get(row)
        return {} if item is None else {"Item": _shown(item, params)}

    def batch_get_item(self, *, RequestItems: Params) -> dict[str, Any]:  # noqa: N803 - DynamoDB's names
        """Read many rows, each at its own moment: ``between_rows`` tells which row was read."""
        rows = [(table, *_row(key)) for table, wanted in RequestItems.items() for key in wanted["Keys"]]
        _require(len(rows) <= MAX_BATCH_READ and len(set(rows)) == len(rows), "rows")
        self._travel()
        found: dict[str, list[Item]] = {table: [] for table in RequestItems}
        for row in self.reading_order(rows):
            table = row[0]
            with self._lock:
                item = self._table(table).get(row[1:])
            if item is not None:
                found[table].append(_shown(item, RequestItems[table]))
            if self.between_rows is not None:
                self.between_rows(row)
        return {"Responses": found, "UnprocessedKeys": {}}

    def put_item(self, **params: Any) -> dict[str, Any]:
        """Write a row."""
        return self._write(params, _action("Put", params))

    def delete_item(self, **params: Any) -> dict[str, Any]:
        """Delete a row."""
        return self._write(params, _action("Delete", params))

    def update_item(self, **params: Any) -> dict[str, Any]:
        """Change a row, or make it."""
        return self._write(params, _action("Update", params))

    def batch_write_item(self, *, RequestItems: Params) -> dict[str, Any]:  # noqa: N803 - DynamoDB's names
        """Put and delete rows, without conditions."""
        actions = [
            _action(kind.removesuffix("Request"), {"TableName": table, **params})
            for table, requests in RequestItems.items()
            for request in requests
            for kind, params in request.items()
        ]
        rows = [action.row for action in actions]
        _require(0 < len(rows) <= MAX_BATCH_WRITE and len(set(rows)) == len(rows), "rows")
        self._travel()
        with self._lock:
            self._store_all({action.row: action.change(None) for action in actions})
        return {"UnprocessedItems": {}}

    def transact_write_items(
        self,
        *,
        TransactItems: Sequence[Any],  # noqa: N803 - DynamoDB's names
        ClientRequestToken: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        """Write all or nothing. A row that another transaction is writing cancels this one: TransactionConflict."""
        actions = [_action(kind, params) for each in TransactItems for kind, params in each.items()]
        rows = [action.row for action in actions]
        _require(0 < len(rows) <= MAX_ACTIONS and len(set(rows)) == len(rows), "one action a row")
        for action in actions:
            self._check(action.params)
        with self._lock:
            self._forget_tokens()
            if ClientRequestToken in self._tokens:
                if self._tokens[ClientRequestToken][1] != TransactItems:
                    raise _error("IdempotentParameterMismatchException")
                return {}
            busy = [row in self._writing for row in rows]
            if any(busy):
                raise _cancelled(["TransactionConflict" if each else "None" for each in busy])
            self._writing.update(rows)
        try:
            self._travel()
            with self._lock:
                news = [_outcome(action, self._table(action.row[0]).get(action.row[1:])) for action in actions]
                reasons = [new if isinstance(new, str) else "None" for new in news]
                if any(reason != "None" for reason in reasons):
                    raise _cancelled(reasons)
                self._store_all(
                    {row: None if isinstance(new, str) else new for row, new in zip(rows, news, strict=True)}
                )
                if ClientRequestToken is not None:
                    self._tokens[ClientRequestToken] = (time.time(), TransactItems)
        finally:
            with self._lock:
                self._writing.difference_update(rows)
        return {}

    def scan(self, **params: Any) -> dict[str, Any]:
        """Read a page of a whole table."""
        self._check(params)
        with self._lock:
            found = list(_after(self._table(params["TableName"]), params))
        return self._page(sorted(found, key=_key_of), params)

    def query(self, **params: Any) -> dict[str, Any]:
        """Read a page of what a key condition names."""
        self._check(params)
        return self._page(self.named(params), params)

    def named(self, params: Params) -> list[Item]:
        """Return all that a query's key condition names after its start, whole and in order."""
        hash_key, range_key = INDEXES.get(params.get("IndexName", ""), KEYS)
        met = _condition(params, "KeyConditionExpression")
        with self._lock:
            table = self._table(params["TableName"])
            rows = table.with_attribute(hash_key) if "IndexName" in params else table.of_store(_store_of(params))
            indexed = (item for item in rows if hash_key in item and range_key in item)
            found = [item for item in _after(indexed, params) if met(item)]
        return sorted(found, key=_order(params), reverse=not params.get("ScanIndexForward", True))

    def get_paginator(self, operation: str) -> Pages:
        """Return what reads all pages of a query or a scan."""
        return Pages({"query": self.query, "scan": self.scan}[operation])

    def _page(self, found: Sequence[Item], params: Params) -> dict[str, Any]:
        """Cut a page out of what was found: filters come after the limit."""
        self._travel()
        limit = params.get("Limit", len(found) + 1)
        page = found[: min(self.page_size, limit)]
        met = _condition(params, "FilterExpression")
        items = [item for item in page if met(item)]
        answer: dict[str, Any] = {
            "Items": [_shown(item, params) for item in items],
            "Count": len(items),
            "ScannedCount": len(page),
        }
        # A limit that is reached says that there may be more, even where there isn't.
        if len(page) == limit or len(page) < len(found):
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in _key_names(params)}
        return answer

    def _write(self, params: Params, action: "_Action") -> dict[str, Any]:
        self._check(params)
        self._travel()
        with self._lock:
            old = self._table(action.row[0]).get(action.row[1:])
            if action.row in self._writing:
                raise _error("TransactionConflictException")
            new = _outcome(action, old)
            if isinstance(new, str):
                raise _error(f"{new}Exception" if new == "ConditionalCheckFailed" else "ValidationException")
            self._store_all({action.row: new})
        shown = {"ALL_OLD": old, "ALL_NEW": new}.get(params.get("ReturnValues", "NONE"))
        return {"Attributes": shown} if shown else {}

    def _forget_tokens(self) -> None:
        oldest = time.time() - TOKEN_SECONDS
        while self._tokens and next(iter(self._tokens.values()))[0] < oldest:
            del self._tokens[next(iter(self._tokens))]

    def _store_all(self, news: Mapping[RowKey, Item | None]) -> None:
        """Make one write's changes, and tell of them."""
        olds = {row: self._table(row[0]).get(row[1:]) for row in news}
        for row, item in news.items():
            self._store(row, item)
        if self.written is not None:
            self.written({row: (olds[row], item) for row, item in news.items()})

    def _store(self, row: RowKey, item: Item | None) -> None:
        self._table(row[0]).put(row[1:], item)

    def _table(self, name: str) -> "_Table":
        return self._tables.setdefault(name, _Table())

    def _check(self, params: Params) -> None:
        """Refuse what DynamoDB refuses before it looks at a row."""
        used = placeholders(*(text for name, text in params.items() if name.endswith("Expression")))
        _require(used == {*_names(params), *_values(params)}, "placeholders")
        for name in ("ConditionExpression", "KeyConditionExpression", "FilterExpression"):
            if name in params:
                _check_values(params[name], params)
        if "UpdateExpression" in params:
            paths = targets(params["UpdateExpression"], _names(params))
            _require(not any(path[0] in KEYS for path in paths), "a key can't be updated")
            _require(not any(_overlap(one, other) for n, one in enumerate(paths) for other in paths[:n]), "paths")

    def _travel(self) -> None:
        if self.seconds:
            self.sleep(self.seconds)


@attrs.frozen
class _Table:
    """A table's rows, by store: whoever asks for one doesn't meet the others'."""

    stores: dict[str, dict[str, Item]] = attrs.field(factory=dict)
    sparse: dict[str, dict[tuple[str, str], Item]] = attrs.field(factory=dict)
    """The rows that have an index's hash key, where not every row has."""

    def __iter__(self) -> Iterator[Item]:
        return (item for rows in self.stores.values() for item in rows.values())

    def get(self, key: tuple[str, str]) -> Item | None:
        return self.stores.get(key[0], {}).get(key[1])

    def put(self, key: tuple[str, str], item: Item | None) -> None:
        if item is not None:
            self.stores.setdefault(key[0], {})[key[1]] = item
        elif key[0] in self.stores:
            self.stores[key[0]].pop(key[1], None)
        for name in _SPARSE:
            rows = self.sparse.setdefault(name, {})
            if item is not None and name in item:
                rows[key] = item
            else:
                rows.pop(key, None)

    def with_attribute(self, name: str) -> Iterable[Item]:
        """Return the rows that have an index's hash key."""
        return self.sparse.get(name, {}).values() if name in _SPARSE else self

    def of_store(self, tenant_id: str | None) -> Iterable[Item]:
        """Return a store's rows; all rows where it isn't known."""
        return self if tenant_id is None else self.stores.get(tenant_id, {}).values()


@attrs.frozen
class _Action:
    """A write: its row, its parameters, and what it makes of what is there."""

    row: RowKey
    params: Params
    change: Change


def _action(kind: str, params: Params) -> _Action:
    match kind:
        case "Put":
            try:
                item = kept_item(params["Item"])
            except Invalid as invalid:
                raise _error("ValidationException") from invalid
            key = {name: value for name, value in item.items() if name in KEYS}
            return _Action((params["TableName"], *_row(key)), params, lambda _: item)
        case "Update":
            names, values, expression = _names(params), _values(params), params["UpdateExpression"]

            def change(old: Item | None) -> Item:
                return updated(expression, old or dict(params["Key"]), names, values)

        case "ConditionCheck":

            def change(old: Item | None) -> Item | None:
                return old

        case "Delete":

            def change(_: Item | None) -> None:
                return None

        case _:
            raise NotImplementedError(kind)
    return _Action((params["TableName"], *_row(params["Key"])), params, change)


def _outcome(action: _Action, old: Item | None) -> Item | str | None:
    """Return what the action makes of a row, or the reason why it doesn't."""
    if not _condition(action.params, "ConditionExpression")(old or {}):
        return "ConditionalCheckFailed"
    try:
        return action.change(old)
    except Invalid:
        return "ValidationError"


def _row(key: Mapping[str, Any]) -> tuple[str, str]:
    _require(key.keys() == set(KEYS) and all(value.get("S") for value in key.values()), "keys")
    return key["tenant_id"]["S"], key["entity_id"]["S"]


def _key_of(item: Item) -> tuple[str, str]:
    return item["tenant_id"]["S"], item["entity_id"]["S"]


def _key_names(params: Params) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*KEYS, *INDEXES.get(params.get("IndexName", ""), ()))))


def _store_of(params: Params) -> str | None:
    """Return the store that a query's key condition names first; None where it doesn't."""
    named = _STORE.match(params.get("KeyConditionExpression", ""))
    found: str | None = params["ExpressionAttributeValues"][named[1]].get("S") if named else None
    return found


def _order(params: Params) -> Callable[[Item], Any]:
    """By what a query's rows are sorted; the row's own key decides where an index has two alike."""
    _, range_key = INDEXES.get(params.get("IndexName", ""), KEYS)
    return lambda item: (plain(item[range_key]), _key_of(item))


def _after(items: Iterable[Item], params: Params) -> Iterable[Item]:
    """Leave out what stands before the key that a page starts after."""
    start = params.get("ExclusiveStartKey")
    if start is None:
        return items
    order, forward = _order(params), params.get("ScanIndexForward", True)
    place = order(start)
    return (item for item in items if (order(item) > place if forward else order(item) < place))


def _shown(item: Item, params: Params) -> Item:
    """Return what an answer holds of a row: an index has its keys only."""
    if "IndexName" in params:
        return {name: item[name] for name in _key_names(params)}
    expression = params.get("ProjectionExpression")
    return item if expression is None else projected(expression, item, _names(params))


def _overlap(one: Sequence[str], other: Sequence[str]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _names(params: Params) -> Names:
    names: Names = params.get("ExpressionAttributeNames", {})
    return names


def _values(params: Params) -> Values:
    try:
        return kept_item(params.get("ExpressionAttributeValues", {}))
    except Invalid as invalid:
        raise _error("ValidationException") from invalid


def _condition(params: Params, name: str) -> Callable[[Item], bool]:
    """Return one of a request's conditions as a function; one that it doesn't have always holds."""
    text, names, values = params.get(name), _names(params), _values(params)

    return lambda item: text is None or holds(text, item, names, values)


def _check_values(condition: str, params: Params) -> None:
    try:
        check(condition, _values(params))
    except Invalid as invalid:
        raise _error("ValidationException") from invalid


def _require(fact: object, what: str) -> None:
    if not fact:
        raise _error("ValidationException", what)


def _error(code: str, message: str = "") -> ClientError:
    error: ClientError = ClientError({"Error": {"Code": code, "Message": message or code}}, "DynamoDB")
    return error


def _cancelled(reasons: Sequence[str]) -> ClientError:
    response: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    cancelled: ClientError = ClientError(response, "TransactWriteItems")
    return cancelled
