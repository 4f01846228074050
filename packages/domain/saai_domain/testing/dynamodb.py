"""DynamoDB in memory: the operations that this project calls, with AWS's rules for them.

It stands where botocore's client does. Differences from AWS: an index is never behind, nothing is throttled, a page
ends by its number of rows instead of 1 MB, and reserved words pass. The rest is compared with DynamoDB Local, which is
AWS's own (``tests/aws_rules/dynamodb``).
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import attrs
from aws_lite.services.dynamodb import Exceptions, Pages
from botocore.exceptions import ClientError

from saai_domain.testing.expressions import Names, Values, check, holds, placeholders, projected, targets, updated
from saai_domain.testing.tables import INDEXES, KEYS, Table
from saai_domain.testing.values import Invalid, Item, kept_item, plain

__all__ = ["Change", "SimulatedDynamoDB"]

TOKEN_SECONDS: Final = 600
"""How long a transaction's token is known (Amazon DynamoDB Developer Guide, "Idempotency")."""
_HASH_KEY: Final = re.compile(r"\s*(\w+)\s*=\s*(:\w+)\b")
_RANGE: Final = re.compile(r"\bentity_id\s+BETWEEN\s+(:\w+)\s+AND\s+(:\w+)")
_CONDITIONS: Final = ("ConditionExpression", "KeyConditionExpression", "FilterExpression")
_EXPRESSIONS: Final = (*_CONDITIONS, "UpdateExpression", "ProjectionExpression")
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
    _tables: dict[str, Table] = attrs.field(init=False, factory=dict)
    _writing: set[RowKey] = attrs.field(init=False, factory=set)
    """Rows of transactions under way."""
    _tokens: OrderedDict[str, tuple[float, object]] = attrs.field(init=False, factory=OrderedDict)
    """When and what was written under each token, the oldest first."""
    _lock: threading.RLock = attrs.field(init=False, factory=threading.RLock)

    def rows(self, table: str) -> Sequence[Item]:
        """Return a table's rows in the order of their keys."""
        with self._lock:
            return list(self._table(table).walk())

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        with self._lock:
            return sum(len(store.rows) for store in self._table(table).stores.values())

    def load(self, table: str, item: Item) -> None:
        """Put a row that is there before anything is asked: no call, and not looked at."""
        key = _row({name: item[name] for name in KEYS})
        with self._lock:
            rows = self._table(table)
            rows.put(key, item, rows.get(key))

    def expire(self, epoch: float) -> int:
        """Delete the rows whose ``ttl`` has passed, in epoch seconds, and return how many. AWS takes days for that."""
        with self._lock:
            return sum(table.expire(epoch) for table in self._tables.values())

    def get_item(self, **params: Any) -> dict[str, Any]:
        """Read a row."""
        _checked(params)
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
        return self._write(_action("Put", params))

    def delete_item(self, **params: Any) -> dict[str, Any]:
        """Delete a row."""
        return self._write(_action("Delete", params))

    def update_item(self, **params: Any) -> dict[str, Any]:
        """Change a row, or make it."""
        return self._write(_action("Update", params))

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
            self._store(
                {
                    action.row: (self._table(action.row[0]).get(action.row[1:]), action.change(None))
                    for action in actions
                }
            )
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
                olds = [self._table(row[0]).get(row[1:]) for row in rows]
                news = [_outcome(action, old) for action, old in zip(actions, olds, strict=True)]
                reasons = [new if isinstance(new, str) else "None" for new in news]
                if any(reason != "None" for reason in reasons):
                    raise _cancelled(reasons)
                self._store(
                    {
                        row: (old, None if isinstance(new, str) else new)
                        for row, old, new in zip(rows, olds, news, strict=True)
                    }
                )
                if ClientRequestToken is not None:
                    self._tokens[ClientRequestToken] = (time.time(), TransactItems)
        finally:
            with self._lock:
                self._writing.difference_update(rows)
        return {}

    def scan(self, **params: Any) -> dict[str, Any]:
        """Read a page of a whole table."""
        asked = _checked(params)
        self._travel()
        with self._lock:
            return self._page(_after(self._table(params["TableName"]).walk(), params, _key_of), asked)

    def query(self, **params: Any) -> dict[str, Any]:
        """Read a page of what a key condition names."""
        asked = _checked(params)
        self._travel()
        with self._lock:
            return self._page(self._named(asked), asked)

    def named(self, params: Params) -> list[Item]:
        """Return all that a query's key condition names after its start, whole and in order."""
        with self._lock:
            return list(self._named(_checked(params)))

    def _named(self, asked: "_Asked") -> Iterator[Item]:
        params = asked.params
        table, forward = self._table(params["TableName"]), params.get("ScanIndexForward", True)
        name, value = asked.hash_key
        rows: Iterable[Item]
        if "IndexName" in params:
            hash_key, range_key = INDEXES[params["IndexName"]]
            candidates = table.with_entity(value) if name == "entity_id" else table.sparse.get(hash_key, {}).values()
            indexed = [item for item in candidates if hash_key in item and range_key in item]
            rows = sorted(indexed, key=_order(params), reverse=not forward)
        elif name == "tenant_id":
            rows = table.of_store(value).walk(*asked.bounds, forward=forward)
        else:
            rows = table.walk() if forward else reversed(list(table.walk()))
        return (item for item in _after(rows, params, _order(params)) if asked.holds("KeyConditionExpression", item))

    def get_paginator(self, operation: str) -> Pages:
        """Return what reads all pages of a query or a scan."""
        return Pages({"query": self.query, "scan": self.scan}[operation])

    def _page(self, rows: Iterator[Item], asked: "_Asked") -> dict[str, Any]:
        """Cut a page out of rows: filters come after the limit."""
        params = asked.params
        size = min(self.page_size, params.get("Limit", self.page_size))
        page = list(islice(rows, size))
        items = [item for item in page if asked.holds("FilterExpression", item)]
        answer: dict[str, Any] = {
            "Items": [_shown(item, params) for item in items],
            "Count": len(items),
            "ScannedCount": len(page),
        }
        # A limit that is reached says that there may be more, even where there isn't.
        if len(page) == params.get("Limit") or next(rows, None) is not None:
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in _key_names(params)}
        return answer

    def _write(self, action: "_Action") -> dict[str, Any]:
        self._travel()
        with self._lock:
            old = self._table(action.row[0]).get(action.row[1:])
            if action.row in self._writing:
                raise _error("TransactionConflictException")
            new = _outcome(action, old)
            if isinstance(new, str):
                raise _error(f"{new}Exception" if new == "ConditionalCheckFailed" else "ValidationException")
            self._store({action.row: (old, new)})
        shown = {"ALL_OLD": old, "ALL_NEW": new}.get(action.asked.params.get("ReturnValues", "NONE"))
        return {"Attributes": shown} if shown else {}

    def _forget_tokens(self) -> None:
        oldest = time.time() - TOKEN_SECONDS
        while self._tokens and next(iter(self._tokens.values()))[0] < oldest:
            self._tokens.popitem(last=False)

    def _store(self, written: Written) -> None:
        """Make one write's changes, and tell of them."""
        for row, (old, new) in written.items():
            self._table(row[0]).put(row[1:], new, old)
        if self.written is not None:
            self.written(written)

    def _table(self, name: str) -> Table:
        table = self._tables.get(name)
        return self._tables.setdefault(name, Table()) if table is None else table

    def _travel(self) -> None:
        if self.seconds:
            self.sleep(self.seconds)


