"""Reading and writing rows of docs/domain.md's table model: ``tenant_id``, ``entity_id``, ``data``."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec
from aws_lite.backoff import Backoff
from aws_lite.client import is_transient

from saai_domain.errors import ReadThrottled
from saai_domain.rows import make_row

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

__all__ = [
    "Counter",
    "Item",
    "Key",
    "batch_get",
    "delete_if",
    "deserialize",
    "key_of",
    "put",
    "put_if",
    "serialize",
    "update",
    "update_if",
]

Item = dict[str, Any]
"""A row in plain Python values; numbers are int when written, Decimal when read."""


READ_SECONDS: Final = 5.0
"""How long a read goes on while DynamoDB asks to slow down: half of the shortest time that a function has."""


class Key(msgspec.Struct, frozen=True):
    """A row's place: physical table name, store, entity."""

    table: str
    tenant_id: str
    entity_id: str


def serialize(item: Mapping[str, Any]) -> dict[str, Any]:
    """Turn plain values into DynamoDB's typed ones: None, bool, int, Decimal, str, lists and mappings.

    boto3 has the same, but importing it costs a fifth of a cold start on top of botocore.

    Raises:
        TypeError: A value of another type, or a number that is not finite. No floats: money is Decimal.
    """
    return {name: _typed(value) for name, value in item.items()}


def deserialize(item: Mapping[str, Any]) -> Item:
    """Turn DynamoDB's typed values into plain ones. Numbers are Decimal; sets, which only others write, are sets."""
    return {name: _plain(value) for name, value in item.items()}


def _typed(value: Any) -> dict[str, Any]:  # noqa: ANN401, PLR0911 - one type of DynamoDB a line
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int():
            return {"N": str(value)}
        case Decimal() if value.is_finite():
            return {"N": str(value)}
        case Mapping():
            return {"M": serialize(value)}
        case list() | tuple():
            return {"L": [_typed(item) for item in value]}
        case _:
            msg = f"DynamoDB takes no {type(value).__name__}: {value!r}"
            raise TypeError(msg)


def _plain(typed: Mapping[str, Any]) -> Any:  # noqa: ANN401, PLR0911 - one type of DynamoDB a line
    ((kind, value),) = typed.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return Decimal(value)
        case "M":
            return deserialize(value)
        case "L":
            return [_plain(item) for item in value]
        case "NS":
            return {Decimal(number) for number in value}
        case "SS" | "BS":
            return set(value)
        case _:
            return value


def key_of(tenant_id: str, entity_id: str) -> dict[str, Any]:
    """Return a row's key as DynamoDB takes it."""
    return {"tenant_id": {"S": tenant_id}, "entity_id": {"S": entity_id}}


def batch_get(
    client: "DynamoDBClient", keys: Iterable[Key], *, backoff: Backoff | None = None, consistent: bool = True
) -> dict[Key, Item]:
    """Read up to 100 rows, in one call where DynamoDB answers all at once. Half the price where not ``consistent``.

    Rows that DynamoDB leaves unread are asked for again for READ_SECONDS, and so is everything where it refuses the
    call for now (a throttle, a 5xx).

    Raises:
        ReadThrottled: Some rows stayed unread.
        ClientError, BotoCoreError: DynamoDB refused the call, or gave no answer.
    """
    backoff = backoff or Backoff(total=READ_SECONDS)
    deadline = backoff.deadline()
    request = _request(keys, consistent=consistent)
    found: dict[Key, Item] = {}
    attempt = 0
    while request:
        attempt += 1
        try:
            response = client.batch_get_item(RequestItems=request)
        except client.exceptions.ClientError as error:
            if is_transient(error) and backoff.pause(attempt, deadline):
                continue
            raise
        for table, rows in response["Responses"].items():
            for row in rows:
                found[Key(table, row["tenant_id"]["S"], row["entity_id"]["S"])] = deserialize(row)
        request = response.get("UnprocessedKeys") or {}
        if request and not backoff.pause(attempt, deadline):
            raise ReadThrottled(sum(len(table["Keys"]) for table in request.values()))
    return found


