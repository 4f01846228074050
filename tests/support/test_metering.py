"""DynamoDB is metered by AWS's rules: sizes, consistency, transactions, indexes."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from botocore.exceptions import ClientError
from saai_domain.testing.aws import InMemoryAws
from saai_support.metering import DynamoDBMeter


@attrs.frozen
class Metered:
    """An account whose calls are metered, and what nobody pays for: ``stock``."""

    aws: InMemoryAws = attrs.field(factory=InMemoryAws)
    meter: DynamoDBMeter = attrs.field(
        default=attrs.Factory(lambda self: DynamoDBMeter(self.aws.dynamodb), takes_self=True)
    )

    @property
    def client(self) -> Any:
        return self.aws.client("dynamodb")

    def stock(self, *rows: dict[str, Any], table: str = "ventas") -> None:
        for each in rows:
            self.aws.dynamodb.put_item(TableName=table, Item=each)

    def reads(self) -> dict[str, float]:
        """What was read since the last look."""
        return _taken(self.meter.reads)

    def writes(self) -> dict[str, float]:
        """What was written since the last look."""
        return _taken(self.meter.writes)

    def query(self, **params: Any) -> dict[str, float]:
        values = {":t": {"S": "T001"}}
        condition = "tenant_id = :t"
        self.client.query(
            TableName="ventas", KeyConditionExpression=condition, ExpressionAttributeValues=values, **params
        )
        return self.reads()


def _taken(counts: dict[str, float]) -> dict[str, float]:
    taken = dict(counts)
    counts.clear()
    return taken


@pytest.fixture
def metered() -> Iterator[Metered]:
    made = Metered()
    with made.aws.meanwhile(made.meter.around):
        yield made


def row(entity_id: str, size: int = 0, **attributes: Any) -> dict[str, Any]:
    """A row of the store T001 with a text of so many bytes."""
    return {"tenant_id": {"S": "T001"}, "entity_id": {"S": entity_id}, "text": {"S": "x" * size}, **attributes}


def key(entity_id: str) -> dict[str, Any]:
    return {"tenant_id": {"S": "T001"}, "entity_id": {"S": entity_id}}


def test_a_batch_rounds_each_row_up_and_bills_what_is_not_there(metered: Metered) -> None:
    """A row of 5,000 bytes is two units, a small one and a missing one are one each."""
    metered.stock(row("a", 5_000), row("b"))
    keys = [key(each) for each in ("a", "b", "c")]
    metered.client.batch_get_item(RequestItems={"ventas": {"ConsistentRead": True, "Keys": keys}})
    assert metered.reads() == {"ventas": 4}
    metered.client.batch_get_item(RequestItems={"ventas": {"Keys": keys}})
    assert metered.reads() == {"ventas": 2}


def test_a_query_rounds_its_sum(metered: Metered) -> None:
    """A hundred rows of some 100 bytes are three units of 4 KB; half where they may be behind."""
    metered.stock(*(row(f"{number:03}", 80) for number in range(100)))
    assert metered.query(ConsistentRead=True) == {"ventas": 3}
    assert metered.query() == {"ventas": 1.5}
    assert metered.query(Limit=1) == {"ventas": 0.5}


def test_a_query_is_billed_by_the_megabyte(metered: Metered) -> None:
    """Three rows of 400,000 bytes: two fill the first page."""
    metered.stock(*(row(str(number), 400_000) for number in range(3)))
    assert metered.query(ConsistentRead=True) == {"ventas": 196 + 98}


def test_a_write_is_billed_by_the_larger_of_before_and_after(metered: Metered) -> None:
    """By the kilobyte, also where the condition fails and where a row goes."""
    metered.stock(row("a", 3_000))
    metered.client.put_item(TableName="ventas", Item=row("a"))
    assert metered.writes() == {"ventas": 3}
    metered.stock(row("a", 3_000))
    with pytest.raises(ClientError):
        metered.client.put_item(
            TableName="ventas", Item=row("a"), ConditionExpression="attribute_not_exists(entity_id)"
        )
    assert metered.writes() == {"ventas": 3}
    metered.client.delete_item(TableName="ventas", Key=key("a"))
    assert metered.writes() == {"ventas": 3}
    metered.client.delete_item(TableName="ventas", Key=key("a"))
    assert metered.writes() == {"ventas": 1}


def test_a_transaction_costs_twice(metered: Metered) -> None:
    """Each row by itself."""
    puts = [
        {"Put": {"TableName": "ventas", "Item": row("a", 1_500)}},
        {"Put": {"TableName": "counters", "Item": row("b")}},
    ]
    metered.client.transact_write_items(TransactItems=puts, ClientRequestToken="t")
    assert metered.writes() == {"ventas": 4, "counters": 2}


def test_an_index_costs_when_its_entry_comes_changes_or_goes(metered: Metered) -> None:
    """A move from one key to another is a deletion and a new entry; what the index doesn't hold costs nothing."""
    place = "eventos/pendientes"
    pending = {"pendiente": {"N": "3"}, "created_epoch": {"N": "1767225600"}}
    metered.client.put_item(TableName="eventos", Item=row("a", **pending))
    assert metered.writes() == {"eventos": 1, place: 1}
    metered.client.put_item(TableName="eventos", Item=row("a", 100, **pending))
    assert metered.writes() == {"eventos": 1}
    metered.client.update_item(
        TableName="eventos",
        Key=key("a"),
        UpdateExpression="SET pendiente = :p",
        ExpressionAttributeValues={":p": {"N": "19"}},
    )
    assert metered.writes() == {"eventos": 1, place: 2}
    metered.client.update_item(TableName="eventos", Key=key("a"), UpdateExpression="REMOVE pendiente")
    assert metered.writes() == {"eventos": 1, place: 1}


def test_an_index_is_read_at_half_price_and_by_what_it_holds(metered: Metered) -> None:
    """Rows of 10,000 bytes have entries of some 40."""
    metered.stock(*(row(str(number), 10_000) for number in range(3)), table="ws-connections")
    answer = metered.client.query(
        TableName="ws-connections",
        IndexName="por_conexion",
        KeyConditionExpression="entity_id = :c",
        ExpressionAttributeValues={":c": {"S": "1"}},
    )
    assert answer["Items"] == [key("1")]
    assert metered.reads() == {"ws-connections/por_conexion": 0.5}