@attrs.frozen
class _Asked:
    """A call's parameters, once they are checked, with the values of its expressions as DynamoDB keeps them."""

    params: Params
    names: Names
    values: Values

    def holds(self, name: str, item: Item) -> bool:
        """Tell whether one of the conditions holds for an item; one that the call doesn't have always does."""
        text = self.params.get(name)
        return text is None or holds(text, item, self.names, self.values)

    @property
    def hash_key(self) -> tuple[str, str]:
        """The attribute that a query's key condition names first, and its value where that is a text."""
        named = _HASH_KEY.match(self.params.get("KeyConditionExpression", ""))
        return (named[1], self.values[named[2]].get("S", "")) if named else ("", "")

    @property
    def bounds(self) -> tuple[str, str | None]:
        """The entities between which a query's key condition looks; those of the whole store where it tells none."""
        named = _RANGE.search(self.params.get("KeyConditionExpression", ""))
        return (self.values[named[1]].get("S", ""), self.values[named[2]].get("S")) if named else ("", None)


def _checked(params: Params) -> _Asked:
    """Refuse what DynamoDB refuses before it looks at a row."""
    names = params.get("ExpressionAttributeNames", {})
    try:
        values = kept_item(params.get("ExpressionAttributeValues", {}))
        _check_texts(tuple([params.get(name) for name in _EXPRESSIONS]), tuple(names.items()), tuple(values))
        for name in _CONDITIONS:
            if name in params:
                check(params[name], values)
    except Invalid as invalid:
        raise _error("ValidationException") from invalid
    return _Asked(params, names, values)


