"""Rows of the table model: typed values, consistent batch reads, conditional writes, counters."""

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.aws.dynamodb import (
    Counter,
    Key,
    batch_get,
    delete_if,
    deserialize,
    key_of,
    put,
    put_if,
    serialize,
    update,
    update_if,
)
from saai_domain.errors import ReadThrottled
from saai_domain.events import Severidad
from saai_domain.testing.aws import InMemoryAws

from tests.domain.aws.fakes import ScriptedClient
from tests.domain.fakes import FakeTime, backoff

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PRODUCT = Key("productos", "T001", "T001P001")
OTHER_PRODUCT = Key("productos", "T001", "T001P002")
SALES = Key("counters", "T001", "ventas")
NOW = "2025-12-31T15:30:00-05:00"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(10**30), 10**30) | st.decimals(
    min_value=-(10**20), max_value=10**20, allow_nan=False, allow_infinity=False, places=4
)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)
ITEMS = st.dictionaries(TEXTS, VALUES, max_size=4)


class TestValues:
    @given(item=ITEMS)
    def test_a_row_reads_back_as_it_was_written(self, item: dict[str, Any]) -> None:
        """Every value that JSON knows, and Decimal; whole numbers come back as Decimal."""
        assert deserialize(serialize(item)) == item

    @given(item=ITEMS)
    def test_the_types_are_boto3s(self, item: dict[str, Any]) -> None:
        """Other services read the same tables with it."""
        theirs = TypeSerializer()

        assert serialize(item) == {name: theirs.serialize(value) for name, value in item.items()}

    def test_numbers_are_read_as_decimal(self) -> None:
        """DynamoDB doesn't tell whole ones from others."""
        item = deserialize({"precio": {"N": "7.5"}, "stock": {"N": "38"}})

        assert item == {"precio": Decimal("7.5"), "stock": Decimal(38)}
        assert {type(value) for value in item.values()} == {Decimal}

    def test_an_enumeration_is_written_as_its_text(self) -> None:
        """A plain one, that any encoder takes."""
        assert type(serialize({"severidad": Severidad.INFO})["severidad"]["S"]) is str

    def test_a_tuple_is_written_as_a_list(self) -> None:
        """Frozen values hold tuples."""
        assert serialize({"productos": ("a", 1)}) == {"productos": {"L": [{"S": "a"}, {"N": "1"}]}}

    @pytest.mark.parametrize(
        "value",
        [
            1.5,
            float("nan"),
            Decimal("NaN"),
            Decimal("Infinity"),
            b"x",
            {"a"},
            pytest.param(object(), id="object"),
            {"deep": [0.1]},
        ],
        ids=repr,
    )
    def test_what_has_no_place_in_a_row_is_refused(self, value: object) -> None:
        """A float above all, however deep: money is Decimal."""
        with pytest.raises(TypeError, match="DynamoDB takes no"):
            serialize({"data": value})

    def test_what_only_other_services_write_can_be_read(self) -> None:
        """Existing tables may hold sets and bytes."""
        assert deserialize(
            {"a": {"SS": ["x", "y"]}, "b": {"NS": ["1", "2.5"]}, "c": {"B": b"\x00"}, "d": {"BS": [b"\x01"]}}
        ) == {"a": {"x", "y"}, "b": {Decimal(1), Decimal("2.5")}, "c": b"\x00", "d": {b"\x01"}}

    def test_a_key_is_store_and_entity(self) -> None:
        """The same for every table."""
        assert key_of("T001", "T001P001") == {"tenant_id": {"S": "T001"}, "entity_id": {"S": "T001P001"}}


def stored(key: Key, **attributes: object) -> dict[str, Any]:
    """Return a row as DynamoDB answers it."""
    return serialize({"tenant_id": key.tenant_id, "entity_id": key.entity_id, **attributes})


