"""One request, several DynamoDBs: their answers, errors and cancellation reasons must be the same."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
from aws_lite.services.dynamodb import Exceptions, Pages
from botocore.exceptions import ClientError
from saai_domain.testing.values import number
from saai_support.aws_tables import create_table

_UNSAID: Final = frozenset({"ResponseMetadata", "ConsumedCapacity"})


@attrs.frozen
class Refusal:
    """How a request failed: the error's code, and a cancelled transaction's reasons."""

    code: str
    reasons: tuple[str, ...] = ()


Outcome = Mapping[str, Any] | Refusal


@attrs.frozen(str=False)
class Difference(AssertionError):
    """Two DynamoDBs disagree about a request."""

    operation: str
    params: Mapping[str, Any]
    outcomes: Mapping[str, Outcome]

    def __str__(self) -> str:
        lines = (f"  {engine}: {outcome}" for engine, outcome in self.outcomes.items())
        return "\n".join((f"{self.operation} {self.params}", *lines))


@attrs.define(eq=False)
class Compared:
    """Stands where a client does, and makes each call on every engine. What the first one says is returned."""

    engines: Mapping[str, Any]
    prefix: str
    """Before every table's name: each test has its own."""
    requests: Counter[str] = attrs.field(factory=Counter)
    exceptions: Exceptions = attrs.field(factory=Exceptions)

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        if operation.startswith("_"):
            raise AttributeError(operation)

        def call(**params: Any) -> dict[str, Any]:
            self.requests[operation] += 1
            return self._call(operation, params)

        return call

    def get_paginator(self, operation: str) -> Pages:
        """Return what reads all pages, each of which is compared."""
        return Pages(getattr(self, operation))

    def create(self, *names: str) -> None:
        """Make tables of the program, with their indexes, on the engines that need it."""
        for name in names:
            for client in self.engines.values():
                if hasattr(client, "create_table"):
                    create_table(client, name, physical=self.prefix + name)

    def _call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        there = _renamed(params, lambda name: self.prefix + name)
        outcomes = {engine: outcome_of(client, operation, there) for engine, client in self.engines.items()}
        first, *others = outcomes.values()
        if any(other != first for other in others):
            raise Difference(operation, there, outcomes)
        if isinstance(first, Refusal):
            response: Any = {
                "Error": {"Code": first.code, "Message": first.code},
                "CancellationReasons": [{"Code": reason} for reason in first.reasons],
            }
            raise ClientError(response, operation)
        return _renamed(dict(first), lambda name: name.removeprefix(self.prefix))


def outcome_of(client: Any, operation: str, params: Mapping[str, Any]) -> Outcome:
    """Make a call and return what came of it, without what says nothing: ids, orders that AWS leaves open, prices.

    A number is its value: DynamoDB Local keeps the text of some, such as ``3.50`` within a map, where AWS trims it.
    """
    try:
        answer = getattr(client, operation)(**params)
    except ClientError as error:
        response: Any = error.response
        reasons = tuple(reason.get("Code", "None") for reason in response.get("CancellationReasons", ()))
        return Refusal(response["Error"]["Code"], reasons)
    known = {name: _by_value(part) for name, part in answer.items() if name not in _UNSAID}
    if "Responses" in known:
        known["Responses"] = {table: sorted(rows, key=repr) for table, rows in known["Responses"].items()}
    return known


def _by_value(value: Any) -> Any:
    match value:
        case {"N": str(text), **rest} if not rest:
            return {"N": number(text)}
        case Mapping():
            return {name: _by_value(part) for name, part in value.items()}
        case list():
            return [_by_value(part) for part in value]
        case _:
            return value


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    """Return a request or an answer with its tables renamed."""
    match value:
        case list():
            return [_renamed(each, rename) for each in value]
        case Mapping():
            return {
                name: rename(part)
                if name == "TableName"
                else {rename(table): rows for table, rows in part.items()}
                if name in {"RequestItems", "Responses", "UnprocessedKeys", "UnprocessedItems"}
                else _renamed(part, rename)
                if name in {"TransactItems", "Put", "Update", "Delete", "ConditionCheck"}
                else part
                for name, part in value.items()
            }
        case _:
            return value
