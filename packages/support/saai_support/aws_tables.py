"""SAAI's tables in moto, with the keys and indexes that the infrastructure gives them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore.config import Config
from moto import mock_aws
from saai_infra.table_specs import ENTITY, TABLES, TENANT, TableSpec


@contextmanager
def dynamodb_with(*tables: str) -> Iterator[Any]:
    """A DynamoDB client of an account that has these tables."""
    with mock_aws():
        session = botocore.session.get_session()
        session.set_credentials("test", "test")
        config = Config(max_pool_connections=64)
        client: Any = session.create_client("dynamodb", region_name="us-east-1", config=config)
        for table in tables:
            create_table(client, table)
        yield client


def create_table(client: Any, table: str, *, physical: str | None = None) -> None:
    """Make a table as docs/domain.md's of this name is: its keys and indexes. An unknown one has the two keys."""
    spec = TABLES.get(table, TableSpec())
    indexes = [
        {"IndexName": name, "KeySchema": _keys(index.keys), "Projection": {"ProjectionType": "KEYS_ONLY"}}
        for name, index in spec.indexes.items()
    ]
    client.create_table(
        TableName=physical or table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys({TENANT: "HASH", ENTITY: "RANGE"}),
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in spec.key_types.items()],
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    )


def _keys(kinds: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in kinds.items()]
