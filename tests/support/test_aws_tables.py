"""The tables that tests make are those that the infrastructure makes."""

from saai_domain.testing.dynamodb import INDEXES
from saai_infra.table_specs import ENTITY, TABLES, TENANT
from saai_support.aws_tables import dynamodb_with


def test_tables_have_the_specified_keys_and_indexes() -> None:
    """DynamoDB's own answer: what is described is what code under test meets."""
    with dynamodb_with(*TABLES) as client:
        described = {name: client.describe_table(TableName=name)["Table"] for name in TABLES}
    for name, spec in TABLES.items():
        table = described[name]
        assert [key["AttributeName"] for key in table["KeySchema"]] == [TENANT, ENTITY]
        indexes = {index["IndexName"]: index["KeySchema"] for index in table.get("GlobalSecondaryIndexes", ())}
        assert {index: [key["AttributeName"] for key in keys] for index, keys in indexes.items()} == {
            index: list(keys.keys) for index, keys in spec.indexes.items()
        }


def test_the_dynamodb_in_memory_has_the_same_indexes() -> None:
    """It goes with the domain layer, which knows nothing of the infrastructure; so it names them itself."""
    specified = {name: index for spec in TABLES.values() for name, index in spec.indexes.items()}
    assert {name: keys[0] for name, keys in INDEXES.items()} == {
        name: index.hash_key for name, index in specified.items()
    }
    sorted_by = {name: index.range_key for name, index in specified.items() if index.range_key}
    assert {name: INDEXES[name][1] for name in sorted_by} == sorted_by
