"""Tables of docs/domain.md's model in moto, and counting what is asked of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore.config import Config
from moto import mock_aws

INDEXES: dict[str, list[dict[str, Any]]] = {
    "ws-connections": [
        {
            "IndexName": "por_conexion",
            "KeySchema": [{"AttributeName": "entity_id", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "eventos": [
        {
            "IndexName": "pendientes",
            "KeySchema": [
                {"AttributeName": "pendiente", "KeyType": "HASH"},
                {"AttributeName": "created_epoch", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}
NUMBERS = {"eventos": ("pendiente", "created_epoch")}
"""Key attributes that are numbers."""


@contextmanager
def dynamodb_with(*tables: str) -> Iterator[Any]:
    """A DynamoDB client of an account that has these tables."""
    with mock_aws():
        session = botocore.session.get_session()
        session.set_credentials("test", "test")
        config = Config(max_pool_connections=64)
        client: Any = session.create_client("dynamodb", region_name="us-east-1", config=config)
        for table in tables:
            indexes = {"GlobalSecondaryIndexes": INDEXES[table]} if table in INDEXES else {}
            client.create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[
                    {"AttributeName": "tenant_id", "KeyType": "HASH"},
                    {"AttributeName": "entity_id", "KeyType": "RANGE"},
                ],
                AttributeDefinitions=[
                    {"AttributeName": "tenant_id", "AttributeType": "S"},
                    {"AttributeName": "entity_id", "AttributeType": "S"},
                    *({"AttributeName": name, "AttributeType": "N"} for name in NUMBERS.get(table, ())),
                ],
                **indexes,
            )
        yield client


def calls_of(client: Any) -> list[tuple[str, dict[str, Any]]]:
    """Record the operations that a client makes from now on, with their parameters."""
    calls: list[tuple[str, dict[str, Any]]] = []

    def record(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append((model.name, params))

    client.meta.events.register("provide-client-params.dynamodb", record)
    return calls
