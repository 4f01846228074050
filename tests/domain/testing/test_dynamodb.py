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


def test_who_reads_a_row_or_wrote_it_changes_nothing_afterwards() -> None:
    """Rows are kept apart from what callers hold."""
    dynamodb = SimulatedDynamoDB()
    written = row("a", data={"stock": 1})
    dynamodb.put_item(TableName="t", Item=written)
    read = dynamodb.get_item(TableName="t", Key=key_of("T001", "a"))["Item"]
    written["data"]["M"]["stock"] = read["data"]["M"]["stock"] = {"N": "2"}
    assert dynamodb.rows("t") == [row("a", data={"stock": 1})]


@pytest.mark.parametrize("forward", [True, False])
def test_a_range_of_a_store_is_read_in_order_whatever_came_and_went(forward: bool) -> None:  # noqa: FBT001 - a parameter
    """Rows that were added and removed since somebody asked for an order."""
    dynamodb = SimulatedDynamoDB(page_size=2)
    for entity in ("c", "a", "e"):
        dynamodb.put_item(TableName="t", Item=row(entity))

    def found() -> list[str]:
        pages = dynamodb.get_paginator("query").paginate(
            TableName="t",
            KeyConditionExpression="tenant_id = :tenant AND entity_id BETWEEN :first AND :last",
            ExpressionAttributeValues=serialize({":tenant": "T001", ":first": "b", ":last": "e"}),
            ScanIndexForward=forward,
        )
        entities = [item["entity_id"]["S"] for page in pages for item in page["Items"]]
        return entities if forward else entities[::-1]

    assert found() == ["c", "e"]
    dynamodb.put_item(TableName="t", Item=row("d"))
    dynamodb.put_item(TableName="t", Item={**row("d"), "tenant_id": {"S": "T002"}})
    assert found() == ["c", "d", "e"]
    dynamodb.delete_item(TableName="t", Key=key_of("T001", "c"))
    assert found() == ["d", "e"]


def test_a_scan_reads_every_store_page_by_page() -> None:
    """A page may end in the middle of one."""
    dynamodb = SimulatedDynamoDB(page_size=2)
    for tenant, entity in (("T002", "a"), ("T001", "b"), ("T001", "c")):
        dynamodb.put_item(TableName="t", Item={**row(entity), "tenant_id": {"S": tenant}})
    pages = dynamodb.get_paginator("scan").paginate(TableName="t")
    assert [[item["entity_id"]["S"] for item in page["Items"]] for page in pages] == [["b", "c"], ["a"]]
    assert dynamodb.count("t") == 3


def test_a_row_whose_time_was_put_off_stays_until_then() -> None:
    """Also where both times lie in the same hour."""
    dynamodb = SimulatedDynamoDB()
    dynamodb.put_item(TableName="t", Item=row("a", ttl=100))
    for ttl in (200, 9_000):
        dynamodb.put_item(TableName="t", Item=row("a", ttl=ttl))
        assert dynamodb.expire(ttl) == 0
    assert dynamodb.expire(9_001) == 1
    assert dynamodb.count("t") == 0
