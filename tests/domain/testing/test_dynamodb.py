"""The simulated DynamoDB keeps AWS's rules for transactions, which MiniStack doesn't."""

import threading
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError
from saai_domain.aws.dynamodb import key_of, put, serialize
from saai_domain.testing.dynamodb import SimulatedDynamoDB


def row(entity: str, **changes: Any) -> Any:
    return serialize({"tenant_id": "T001", "entity_id": entity, **changes})


def new(entity: str) -> Any:
    """A transaction's write of a row that must not exist."""
    plain = {"tenant_id": "T001", "entity_id": entity}
    return put("t", plain, condition="attribute_not_exists(entity_id)")


def reasons(error: pytest.ExceptionInfo[ClientError]) -> list[str]:
    response: Any = error.value.response
    return [reason["Code"] for reason in response["CancellationReasons"]]


def test_a_transaction_writes_all_or_nothing_and_says_which_condition_failed() -> None:
    """In the order of the actions."""
    dynamodb = SimulatedDynamoDB()
    dynamodb.put_item(TableName="t", Item=row("b"))
    with pytest.raises(ClientError) as error:
        dynamodb.transact_write_items(TransactItems=[new("a"), new("b")], ClientRequestToken="1")
    assert reasons(error) == ["None", "ConditionalCheckFailed"]
    assert dynamodb.rows("t") == [row("b")]
    dynamodb.transact_write_items(TransactItems=[new("a"), new("c")], ClientRequestToken="2")
    assert dynamodb.rows("t") == [row("a"), row("b"), row("c")]


def test_a_transaction_that_is_sent_again_is_written_once() -> None:
    """Its token tells."""
    dynamodb = SimulatedDynamoDB()
    for _ in range(2):
        dynamodb.transact_write_items(TransactItems=[new("a")], ClientRequestToken="1")
    assert dynamodb.rows("t") == [row("a")]


def test_a_row_that_a_transaction_is_writing_cancels_another_and_refuses_a_write() -> None:
    """TransactionConflict: MiniStack never says it."""
    began, ended = threading.Event(), threading.Event()

    def hold(_: float) -> None:
        if threading.current_thread() is writer:
            began.set()
            ended.wait(30)

    dynamodb = SimulatedDynamoDB(seconds=1, sleep=hold)
    writer = threading.Thread(
        target=dynamodb.transact_write_items, kwargs={"TransactItems": [new("a")], "ClientRequestToken": "1"}
    )
    writer.start()
    began.wait(30)
    with pytest.raises(ClientError) as error:
        dynamodb.transact_write_items(TransactItems=[new("b"), new("a")], ClientRequestToken="2")
    assert reasons(error) == ["None", "TransactionConflict"]
    with pytest.raises(ClientError, match="TransactionConflictException"):
        dynamodb.put_item(TableName="t", Item=row("a"))
    ended.set()
    writer.join()
    assert dynamodb.rows("t") == [row("a")]


def test_an_index_holds_the_rows_that_have_its_keys_in_their_order() -> None:
    """Page by page."""
    dynamodb = SimulatedDynamoDB(page_size=2)
    for entity, created in (("a", 30), ("b", 10), ("c", 20)):
        dynamodb.put_item(TableName="eventos", Item=row(entity, pendiente=3, created_epoch=created))
    dynamodb.put_item(TableName="eventos", Item=row("d", created_epoch=1))
    pages = dynamodb.get_paginator("query").paginate(
        TableName="eventos",
        IndexName="pendientes",
        KeyConditionExpression="pendiente = :shard AND created_epoch <= :until",
        ExpressionAttributeValues=serialize({":shard": 3, ":until": 30}),
    )
    assert [[item["entity_id"]["S"] for item in page["Items"]] for page in pages] == [["b", "c"], ["a"]]


def test_rows_are_read_changed_and_deleted() -> None:
    """One at a time and many at once."""
    dynamodb = SimulatedDynamoDB()
    dynamodb.put_item(TableName="t", Item=row("a", ttl=1))
    dynamodb.update_item(
        TableName="t",
        Key=key_of("T001", "a"),
        UpdateExpression="SET #ttl = :two",
        ExpressionAttributeNames={"#ttl": "ttl"},
        ExpressionAttributeValues=serialize({":two": 2}),
    )
    assert dynamodb.get_item(TableName="t", Key=key_of("T001", "a"), ConsistentRead=True) == {"Item": row("a", ttl=2)}
    request = {"t": {"Keys": [key_of("T001", "a"), key_of("T001", "b")]}}
    assert dynamodb.batch_get_item(RequestItems=request)["Responses"] == {"t": [row("a", ttl=2)]}
    deleted = dynamodb.delete_item(TableName="t", Key=key_of("T001", "a"), ReturnValues="ALL_OLD")
    assert deleted == {"Attributes": row("a", ttl=2)}
    assert dynamodb.get_item(TableName="t", Key=key_of("T001", "a")) == {}


def test_each_write_that_took_effect_is_told_with_its_rows_before_and_after() -> None:
    """A transaction is one write; what was refused, and what was there from the start, is none."""
    dynamodb = SimulatedDynamoDB()
    dynamodb.load("t", row("a"))
    told: list[Any] = []
    dynamodb.written = told.append
    dynamodb.transact_write_items(TransactItems=[new("b"), new("c")], ClientRequestToken="1")
    with pytest.raises(ClientError):
        dynamodb.transact_write_items(TransactItems=[new("a"), new("d")])
    dynamodb.put_item(TableName="t", Item=row("a", state={"S": "x"}))
    dynamodb.batch_write_item(RequestItems={"t": [{"DeleteRequest": {"Key": key_of("T001", "b")}}]})
    assert told == [
        {("t", "T001", "b"): (None, row("b")), ("t", "T001", "c"): (None, row("c"))},
        {("t", "T001", "a"): (row("a"), row("a", state={"S": "x"}))},
        {("t", "T001", "b"): (row("b"), None)},
    ]


def test_a_row_past_its_time_goes_with_its_place_in_the_indexes() -> None:
    """Rows without a time stay."""
    dynamodb = SimulatedDynamoDB()
    dynamodb.load("eventos", row("a", ttl=100, pendiente=1, created_epoch=1))
    dynamodb.load("eventos", row("b", ttl=101, pendiente=1, created_epoch=1))
    dynamodb.load("eventos", row("c"))
    assert dynamodb.expire(101) == 1
    assert [item["entity_id"]["S"] for item in dynamodb.rows("eventos")] == ["b", "c"]
    pending = dynamodb.query(
        TableName="eventos",
        IndexName="pendientes",
        KeyConditionExpression="pendiente = :shard",
        ExpressionAttributeValues={":shard": {"N": "1"}},
    )
    assert [item["entity_id"]["S"] for item in pending["Items"]] == ["b"]


def test_a_token_is_known_for_ten_minutes() -> None:
    """After that the same request is a new one."""
    dynamodb = SimulatedDynamoDB()
    with time_machine.travel(0, tick=False) as clock:
        dynamodb.transact_write_items(TransactItems=[new("a")], ClientRequestToken="1")
        clock.shift(600)
        dynamodb.transact_write_items(TransactItems=[new("a")], ClientRequestToken="1")
        clock.shift(1)
        with pytest.raises(ClientError):
            dynamodb.transact_write_items(TransactItems=[new("a")], ClientRequestToken="1")