@lru_cache(maxsize=1024)
def _check_texts(texts: Sequence[str | None], names: Sequence[tuple[str, str]], values: Sequence[str]) -> None:
    """Refuse expressions that don't fit their placeholders, and updates of what can't be updated."""
    used = placeholders(*filter(None, texts))
    _require(used == {*dict(names), *values}, "placeholders")
    update = texts[_EXPRESSIONS.index("UpdateExpression")]
    paths = targets(update, dict(names)) if update is not None else []
    _require(not any(path[0] in KEYS for path in paths), "a key can't be updated")
    _require(not any(_overlap(one, other) for n, one in enumerate(paths) for other in paths[:n]), "paths")


@attrs.frozen
class _Action:
    """A write: its row, what it asks for, and what it makes of what is there."""

    row: RowKey
    asked: _Asked
    change: Change


def _action(kind: str, params: Params) -> _Action:
    asked = _checked(params)
    match kind:
        case "Put":
            try:
                item = kept_item(params["Item"])
            except Invalid as invalid:
                raise _error("ValidationException") from invalid
            key = {name: item[name] for name in KEYS if name in item}
            return _Action((params["TableName"], *_row(key)), asked, lambda _: item)
        case "Update":
            expression = params["UpdateExpression"]

            def change(old: Item | None) -> Item:
                return updated(expression, old or dict(params["Key"]), asked.names, asked.values)

        case "ConditionCheck":

            def change(old: Item | None) -> Item | None:
                return old

        case "Delete":

            def change(_: Item | None) -> None:
                return None

        case _:
            raise NotImplementedError(kind)
    return _Action((params["TableName"], *_row(params["Key"])), asked, change)


def _outcome(action: _Action, old: Item | None) -> Item | str | None:
    """Return what the action makes of a row, or the reason why it doesn't."""
    if not action.asked.holds("ConditionExpression", old or {}):
        return "ConditionalCheckFailed"
    try:
        return action.change(old)
    except Invalid:
        return "ValidationError"


def _row(key: Mapping[str, Any]) -> tuple[str, str]:
    tenant, entity = key.get("tenant_id", {}).get("S"), key.get("entity_id", {}).get("S")
    _require(tenant and entity and len(key) == len(KEYS), "keys")
    return tenant, entity


def _key_of(item: Item) -> tuple[str, str]:
    return item["tenant_id"]["S"], item["entity_id"]["S"]


def _key_names(params: Params) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*KEYS, *INDEXES.get(params.get("IndexName", ""), ()))))


def _order(params: Params) -> Callable[[Item], Any]:
    """By what a query's rows are sorted; the row's own key decides where an index has two alike."""
    _, range_key = INDEXES.get(params.get("IndexName", ""), KEYS)
    return lambda item: (plain(item[range_key]), _key_of(item))


def _after(items: Iterable[Item], params: Params, order: Callable[[Item], Any]) -> Iterator[Item]:
    """Leave out what stands before the key that a page starts after."""
    start = params.get("ExclusiveStartKey")
    if start is None:
        return iter(items)
    forward, place = params.get("ScanIndexForward", True), order(start)
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
