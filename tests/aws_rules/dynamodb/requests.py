"""Requests of the product's kinds, made by hypothesis: few rows, so that they meet each other.

``typed`` ones set and compare each attribute with values of its own type, as the product does. The others also do what
only a mistake would, for which an answer of DynamoDB's is an error.
"""

from collections.abc import Mapping
from typing import Any

import attrs
from hypothesis import strategies as st
from saai_domain.testing.values import plain

TABLE, LOG = "productos", "eventos"
"""A plain table, and one with an index."""
TENANTS = ("T1", "T2")
ENTITIES = ("a", "b", "c", "d")
NAMES = {"#d": "data", "#v": "value", "#t": "ttl"}
PATHS = {"stock": "N", "#t": "N", "estado": "S", "#d.#v": "N", "#d.nombre": "S", "#d.nada": "S"}
"""What expressions name, with its type."""

_numbers = st.sampled_from(("0", "1", "2", "-3", "3.50", "1E2", "0.0")).map(lambda text: {"N": text})
_strings = st.sampled_from(("", "A", "AB", "ñandú")).map(lambda text: {"S": text})
_others = st.sampled_from(({"BOOL": True}, {"NULL": True}, {"L": [{"N": "1"}]}, {"M": {"value": {"N": "1"}}}))
_by_type = {"N": _numbers, "S": _strings}


@attrs.frozen
class Request:
    """One call."""

    operation: str
    params: Mapping[str, Any]


@attrs.define
class _Expressions:
    """Draws a request's expressions, and collects the values that they use."""

    draw: st.DrawFn
    typed: bool
    values: dict[str, Any] = attrs.field(factory=dict)

    def value(self, path: str) -> str:
        """Add a value for a path and return its placeholder."""
        kinds = _by_type[PATHS[path]] if self.typed else st.one_of(_numbers, _strings, _others)
        name = f":v{len(self.values)}"
        self.values[name] = self.draw(kinds)
        return name

    def condition(self, depth: int = 2) -> str:
        """Return a condition, or a filter."""
        shape = self.draw(st.sampled_from(("leaf", "leaf", "AND", "OR", "NOT"))) if depth else "leaf"
        if shape == "NOT":
            return f"NOT ({self.condition(depth - 1)})"
        if shape != "leaf":
            return f"({self.condition(depth - 1)}) {shape} ({self.condition(depth - 1)})"
        return self._comparison()

    def update(self) -> str:
        """Return an update of one or two attributes; paths that are there only sometimes are set, not removed."""
        paths = self.draw(st.lists(st.sampled_from(sorted(PATHS)), min_size=1, max_size=2, unique=True))
        removable = [path for path in paths if not (self.typed and "." in path)]
        removed = self.draw(st.sampled_from((None, *removable)))
        sets = [self._assignment(path) for path in paths if path != removed]
        return " ".join((*(["SET " + ", ".join(sets)] if sets else []), *([f"REMOVE {removed}"] if removed else [])))

    def params(self, **expressions: str) -> dict[str, Any]:
        """Return the expressions with the names and values that they use."""
        text = " ".join(expressions.values())
        names = {name: full for name, full in NAMES.items() if name in text}
        return {
            **expressions,
            **({"ExpressionAttributeNames": names} if names else {}),
            **({"ExpressionAttributeValues": self.values} if self.values else {}),
        }

    def _comparison(self) -> str:
        path = self.draw(st.sampled_from(sorted(PATHS)))
        kinds = ["exists", "exists", "compare", "compare", "between"]
        if not self.typed or PATHS[path] == "S":
            kinds.append("begins")
        match self.draw(st.sampled_from(kinds)):
            case "exists":
                kind = self.draw(st.sampled_from(("attribute_exists", "attribute_not_exists")))
                return f"{kind}({self.draw(st.sampled_from(('entity_id', path)))})"
            case "between":
                low, high = self.value(path), self.value(path)
                if self.typed and plain(self.values[low]) > plain(self.values[high]):
                    low, high = high, low
                return f"{path} BETWEEN {low} AND {high}"
            case "begins":
                return f"begins_with({path}, {self.value(path)})"
            case _:
                operator = self.draw(st.sampled_from(("=", "<>", "<", "<=", ">", ">=")))
                return f"{path} {operator} {self.value(path)}"

    def _assignment(self, path: str) -> str:
        value = self.value(path)
        if self.typed and PATHS[path] != "N":
            return f"{path} = {value}"
        other = f"if_not_exists({path}, {value})"
        numeric = "N" in self.values[value]
        forms = (value, other, *((f"{path} + {value}", f"{other} - {value}") if numeric else ()))
        return f"{path} = {self.draw(st.sampled_from(forms))}"


@st.composite
def keys(draw: st.DrawFn) -> dict[str, Any]:
    """A row's key."""
    return {"tenant_id": {"S": draw(st.sampled_from(TENANTS))}, "entity_id": {"S": draw(st.sampled_from(ENTITIES))}}


