"""Where one of the three is known to say something else, shown exactly: the list in ``docs/aws-rules.md``."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.aws_rules.dynamodb.comparison import LOCAL, MEMORY, MINISTACK, Compared, Outcome, Refusal, outcome_of
from tests.aws_rules.dynamodb.conftest import Comparing

KEY = {"tenant_id": {"S": "T001"}, "entity_id": {"S": "a"}}
ROW = {**KEY, "stock": {"N": "3"}, "data": {"M": {"nombre": {"S": "Arroz"}}}}
ONE = {":one": {"N": "1"}}
FAILED, INVALID = Refusal("ConditionalCheckFailedException"), Refusal("ValidationException")


@pytest.fixture(scope="module")
def client(compared: Comparing) -> Compared:
    return compared("productos")


def _ask(client: Compared, operation: str, **params: Any) -> Mapping[str, Outcome]:
    """Ask each engine for itself, on a row that all hold."""
    table = f"{client.prefix}productos"
    if operation == "transact_write_items":
        params["TransactItems"] = [{kind: {"TableName": table, **rest}} for kind, rest in params["TransactItems"]]
    else:
        params["TableName"] = table
    return {engine: outcome_of(each, operation, params) for engine, each in client.engines.items()}


def _update(client: Compared, expression: str, **rest: Any) -> Mapping[str, Outcome]:
    client.make("put_item", {"TableName": "productos", "Item": ROW})
    return _ask(client, "update_item", Key=KEY, UpdateExpression=expression, **rest)


def test_a_repeated_transaction_with_a_number_that_ends_in_zeros_is_another_one_for_ministack(client: Compared) -> None:
    """It trims the numbers of the very request that it compares a repeat with; ``7.00`` is no longer ``7``."""
    sale = {**KEY, "data": {"M": {"total": {"N": "7.00"}}}}
    sent: dict[str, Any] = {"TransactItems": [("Put", {"Item": sale})], "ClientRequestToken": "token-1"}
    assert _ask(client, "transact_write_items", **sent) == {LOCAL: {}, MINISTACK: {}, MEMORY: {}}
    assert _ask(client, "transact_write_items", **sent) == {
        LOCAL: {},
        MINISTACK: Refusal("IdempotentParameterMismatchException"),
        MEMORY: {},
    }


def test_a_transactions_update_without_a_place_is_no_cancellation_for_dynamodb_local(client: Compared) -> None:
    """AWS names the action: API reference, TransactWriteItems, "Cancellation reasons"."""
    client.make("put_item", {"TableName": "productos", "Item": ROW})
    update = {"Key": KEY, "UpdateExpression": "SET nada.mas = :one", "ExpressionAttributeValues": ONE}
    cancelled = Refusal("TransactionCanceledException", ("ValidationError",))
    assert _ask(client, "transact_write_items", TransactItems=[("Update", update)]) == {
        LOCAL: INVALID,
        MINISTACK: cancelled,
        MEMORY: cancelled,
    }


WRONG: dict[str, tuple[str, dict[str, Any], Outcome, Outcome]] = {
    "removing what has no place": ("REMOVE nada.mas", {}, INVALID, {}),
    "adding to what is no number": (
        "SET stock = #data + :one",
        {"ExpressionAttributeNames": {"#data": "data"}, "ExpressionAttributeValues": ONE},
        INVALID,
        {},
    ),
    "two writes of one place": (
        "SET #data = :one REMOVE #data.nombre",
        {"ExpressionAttributeNames": {"#data": "data"}, "ExpressionAttributeValues": ONE},
        INVALID,
        {},
    ),
    "more than what has no order": (
        "REMOVE otro",
        {"ConditionExpression": "stock > :yes", "ExpressionAttributeValues": {":yes": {"BOOL": True}}},
        INVALID,
        FAILED,
    ),
    "between bounds of two types": (
        "REMOVE otro",
        {
            "ConditionExpression": "stock BETWEEN :one AND :text",
            "ExpressionAttributeValues": {**ONE, ":text": {"S": "2"}},
        },
        INVALID,
        FAILED,
    ),
    "the beginning of a number": (
        "REMOVE otro",
        {"ConditionExpression": "begins_with(stock, :text)", "ExpressionAttributeValues": {":text": {"S": "3"}}},
        FAILED,
        INVALID,
    ),
}


@pytest.mark.parametrize(("update", "rest", "here", "ministack"), WRONG.values(), ids=WRONG)
def test_ministack_looks_at_types_otherwise(
    client: Compared, update: str, rest: dict[str, Any], here: Outcome, ministack: Outcome
) -> None:
    """The DynamoDB in memory says what DynamoDB Local says."""
    assert _update(client, update, **rest) == {LOCAL: here, MINISTACK: ministack, MEMORY: here}
