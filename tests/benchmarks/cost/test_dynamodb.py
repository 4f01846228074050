"""The metered DynamoDB bills by AWS's rules: sizes, consistency, transactions, indexes."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from saai_domain.testing.dynamodb import SimulatedDynamoDB

from benchmarks.cost.dynamodb import MeteredDynamoDB
from benchmarks.cost.meter import Count, Meter

TIMES = {"dynamodb read": 4, "dynamodb write": 6, "dynamodb transaction": 15}


@pytest.fixture
def client() -> MeteredDynamoDB:
    return MeteredDynamoDB(SimulatedDynamoDB(), Meter(times=TIMES))


def row(entity_id: str, size: int = 0, **attributes: Any) -> dict[str, Any]:
    """A row of the store T001 with a text of so many bytes."""
    return {"tenant_id": {"S": "T001"}, "entity_id": {"S": entity_id}, "text": {"S": "x" * size}, **attributes}


def key(entity_id: str) -> dict[str, Any]:
    return {"tenant_id": {"S": "T001"}, "entity_id": {"S": entity_id}}


def stocked(client: MeteredDynamoDB, *rows: dict[str, Any], table: str = "ventas") -> Meter:
    for each in rows:
        client.inner.put_item(TableName=table, Item=each)
    return client.meter


def query(client: MeteredDynamoDB, **params: Any) -> Count:
    client.query(
        TableName="ventas",
        KeyConditionExpression="tenant_id = :t",
        ExpressionAttributeValues={":t": {"S": "T001"}},
        **params,
    )
    return client.meter.take()


def test_a_batch_rounds_each_row_up_and_bills_what_is_not_there(client: MeteredDynamoDB) -> None:
    """A row of 5,000 bytes is two units, a small one and a missing one are one each."""
    meter = stocked(client, row("a", 5_000), row("b"))
    keys = [key(each) for each in ("a", "b", "c")]
    client.batch_get_item(RequestItems={"ventas": {"ConsistentRead": True, "Keys": keys}})
    assert meter.take().reads == {"ventas": 4}
    client.batch_get_item(RequestItems={"ventas": {"Keys": keys}})
    assert meter.take().reads == {"ventas": 2}


def test_a_query_rounds_its_sum(client: MeteredDynamoDB) -> None:
    """A hundred rows of some 100 bytes are three units of 4 KB; half where they may be behind."""
    stocked(client, *(row(f"{number:03}", 80) for number in range(100)))
    assert query(client, ConsistentRead=True).reads == {"ventas": 3}
    assert query(client).reads == {"ventas": 1.5}
    assert query(client, Limit=1).reads == {"ventas": 0.5}


def test_a_query_is_billed_and_waited_for_by_the_megabyte(client: MeteredDynamoDB) -> None:
    """Three rows of 400,000 bytes: two fill the first page."""
    stocked(client, *(row(str(number), 400_000) for number in range(3)))
    count = query(client, ConsistentRead=True)
    assert count.reads == {"ventas": 196 + 98}
    assert client.meter.milliseconds == 8


def test_a_query_goes_on_where_it_ended(client: MeteredDynamoDB) -> None:
    """``Limit`` and ``LastEvaluatedKey``, forwards and backwards."""
    stocked(client, *(row(each) for each in "abcd"))
    params = {
        "TableName": "ventas",
        "KeyConditionExpression": "tenant_id = :t",
        "ExpressionAttributeValues": {":t": {"S": "T001"}},
        "Limit": 2,
    }
    for forward, pages in ((True, ["ab", "cd"]), (False, ["dc", "ba"])):
        answer = client.query(**params, ScanIndexForward=forward)
        assert "".join(each["entity_id"]["S"] for each in answer["Items"]) == pages[0]
        answer = client.query(**params, ScanIndexForward=forward, ExclusiveStartKey=answer["LastEvaluatedKey"])
        assert "".join(each["entity_id"]["S"] for each in answer["Items"]) == pages[1]
        assert "LastEvaluatedKey" not in answer


def test_a_write_is_billed_by_the_larger_of_before_and_after(client: MeteredDynamoDB) -> None:
    """By the kilobyte, also where the condition fails and where a row goes."""
    meter = stocked(client, row("a", 3_000))
    client.put_item(TableName="ventas", Item=row("a"))
    assert meter.take().writes == {"ventas": 3}
    stocked(client, row("a", 3_000))
    with pytest.raises(ClientError):
        client.put_item(TableName="ventas", Item=row("a"), ConditionExpression="attribute_not_exists(entity_id)")
    assert meter.take().writes == {"ventas": 3}
    client.delete_item(TableName="ventas", Key=key("a"))
    assert meter.take().writes == {"ventas": 3}
    client.delete_item(TableName="ventas", Key=key("a"))
    assert meter.take().writes == {"ventas": 1}


def test_a_transaction_costs_twice(client: MeteredDynamoDB) -> None:
    """Each row by itself."""
    meter = client.meter
    puts = [
        {"Put": {"TableName": "ventas", "Item": row("a", 1_500)}},
        {"Put": {"TableName": "counters", "Item": row("b")}},
    ]
    client.transact_write_items(TransactItems=puts, ClientRequestToken="t")
    count = meter.take()
    assert count.writes == {"ventas": 4, "counters": 2}
    assert count.units == {"dynamodb write units": 6}
    assert client.meter.milliseconds == 15


def test_an_index_costs_when_its_entry_comes_changes_or_goes(client: MeteredDynamoDB) -> None:
    """A move from one key to another is a deletion and a new entry; what the index doesn't hold costs nothing."""
    meter = client.meter
    place = "eventos/pendientes"
    pending = {"pendiente": {"N": "3"}, "created_epoch": {"N": "1767225600"}}
    client.put_item(TableName="eventos", Item=row("a", **pending))
    assert meter.take().writes == {"eventos": 1, place: 1}
    client.put_item(TableName="eventos", Item=row("a", 100, **pending))
    assert meter.take().writes == {"eventos": 1}
    client.update_item(
        TableName="eventos",
        Key=key("a"),
        UpdateExpression="SET pendiente = :p",
        ExpressionAttributeValues={":p": {"N": "19"}},
    )
    assert meter.take().writes == {"eventos": 1, place: 2}
    client.update_item(TableName="eventos", Key=key("a"), UpdateExpression="REMOVE pendiente")
    assert meter.take().writes == {"eventos": 1, place: 1}


def test_an_index_is_read_at_half_price_and_by_what_it_holds(client: MeteredDynamoDB) -> None:
    """Rows of 10,000 bytes have entries of some 40."""
    stocked(client, *(row(str(number), 10_000) for number in range(3)), table="ws-connections")
    answer = client.query(
        TableName="ws-connections",
        IndexName="por_conexion",
        KeyConditionExpression="entity_id = :c",
        ExpressionAttributeValues={":c": {"S": "1"}},
    )
    assert answer["Items"] == [key("1")]
    assert client.meter.take().reads == {"ws-connections/por_conexion": 0.5}