@st.composite
def items(draw: st.DrawFn, *, table: str) -> dict[str, Any]:
    """A row: its attributes have the types that ``PATHS`` says, each may be missing, ``data`` is always there."""
    data = draw(st.fixed_dictionaries({}, optional={"value": _numbers, "nombre": _strings, "lista": _others}))
    rest = draw(st.fixed_dictionaries({}, optional={"stock": _numbers, "ttl": _numbers, "estado": _strings}))
    index: dict[str, Any] = {}
    if table == LOG and draw(st.booleans()):
        # Rows that an index holds at the same place have no order.
        index = {"pendiente": {"N": "7"}, "created_epoch": {"N": str(draw(st.integers(0, 10**9)))}}
    return {**draw(keys()), **rest, **index, "data": {"M": data}}


@st.composite
def requests(draw: st.DrawFn, *, typed: bool) -> Request:
    """Any request of the product's kinds."""
    return draw(
        st.one_of(
            _single(typed=typed),
            _single(typed=typed),
            _reads(),
            _pages(typed=typed),
            _transactions(typed=typed),
            _batches(),
        )
    )


@st.composite
def _write(draw: st.DrawFn, *, typed: bool, kinds: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """One write, with a condition or without; it names its table."""
    table, kind = draw(st.sampled_from((TABLE, LOG))), draw(st.sampled_from(kinds))
    expressions = _Expressions(draw, typed)
    texts: dict[str, str] = {}
    if kind == "Update":
        texts["UpdateExpression"] = expressions.update()
    if kind == "ConditionCheck" or draw(st.booleans()):
        texts["ConditionExpression"] = expressions.condition()
    place = {"Item": draw(items(table=table))} if kind == "Put" else {"Key": draw(keys())}
    return kind, {"TableName": table, **place, **expressions.params(**texts)}


@st.composite
def _single(draw: st.DrawFn, *, typed: bool) -> Request:
    kind, params = draw(_write(typed=typed, kinds=("Put", "Update", "Update", "Delete")))
    shown = draw(st.sampled_from(("NONE", "ALL_OLD")))
    return Request(f"{kind.lower()}_item", {**params, "ReturnValues": shown})


@st.composite
def _transactions(draw: st.DrawFn, *, typed: bool) -> Request:
    kinds = ("Put", "Update", "Delete", "ConditionCheck")
    # The product writes a row once. Where one doesn't, DynamoDB Local looks at the conditions first.
    writes = draw(st.lists(_write(typed=typed, kinds=kinds), min_size=1, max_size=4, unique_by=_row))
    return Request("transact_write_items", {"TransactItems": [{kind: params} for kind, params in writes]})


def _row(write: tuple[str, Mapping[str, Any]]) -> tuple[str, str, str]:
    _, params = write
    key = params.get("Item") or params["Key"]
    return params["TableName"], key["tenant_id"]["S"], key["entity_id"]["S"]


@st.composite
def _reads(draw: st.DrawFn) -> Request:
    if draw(st.booleans()):
        return Request("get_item", {"TableName": TABLE, "Key": draw(keys()), "ConsistentRead": True})
    wanted = {
        table: {"Keys": draw(st.lists(keys(), min_size=1, max_size=4)), "ConsistentRead": True}
        for table in (TABLE, LOG)
    }
    return Request("batch_get_item", {"RequestItems": wanted})


@st.composite
def _pages(draw: st.DrawFn, *, typed: bool) -> Request:
    """A page of a query, of an index too."""
    if draw(st.integers(0, 3)) == 0:
        values = {":shard": {"N": "7"}, ":until": {"N": str(draw(st.integers(0, 10**9)))}}
        condition = "pendiente = :shard AND created_epoch <= :until"
        return Request(
            "query",
            {
                "TableName": LOG,
                "IndexName": "pendientes",
                "KeyConditionExpression": condition,
                "ExpressionAttributeValues": values,
            },
        )
    tenant = draw(st.sampled_from(TENANTS))
    expressions = _Expressions(draw, typed)
    texts = {"KeyConditionExpression": "tenant_id = :t"}
    expressions.values[":t"] = {"S": tenant}
    whole = draw(st.booleans())
    if not whole:
        texts["KeyConditionExpression"] += " AND entity_id BETWEEN :first AND :last"
        first, last = sorted((draw(st.sampled_from(ENTITIES)), draw(st.sampled_from(ENTITIES))))
        expressions.values |= {":first": {"S": first}, ":last": {"S": last}}
    if draw(st.booleans()):
        texts["FilterExpression"] = expressions.condition().replace("entity_id", "estado")
    if draw(st.booleans()):
        texts["ProjectionExpression"] = draw(
            st.sampled_from(("entity_id", "entity_id, #d.#v, #t", "#d.nombre, #d.nada"))
        )
    params = expressions.params(**texts)
    # The product pages through whole stores only. A range's own ends decide where its last page ends.
    if whole and draw(st.booleans()):
        params["Limit"] = draw(st.integers(1, 3))
    if whole and draw(st.booleans()):
        params["ExclusiveStartKey"] = {"tenant_id": {"S": tenant}, "entity_id": {"S": draw(st.sampled_from(ENTITIES))}}
    return Request(
        "query", {"TableName": TABLE, "ConsistentRead": True, "ScanIndexForward": draw(st.booleans()), **params}
    )


@st.composite
def _batches(draw: st.DrawFn) -> Request:
    put = items(table=TABLE).map(lambda item: {"PutRequest": {"Item": item}})
    delete = keys().map(lambda key: {"DeleteRequest": {"Key": key}})
    return Request("batch_write_item", {"RequestItems": {TABLE: draw(st.lists(put | delete, min_size=1, max_size=3))}})
