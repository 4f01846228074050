"""The simulation evaluates expressions as moto does, whose evaluation of them is its own."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from saai_domain.aws.dynamodb import serialize
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_domain.testing.expressions import UnknownExpression, holds, updated
from saai_support.aws_tables import dynamodb_with

KEY = serialize({"tenant_id": "T001", "entity_id": "e"})
ROW = serialize({"tenant_id": "T001", "entity_id": "e", "ttl": 10, "data": {"value": 9, "estado": "ACTIVO"}})
NAMES = {"#data": "data", "#value": "value", "#ttl": "ttl"}
VALUES = serialize({":nine": 9, ":ten": 10, ":text": "ACTIVO", ":none": None})

CONDITIONS = [
    "attribute_exists(entity_id)",
    "attribute_not_exists(entity_id)",
    "attribute_not_exists(#data.otro)",
    "attribute_not_exists(#data.otro.mas)",
    "#data.#value = :nine",
    "#data.#value = :text",
    "#data.#value <> :nine",
    "#data.otro <> :nine",
    "#data.otro = :nine",
    "#data.#value < :ten AND #ttl <= :ten",
    "#ttl > :ten OR #data.estado = :text",
    "attribute_not_exists(entity_id) OR #ttl <= :nine",
    "NOT #ttl = :ten AND #data.estado = :text",
    "NOT (#ttl = :nine OR #data.estado <> :text)",
    "#ttl BETWEEN :nine AND :ten",
    "begins_with(entity_id, :text)",
]
UPDATES = [
    "SET #data.#value = :ten",
    "SET #data.#value = #data.#value + :ten, #data.estado = :text",
    "SET #data.nuevo = if_not_exists(#data.nuevo, :nine) + :ten",
    "REMOVE #ttl SET #data.#value = :ten",
    "SET #ttl = :nine REMOVE #data.otro, #data.estado",
]


def used(text: str) -> dict[str, Any]:
    """The names and values that an expression uses: DynamoDB refuses others."""
    return {
        "ExpressionAttributeNames": {name: value for name, value in NAMES.items() if name in text},
        "ExpressionAttributeValues": {name: value for name, value in VALUES.items() if name in text},
    }


def accepts(client: Any, condition: str) -> bool:
    rest = {name: value for name, value in used(condition).items() if value}
    try:
        client.put_item(TableName="t", Item=ROW, ConditionExpression=condition, **rest)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


@pytest.fixture(scope="module")
def moto() -> Any:
    with dynamodb_with("t") as client:
        yield client


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_holds_where_it_holds_for_moto(moto: Any, condition: str, *, exists: bool) -> None:
    """For a row, and for one that isn't there."""
    simulated = SimulatedDynamoDB()
    for client in (moto, simulated):
        client.delete_item(TableName="t", Key=KEY)
        if exists:
            client.put_item(TableName="t", Item=ROW)
    assert accepts(simulated, condition) == accepts(moto, condition)


@pytest.mark.parametrize("update", UPDATES)
def test_an_update_makes_what_it_makes_for_moto(moto: Any, update: str) -> None:
    """The row before stays as it was."""
    row = {**ROW}
    moto.put_item(TableName="t", Item=row)
    rest = {name: value for name, value in used(update).items() if value}
    moto.update_item(TableName="t", Key=KEY, UpdateExpression=update, **rest)
    assert updated(update, row, NAMES, VALUES) == moto.get_item(TableName="t", Key=KEY)["Item"]
    assert row == ROW


@pytest.mark.parametrize("text", ["", "size(a) > :nine", "#ttl", "#ttl ~ :nine", "#ttl = :nine)", "(#ttl = :nine"])
def test_what_it_does_not_know_it_says(text: str) -> None:
    """Rather than decide wrongly."""
    with pytest.raises(UnknownExpression):
        holds(text, ROW, NAMES, VALUES)