class TestBatchGet:
    def test_every_table_is_read_consistently_in_one_call(self) -> None:
        """A decision rests on what is so now."""
        client: Any = ScriptedClient([{"Responses": {"productos": [stored(PRODUCT, stock=2)], "counters": []}}])

        found = batch_get(client, [PRODUCT, OTHER_PRODUCT, SALES])

        assert client.requests == [
            {
                "RequestItems": {
                    "productos": {
                        "ConsistentRead": True,
                        "Keys": [key_of("T001", "T001P001"), key_of("T001", "T001P002")],
                    },
                    "counters": {"ConsistentRead": True, "Keys": [key_of("T001", "ventas")]},
                }
            }
        ]
        assert found == {PRODUCT: {"tenant_id": "T001", "entity_id": "T001P001", "stock": Decimal(2)}}

    def test_a_reader_that_can_wait_pays_half(self) -> None:
        """For rows that were written more than moments ago."""
        client: Any = ScriptedClient([{"Responses": {}}])

        batch_get(client, [SALES], consistent=False)

        assert client.requests[0]["RequestItems"]["counters"]["ConsistentRead"] is False

    def test_what_dynamodb_left_unread_is_asked_for_again(self) -> None:
        """As it hands it back, consistency included, after a pause."""
        time = FakeTime()
        left = {"productos": {"ConsistentRead": True, "Keys": [key_of("T001", "T001P002")]}}
        client: Any = ScriptedClient(
            [
                {"Responses": {"productos": [stored(PRODUCT)]}, "UnprocessedKeys": left},
                {"Responses": {}, "UnprocessedKeys": left},
                {"Responses": {"productos": [stored(OTHER_PRODUCT)]}, "UnprocessedKeys": {}},
            ]
        )

        found = batch_get(client, [PRODUCT, OTHER_PRODUCT], backoff=backoff(time))

        assert set(found) == {PRODUCT, OTHER_PRODUCT}
        assert [request["RequestItems"] for request in client.requests[1:]] == [left, left]
        assert time.naps == [0.04, 0.08]

    def test_it_gives_up_in_the_end(self) -> None:
        """And says how many rows are missing, rather than deciding without them."""
        left = {
            "productos": {"ConsistentRead": True, "Keys": [key_of("T001", "T001P001"), key_of("T001", "T001P002")]},
            "counters": {"ConsistentRead": True, "Keys": [key_of("T001", "ventas")]},
        }
        client: Any = ScriptedClient([{"Responses": {}, "UnprocessedKeys": left}] * 3)

        with pytest.raises(ReadThrottled) as refusal:
            batch_get(client, [PRODUCT, OTHER_PRODUCT, SALES], backoff=backoff(total=0.2))
        assert refusal.value.unread == 3

    @pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
    def test_a_call_that_is_throttled_is_made_again(self, code: str) -> None:
        """As a transaction is: a read may not give up sooner than what it is for."""
        time = FakeTime()
        refusal = ClientError({"Error": {"Code": code, "Message": ""}}, "BatchGetItem")
        client: Any = ScriptedClient([refusal, refusal, {"Responses": {"productos": [stored(PRODUCT)]}}])

        assert set(batch_get(client, [PRODUCT], backoff=backoff(time))) == {PRODUCT}
        assert time.naps == [0.04, 0.08]

    @pytest.mark.parametrize(("code", "calls"), [("ThrottlingException", 5), ("AccessDeniedException", 1)])
    def test_a_call_that_stays_refused_is_told(self, code: str, calls: int) -> None:
        """A missing right at once, a throttle in the end."""
        refusal = ClientError({"Error": {"Code": code, "Message": ""}}, "BatchGetItem")
        client: Any = ScriptedClient([refusal] * 99)

        with pytest.raises(ClientError, match=code):
            batch_get(client, [PRODUCT], backoff=backoff(total=0.5))
        assert len(client.requests) == calls

    def test_without_keys_nothing_is_asked(self) -> None:
        """DynamoDB refuses an empty batch."""
        client: Any = ScriptedClient([])

        assert batch_get(client, []) == {}

    def test_the_same_code_of_two_stores_stays_apart(self, dynamodb: "DynamoDBClient") -> None:
        """Rows are found under table, store and entity."""
        mine, theirs = Key("counters", "T001", "ventas"), Key("counters", "T002", "ventas")
        for key, value in ((mine, 1), (theirs, 2)):
            dynamodb.put_item(TableName="counters", Item=stored(key, data={"value": value}))

        found = batch_get(dynamodb, [mine, theirs, Key("counters", "T003", "ventas")])

        assert {key: row["data"]["value"] for key, row in found.items()} == {mine: 1, theirs: 2}


class TestActions:
    def test_a_put_carries_its_condition(self) -> None:
        """Names and values only where the condition has some: DynamoDB refuses empty ones."""
        item = {"tenant_id": "T001", "entity_id": "x", "ttl": 5}

        assert put("t", item, condition="attribute_not_exists(entity_id)") == {
            "Put": {
                "TableName": "t",
                "Item": {"tenant_id": {"S": "T001"}, "entity_id": {"S": "x"}, "ttl": {"N": "5"}},
                "ConditionExpression": "attribute_not_exists(entity_id)",
            }
        }
        assert put("t", item, condition="#ttl <= :now", names={"#ttl": "ttl"}, values={":now": 9})["Put"] == {
            "TableName": "t",
            "Item": {"tenant_id": {"S": "T001"}, "entity_id": {"S": "x"}, "ttl": {"N": "5"}},
            "ConditionExpression": "#ttl <= :now",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": {":now": {"N": "9"}},
        }

    def test_an_update_carries_its_condition(self) -> None:
        """Values in plain Python."""
        action = update(
            PRODUCT,
            expression="SET #stock = :left",
            condition="#stock = :read",
            names={"#stock": "stock"},
            values={":left": 1, ":read": Decimal(2)},
        )

        assert action == {
            "Update": {
                "TableName": "productos",
                "Key": key_of("T001", "T001P001"),
                "UpdateExpression": "SET #stock = :left",
                "ConditionExpression": "#stock = :read",
                "ExpressionAttributeNames": {"#stock": "stock"},
                "ExpressionAttributeValues": {":left": {"N": "1"}, ":read": {"N": "2"}},
            }
        }

    def test_both_can_be_sent(self) -> None:
        """Nothing in them is Python's own."""
        json.dumps([put("t", {"a": Decimal("1.50")}, condition="c"), Counter.among({}, SALES).advance(now=NOW)])


