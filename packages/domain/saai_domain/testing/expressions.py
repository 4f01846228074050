"""DynamoDB's expressions, evaluated: conditions, updates and projections, as far as this project writes them.

The grammar is the Amazon DynamoDB Developer Guide's ("Condition and filter expressions", "Update expressions",
"Projection expressions"). Values are DynamoDB's typed ones throughout: ``{"S": "T001"}``.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from saai_domain.testing.values import Invalid, Item, Typed, number, plain

__all__: list[str] = []

Operand = Callable[[Item, "Names", "Values"], Typed | None]
Condition = Callable[[Item, "Names", "Values"], bool]
Check = Callable[["Values"], bool]
"""Tells whether the values of a request have the types that an operator takes."""
Names = Mapping[str, str]
Values = Mapping[str, Typed]

_TOKEN: Final = re.compile(r"\s*(<=|>=|<>|[=<>(),.+-]|[#:\w]+)")
_PLACEHOLDER: Final = re.compile(r"[#:]\w+")
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_ORDERED: Final = frozenset({"S", "N", "B"})
"""Types that can be more or less than others."""


class UnknownExpression(Exception):
    """An expression that DynamoDB may know and this simulation doesn't."""


def placeholders(*expressions: str) -> frozenset[str]:
    """Return the names (``#…``) and values (``:…``) that expressions use."""
    return frozenset(found for text in expressions for found in _PLACEHOLDER.findall(text))


def holds(expression: str, item: Item, names: Names, values: Values) -> bool:
    """Tell whether a condition holds for an item; ``{}`` stands for one that doesn't exist."""
    condition, _ = _condition(expression)
    return condition(item, names, values)


def check(expression: str, values: Values) -> None:
    """Look at a condition's own values, as DynamoDB does before it looks at an item.

    Raises:
        Invalid: One has a type that its operator doesn't take.
    """
    _, checks = _condition(expression)
    if not all(each(values) for each in checks):
        raise Invalid(expression)


def updated(expression: str, item: Item, names: Names, values: Values) -> Item:
    """Return the item that an update makes of another, which stays as it is.

    Raises:
        Invalid: The item has no place for what the update sets, or not the operand that it names.
    """
    result = dict(item)
    for clause, path, operand in _update(expression):
        steps = resolved(path, names)
        parent = _parent(result, steps)
        if clause == "REMOVE":
            parent.pop(steps[-1], None)
            continue
        value = operand(item, names, values) if operand else None
        if value is None:
            raise Invalid("the update names an attribute that isn't there")
        parent[steps[-1]] = value
    return result


def targets(expression: str, names: Names) -> list[tuple[str, ...]]:
    """Return the paths that an update writes."""
    return [tuple(resolved(path, names)) for _clause, path, _operand in _update(expression)]


def projected(expression: str, item: Item, names: Names) -> Item:
    """Return what a projection takes of an item, in the item's own shape."""
    result: Item = {}
    for path in _projection(expression):
        steps = resolved(path, names)
        value = _find(item, path, names)
        if value is None:
            continue
        place = result
        for step in steps[:-1]:
            place = place.setdefault(step, {"M": {}})["M"]
        place[steps[-1]] = value
    return result


def resolved(path: Sequence[str], names: Names) -> list[str]:
    """Return a path with its placeholders replaced."""
    return [names.get(step, step) for step in path]