def _request(keys: Iterable[Key], *, consistent: bool) -> Any:  # noqa: ANN401 - boto3's own nested type
    request: dict[str, dict[str, Any]] = {}
    for key in keys:
        table = request.setdefault(key.table, {"ConsistentRead": consistent, "Keys": []})
        table["Keys"].append(key_of(key.tenant_id, key.entity_id))
    return request


def put(
    table: str,
    item: Mapping[str, Any],
    *,
    condition: str,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Any:  # noqa: ANN401 - boto3's own nested type
    """Make a transaction's Put. ``values`` are the condition's, in plain Python."""
    action: dict[str, Any] = {"TableName": table, "Item": serialize(item), "ConditionExpression": condition}
    if names:
        action["ExpressionAttributeNames"] = dict(names)
    if values:
        action["ExpressionAttributeValues"] = serialize(values)
    return {"Put": action}


def update(key: Key, *, expression: str, condition: str, names: Mapping[str, str], values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Make a transaction's Update. ``values`` are in plain Python."""
    return {
        "Update": {
            "TableName": key.table,
            "Key": key_of(key.tenant_id, key.entity_id),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": dict(names),
            "ExpressionAttributeValues": serialize(values),
        }
    }


def put_if(
    client: "DynamoDBClient",
    table: str,
    item: Mapping[str, Any],
    *,
    condition: str,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
) -> bool:
    """Write a row where the condition holds, and return whether it did. ``item`` and ``values`` are plain."""
    action = put(table, item, condition=condition, names=names, values=values)
    return _where_it_holds(client, lambda: client.put_item(**action["Put"])) is not None


def update_if(
    client: "DynamoDBClient",
    key: Key,
    *,
    expression: str,
    condition: str,
    names: Mapping[str, str],
    values: Mapping[str, Any],
) -> bool:
    """Change a row where the condition holds, and return whether it did. ``values`` are plain."""
    action = update(key, expression=expression, condition=condition, names=names, values=values)
    return _where_it_holds(client, lambda: client.update_item(**action["Update"])) is not None


def delete_if(
    client: "DynamoDBClient", key: Key, *, condition: str, names: Mapping[str, str], values: Mapping[str, Any]
) -> Item | None:
    """Delete a row where the condition holds, and return what it was; None where it doesn't."""
    deleted = _where_it_holds(
        client,
        lambda: client.delete_item(
            TableName=key.table,
            Key=key_of(key.tenant_id, key.entity_id),
            ConditionExpression=condition,
            ExpressionAttributeNames=dict(names),
            ExpressionAttributeValues=serialize(values),
            ReturnValues="ALL_OLD",
        ),
    )
    return None if deleted is None else deserialize(deleted["Attributes"])


def _where_it_holds(client: "DynamoDBClient", write: Callable[[], Any]) -> Any:  # noqa: ANN401 - boto3's own types
    """Make a write; None where its condition doesn't hold."""
    try:
        return write()
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return None


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """Where a counter of a store stands. One that was never used has no row and stands at 0."""

    key: Key
    value: int
    exists: bool

    @classmethod
    def among(cls, rows: Mapping[Key, Item], key: Key) -> "Counter":
        """Find a counter among rows that were read."""
        row = rows.get(key)
        return cls(key=key, value=int(row["data"]["value"]) if row else 0, exists=row is not None)

    def advance(self, *, by: int = 1, now: str) -> Any:  # noqa: ANN401 - boto3's own nested type
        """Make the transaction's write that moves it on, on condition that it still stands where it was read."""
        following = self.value + by
        if self.exists:
            return update(
                self.key,
                expression="SET #data.#value = :next, #data.updated_at = :now",
                condition="#data.#value = :read",
                names={"#data": "data", "#value": "value"},
                values={":next": following, ":read": self.value, ":now": now},
            )
        item = make_row(self.key.tenant_id, self.key.entity_id, {"value": following}, moment=now)
        return put(self.key.table, item, condition="attribute_not_exists(entity_id)")
