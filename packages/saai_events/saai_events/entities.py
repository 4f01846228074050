"""Reads a store's entities that other services write, and tells which of them break the contract."""

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, ClassVar, Final, Generic, TypeVar

from saai_domain.aws.dynamodb import deserialize, serialize
from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.errors import SaaiError

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

Entity = TypeVar("Entity")


MAX_DIGITS: Final = 38
"""Digits that DynamoDB keeps of a number; a text may have more."""


class UnreadableEntity(SaaiError):
    """A row that breaks the contract: it is counted as such and left out: nothing is guessed."""

    kind: ClassVar[str]

    def __init__(self, entity_id: str, problem: str) -> None:
        super().__init__(entity_id, problem)
        self.entity_id = entity_id
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.kind} {self.entity_id}: {self.problem}"


@component
class StoreEntities(Generic[Entity]):
    """A store's entities of one kind: those that count, and why others can't be read."""

    readable: Sequence[Entity]
    unreadable: Sequence[UnreadableEntity]


def entities_of_store(
    client: "DynamoDBClient",
    table: str,
    tenant_id: TenantId,
    read: Callable[[str, object], Entity | None],
    *,
    fields: Sequence[str],
) -> StoreEntities[Entity]:
    """Read a store's rows of a table by one Query, all its pages, eventually consistent: half the price.

    Args:
        client: DynamoDB.
        table: The physical table.
        tenant_id: The store.
        read: Makes an entity of a key and its row's ``data``; None for one that doesn't count any more. What it
            refuses as an UnreadableEntity is left out and returned beside the others.
        fields: The fields of ``data`` that ``read`` looks at; others are not fetched.
    """
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="tenant_id = :tenant",
        ExpressionAttributeValues=serialize({":tenant": tenant_id}),
        ProjectionExpression=", ".join(("entity_id", *(f"#data.#{field}" for field in fields))),
        ExpressionAttributeNames={"#data": "data", **{f"#{field}": field for field in fields}},
    )
    readable: list[Entity] = []
    unreadable: list[UnreadableEntity] = []
    for row in (deserialize(item) for page in pages for item in page["Items"]):
        try:
            entity = read(row["entity_id"], row.get("data"))
        except UnreadableEntity as problem:
            unreadable.append(problem)
            continue
        if entity is not None:
            readable.append(entity)
    return StoreEntities(readable=readable, unreadable=unreadable)


def whole_number(value: object) -> int | None:
    """Return a number without a fraction, whether it was written as a number or as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    # "1e1000000" is a number, whose digits take half a minute to write down.
    if not number.is_finite() or number.adjusted() > MAX_DIGITS:
        return None
    return int(number) if number == number.to_integral_value() else None
