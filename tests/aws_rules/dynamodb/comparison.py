"""One request, several DynamoDBs: their answers, errors and cancellation reasons must be the same."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs
from aws_lite.services.dynamodb import Exceptions, Pages
from botocore.exceptions import ClientError
from saai_domain.testing.dynamodb import KEYS, SimulatedDynamoDB, Written
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


LOCAL, MINISTACK, MEMORY = "DynamoDB Local", "MiniStack", "in memory"


@attrs.frozen
class KnownDifference:
    """Where an engine is known to answer otherwise than the others; ``test_known_differences`` shows each."""

    engine: str
    """Which one differs from AWS."""
    alone: Callable[[Outcome], bool]
    """Whether it is what that engine says."""
    others: Callable[[Outcome], bool]
    """Whether it is what the others say."""


REPEATED = KnownDifference(
    MINISTACK,
    alone=lambda outcome: outcome == Refusal("IdempotentParameterMismatchException"),
    others=lambda outcome: outcome == {},
)
"""A transaction is sent again, and one of its numbers ends in zeros: MiniStack has trimmed its memory of it."""
NO_PLACE = KnownDifference(
    LOCAL,
    alone=lambda outcome: outcome == Refusal("ValidationException"),
    others=lambda outcome: isinstance(outcome, Refusal) and "ValidationError" in outcome.reasons,
)
"""A transaction's update finds no place in its item: a cancellation with a reason, says AWS's API reference
(TransactWriteItems, "Cancellation reasons"); DynamoDB Local refuses the request as it does a single update."""


@attrs.define(eq=False)
class Compared:
    """Stands where a client does, and makes each call on every engine. What the first one says is returned."""

    engines: Mapping[str, Any]
    prefix: str
    """Before every table's name: each test has its own."""
    requests: Counter[str] = attrs.field(factory=Counter)
    known: Counter[KnownDifference] = attrs.field(factory=Counter)
    """How often each was met."""
    exceptions: Exceptions = attrs.field(factory=Exceptions)
    """By name, as in botocore."""

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        if operation.startswith("_"):
            raise AttributeError(operation)

        def call(**params: Any) -> dict[str, Any]:
            return _as_client(self.make(operation, params), operation)

        return call

    def get_paginator(self, operation: str) -> Pages:
        """Return what reads all pages, each of which is compared."""
        return Pages(getattr(self, operation))

    @property
    def written(self) -> Callable[[Written], object] | None:
        """Told of each write that took effect, as in ``SimulatedDynamoDB``."""
        memory: SimulatedDynamoDB = self.engines[MEMORY]
        return memory.written

    @written.setter
    def written(self, note: Callable[[Written], object]) -> None:
        memory: SimulatedDynamoDB = self.engines[MEMORY]
        memory.written = lambda written: note(
            {
                (table.removeprefix(self.prefix), tenant, entity): rows
                for (table, tenant, entity), rows in written.items()
            }
        )

    def rows(self, table: str) -> Sequence[Mapping[str, Any]]:
        """Return a table's rows in the order of their keys; all engines hold the same ones."""
        memory: SimulatedDynamoDB = self.engines[MEMORY]
        return memory.rows(self.prefix + table)

    def create(self, *names: str) -> None:
        """Make tables of the program, with their indexes, on the engines that need it."""
        for name in names:
            for client in self.engines.values():
                if hasattr(client, "create_table"):
                    create_table(client, name, physical=self.prefix + name)

    def empty(self, *names: str) -> None:
        """Delete all rows of tables, whatever the engines hold."""
        for client in self.engines.values():
            for name in names:
                table = self.prefix + name
                rows = client.scan(TableName=table)["Items"]
                deletions = [{"DeleteRequest": {"Key": {key: row[key] for key in KEYS}}} for row in rows]
                if deletions:
                    client.batch_write_item(RequestItems={table: deletions})

    def make(self, operation: str, params: Mapping[str, Any]) -> Outcome:
        """Make a call on every engine and return what came of it.

        Raises:
            Difference: They disagree, and it isn't known that they do.
        """
        self.requests[operation] += 1
        there = _renamed(params, lambda name: self.prefix + name)
        outcomes = {engine: outcome_of(client, operation, there) for engine, client in self.engines.items()}
        first, *others = outcomes.values()
        if any(other != first for other in others):
            first = self._excused(outcomes)
            if first is None:
                raise Difference(operation, there, outcomes)
        return _renamed(first, lambda name: name.removeprefix(self.prefix))

    def _excused(self, outcomes: Mapping[str, Outcome]) -> Outcome | None:
        """Return what AWS says, where it is known who says otherwise."""
        for known in (REPEATED, NO_PLACE):
            others = [outcome for engine, outcome in outcomes.items() if engine != known.engine]
            if (
                known.alone(outcomes.get(known.engine, {}))
                and all(other == others[0] for other in others)
                and known.others(others[0])
            ):
                self.known[known] += 1
                return others[0]
        return None


def _as_client(outcome: Outcome, operation: str) -> dict[str, Any]:
    """Return or raise it, as a client does."""
    if not isinstance(outcome, Refusal):
        return dict(outcome)
    response: Any = {
        "Error": {"Code": outcome.code, "Message": outcome.code},
        "CancellationReasons": [{"Code": reason} for reason in outcome.reasons],
    }
    raise ClientError(response, operation)


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
        known["Responses"] = {
            table: sorted(rows, key=lambda row: [str(row.get(name)) for name in KEYS])
            for table, rows in known["Responses"].items()
        }
    return known


def _by_value(value: Any) -> Any:
    match value:
        case {"N": str(text), **rest} if not rest:
            return {"N": number(text)}
        case Mapping():
            return {name: _by_value(part) for name, part in value.items()}
        case list() | tuple():
            return [_by_value(part) for part in value]
        case _:
            return value


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    """Return a request or an answer with its tables renamed."""
    match value:
        case list() | tuple():
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
