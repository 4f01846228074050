"""What every test of the gateway may count on: no socket, and moto's tables."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.aws_tables import dynamodb_with

TABLES = ("ws-connections", "tiendas", "usuarios", "counters", "eventos", "idempotencia")


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Moto answers below the socket."""


@pytest.fixture(scope="module")
def tables() -> Iterator[Any]:
    """A client of an account with the tables; making one takes longer than all tests of a module."""
    with dynamodb_with(*TABLES) as client:
        yield client


@pytest.fixture
def dynamodb(tables: Any) -> Any:
    """The client, with empty tables."""
    for table in TABLES:
        for row in tables.get_paginator("scan").paginate(TableName=table).build_full_result()["Items"]:
            tables.delete_item(TableName=table, Key={name: row[name] for name in ("tenant_id", "entity_id")})
    return tables