class _Tokens:
    """What is left of an expression."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self.checks: list[Check] = []
        self._rest: list[str] = []
        place = 0
        text = expression.rstrip()
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise UnknownExpression(expression)
            self._rest.append(match[1])
            place = match.end()

    @property
    def next(self) -> str:
        return self._rest[0] if self._rest else ""

    def take(self, expected: str | None = None) -> str:
        if not self._rest or (expected is not None and self._rest[0].upper() != expected):
            raise UnknownExpression(self._expression)
        return self._rest.pop(0)

    def taken(self, word: str) -> bool:
        """Take a word if it comes next."""
        if self.next.upper() != word:
            return False
        self._rest.pop(0)
        return True


@lru_cache(maxsize=1024)
def _condition(expression: str) -> tuple[Condition, tuple[Check, ...]]:
    tokens = _Tokens(expression)
    condition = _either(tokens)
    if tokens.next:
        raise UnknownExpression(expression)
    return condition, tuple(tokens.checks)


def _either(tokens: _Tokens) -> Condition:
    left = _both(tokens)
    while tokens.taken("OR"):
        left = _or(left, _both(tokens))
    return left


def _both(tokens: _Tokens) -> Condition:
    left = _one(tokens)
    while tokens.taken("AND"):
        left = _and(left, _one(tokens))
    return left


def _or(left: Condition, right: Condition) -> Condition:
    return lambda item, names, values: left(item, names, values) or right(item, names, values)


def _and(left: Condition, right: Condition) -> Condition:
    return lambda item, names, values: left(item, names, values) and right(item, names, values)


def _one(tokens: _Tokens) -> Condition:
    if tokens.taken("NOT"):
        inner = _one(tokens)
        return lambda item, names, values: not inner(item, names, values)
    if tokens.taken("("):
        inner = _either(tokens)
        tokens.take(")")
        return inner
    if tokens.next in {"attribute_exists", "attribute_not_exists", "begins_with"}:
        return _function(tokens)
    return _comparison(tokens)


def _function(tokens: _Tokens) -> Condition:
    name = tokens.take()
    tokens.take("(")
    operand = _operand(tokens)
    if name == "begins_with":
        tokens.take(",")
        prefix = _operand_of(tokens, frozenset("S"))
        tokens.take(")")
        return _begins_with(operand, prefix)
    tokens.take(")")
    wanted = name == "attribute_exists"
    return lambda item, names, values: (operand(item, names, values) is not None) is wanted


def _begins_with(operand: Operand, prefix: Operand) -> Condition:
    def condition(item: Item, names: Names, values: Values) -> bool:
        found, wanted = operand(item, names, values) or {}, prefix(item, names, values) or {}
        return "S" in found and "S" in wanted and found["S"].startswith(wanted["S"])

    return condition


def _comparison(tokens: _Tokens) -> Condition:
    left = _operand(tokens)
    if tokens.taken("BETWEEN"):
        least = tokens.next
        low = _operand_of(tokens, _ORDERED)
        tokens.take("AND")
        most = tokens.next
        high = _operand_of(tokens, _ORDERED)
        if least.startswith(":") and most.startswith(":"):
            tokens.checks.append(lambda values: _in_order(values[least], values[most]))
        return _and(_compared(left, ">=", low), _compared(left, "<=", high))
    operator = tokens.take()
    if operator not in _COMPARISONS:
        raise UnknownExpression(operator)
    return _compared(left, operator, _operand(tokens) if operator in {"=", "<>"} else _operand_of(tokens, _ORDERED))


def _in_order(low: Typed, high: Typed) -> bool:
    return low.keys() == high.keys() and bool(plain(low) <= plain(high))


def _compared(left: Operand, operator: str, right: Operand) -> Condition:
    compare = _COMPARISONS[operator]
    ordered = operator not in {"=", "<>"}

    def condition(item: Item, names: Names, values: Values) -> bool:
        one, other = left(item, names, values), right(item, names, values)
        # What is missing, or of another type, compares with nothing.
        if one is None or other is None or one.keys() != other.keys():
            return operator == "<>"
        if ordered and not one.keys() <= _ORDERED:
            return False
        return compare(plain(one), plain(other))

    return condition


def _operand_of(tokens: _Tokens, types: frozenset[str]) -> Operand:
    """An operand that, where it is one of the request's own values, must have one of these types."""
    name = tokens.next
    if name.startswith(":"):
        tokens.checks.append(lambda values: values[name].keys() <= types)
    return _operand(tokens)


def _operand(tokens: _Tokens) -> Operand:
    if tokens.next.startswith(":"):
        name = tokens.take()
        return lambda _item, _names, values: values[name]
    path = _path(tokens)
    return lambda item, names, _values: _find(item, path, names)


def _path(tokens: _Tokens) -> list[str]:
    path = [tokens.take()]
    while tokens.taken("."):
        path.append(tokens.take())
    return path


@lru_cache(maxsize=1024)
def _projection(expression: str) -> tuple[list[str], ...]:
    tokens = _Tokens(expression)
    paths = [_path(tokens)]
    while tokens.taken(","):
        paths.append(_path(tokens))
    if tokens.next:
        raise UnknownExpression(expression)
    return tuple(paths)


@lru_cache(maxsize=1024)
def _update(expression: str) -> tuple[tuple[str, list[str], Operand | None], ...]:
    return tuple(_clauses(_Tokens(expression)))


def _clauses(tokens: _Tokens) -> Iterator[tuple[str, list[str], Operand | None]]:
    clause = ""
    while tokens.next:
        if tokens.next.upper() in {"SET", "REMOVE"}:
            clause = tokens.take().upper()
        path = _path(tokens)
        operand = None
        if clause == "SET":
            tokens.take("=")
            operand = _sum(tokens)
        yield clause, path, operand
        tokens.taken(",")


def _sum(tokens: _Tokens) -> Operand:
    left = _value(tokens)
    if tokens.next not in {"+", "-"}:
        return left
    sign = 1 if tokens.take() == "+" else -1
    right = _value(tokens)

    def operand(item: Item, names: Names, values: Values) -> Typed | None:
        one, other = left(item, names, values), right(item, names, values)
        if one is None or other is None:
            return None
        if "N" not in one or "N" not in other:
            raise Invalid("only numbers can be added")
        return {"N": number(str(Decimal(one["N"]) + sign * Decimal(other["N"])))}

    return operand


def _value(tokens: _Tokens) -> Operand:
    if not tokens.taken("IF_NOT_EXISTS"):
        return _operand(tokens)
    tokens.take("(")
    path = _operand(tokens)
    tokens.take(",")
    otherwise = _operand(tokens)
    tokens.take(")")

    def operand(item: Item, names: Names, values: Values) -> Typed | None:
        found = path(item, names, values)
        return otherwise(item, names, values) if found is None else found

    return operand


def _find(item: Item, path: Sequence[str], names: Names) -> Typed | None:
    inner: Any = item
    value = None
    for step in path:
        value = inner.get(names.get(step, step))
        if value is None:
            return None
        inner = value.get("M", {})
    return value


def _parent(item: Item, steps: Sequence[str]) -> Item:
    """Return the map that a path ends in, after copying every map on the way: the ones there were stay as they are."""
    for step in steps[:-1]:
        inner = item.get(step)
        if inner is None or "M" not in inner:
            raise Invalid("the item has no place for what the update sets")
        item[step] = {"M": dict(inner["M"])}
        item = item[step]["M"]
    return item