class TestCounters:
    def test_a_counter_that_was_never_used_stands_at_zero(self, dynamodb: "DynamoDBClient") -> None:
        """It has no row; the first use makes one."""
        counter = Counter.among(batch_get(dynamodb, [SALES]), SALES)

        assert (counter.value, counter.exists) == (0, False)
        dynamodb.transact_write_items(TransactItems=[counter.advance(now=NOW)])
        assert batch_get(dynamodb, [SALES])[SALES] == {
            "tenant_id": "T001",
            "entity_id": "ventas",
            "data": {"value": 1, "estado": "ACTIVO", "created_at": NOW, "updated_at": NOW},
        }

    @pytest.mark.parametrize("value", [0, 41])
    def test_a_counter_moves_on_from_where_it_stands(self, dynamodb: "DynamoDBClient", value: int) -> None:
        """Also one whose row says zero, as a seeded store's; what else its row holds stays."""
        dynamodb.put_item(TableName="counters", Item=stored(SALES, data={"value": value, "created_at": "before"}))
        counter = Counter.among(batch_get(dynamodb, [SALES]), SALES)

        assert (counter.value, counter.exists) == (value, True)
        dynamodb.transact_write_items(TransactItems=[counter.advance(by=3, now=NOW)])
        assert batch_get(dynamodb, [SALES])[SALES]["data"] == {
            "value": value + 3,
            "created_at": "before",
            "updated_at": NOW,
        }

    @pytest.mark.parametrize("seeded", [False, True])
    def test_only_one_of_two_readers_moves_it(self, dynamodb: "DynamoDBClient", *, seeded: bool) -> None:
        """The other one's transaction is cancelled, first use or not."""
        if seeded:
            dynamodb.put_item(TableName="counters", Item=stored(SALES, data={"value": 7}))
        counter = Counter.among(batch_get(dynamodb, [SALES]), SALES)
        dynamodb.transact_write_items(TransactItems=[counter.advance(now=NOW)])

        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            dynamodb.transact_write_items(TransactItems=[counter.advance(now=NOW)])


class TestConditionalWrites:
    @pytest.fixture
    def aws(self) -> InMemoryAws:
        return InMemoryAws()

    KEY = Key("productos", "T001", "T001P001")
    ROW: ClassVar = {"tenant_id": "T001", "entity_id": "T001P001", "data": {"stock": 3}}

    def put(self, aws: InMemoryAws) -> bool:
        return put_if(aws.clients.dynamodb, "productos", self.ROW, condition="attribute_not_exists(entity_id)")

    def sell(self, aws: InMemoryAws, units: int) -> bool:
        return update_if(
            aws.clients.dynamodb,
            self.KEY,
            expression="SET #data.stock = #data.stock - :units",
            condition="#data.stock >= :units",
            names={"#data": "data"},
            values={":units": units},
        )

    def delete(self, aws: InMemoryAws, stock: int) -> object:
        names, values = {"#data": "data"}, {":stock": stock}
        return delete_if(aws.clients.dynamodb, self.KEY, condition="#data.stock = :stock", names=names, values=values)

    def test_a_row_is_written_where_the_condition_holds(self, aws: InMemoryAws) -> None:
        """Whether it did is told, not raised."""
        assert (self.put(aws), self.put(aws)) == (True, False)

    def test_a_row_is_changed_where_the_condition_holds(self, aws: InMemoryAws) -> None:
        """A row that isn't there meets no condition on its values."""
        assert not self.sell(aws, 1)
        self.put(aws)
        assert (self.sell(aws, 2), self.sell(aws, 2)) == (True, False)
        (row,) = aws.dynamodb.rows("productos")
        assert deserialize(row)["data"]["stock"] == 1

    def test_a_row_is_deleted_where_the_condition_holds_and_returned(self, aws: InMemoryAws) -> None:
        """None where it isn't, or is gone."""
        self.put(aws)
        assert self.delete(aws, 4) is None
        assert self.delete(aws, 3) == self.ROW
        assert self.delete(aws, 3) is None

    @pytest.mark.parametrize("write", ["put", "sell", "delete"])
    def test_any_other_refusal_is_raised(self, aws: InMemoryAws, write: str) -> None:
        """It says nothing of the condition."""
        denied = ClientError({"Error": {"Code": "AccessDeniedException"}}, "AnyOperation")
        with aws.failing("dynamodb", denied), pytest.raises(ClientError, match="AccessDenied"):
            getattr(self, write)(aws, *([] if write == "put" else [1]))
