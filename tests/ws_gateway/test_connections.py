"""The rows of open connections."""

from typing import Any

import pytest
from saai_domain.aws.dynamodb import deserialize, serialize
from ws_gateway.connections import (
    LIFETIME_SECONDS,
    TTL_SECONDS,
    Connection,
    Connections,
    UnreadableRow,
    from_item,
    to_item,
)

from tests.aws_tables import calls_of
from tests.ws_gateway.api_gateway import load_event
from tests.ws_gateway.screens import NOON, TENANT, screen


@pytest.fixture
def connections(dynamodb: Any) -> Connections:
    return Connections(client=dynamodb, table="ws-connections")


def test_the_row_is_the_contracts_with_the_ttl_at_top_level_too() -> None:
    """DynamoDB ignores a TTL in a map."""
    connection = Connection.opened(load_event("connect")["requestContext"])
    row = to_item(connection, NOON)
    assert row["ttl"] == row["data"]["ttl"] == 1767200400 + TTL_SECONDS
    assert set(row["data"]) >= {"connection_id", "codigo_usuario", "rol", "connected_at", "estado", "ttl", "expira"}
    assert row["data"]["connected_at"] == "2025-12-31T12:00:00-05:00"
    assert from_item(serialize(row)) == connection


def test_a_connection_ends_with_its_token_or_ten_minutes_after_api_gateways_two_hours() -> None:
    """Whichever comes first."""
    context = load_event("connect")["requestContext"]
    assert Connection.opened(context).expira == 1767200400 + LIFETIME_SECONDS
    context["authorizer"]["exp"] = "1767200500"
    assert Connection.opened(context).expira == 1767200500


def test_a_stores_rows_are_read_on_all_pages_consistently(dynamodb: Any, connections: Connections) -> None:
    """A page holds 1 MB; an eventual read could miss a screen."""
    padding = "x" * 300_000
    for number in range(8):
        row = to_item(screen(f"s{number}"), NOON)
        row["data"]["relleno"] = padding
        connections.client.put_item(TableName="ws-connections", Item=serialize(row))
    calls = calls_of(dynamodb)
    assert len(list(connections.of_store(TENANT))) == 8
    assert len(calls) > 1
    assert all(name == "Query" and params["ConsistentRead"] for name, params in calls)


def test_a_connections_store_is_found_by_the_index(dynamodb: Any, connections: Connections) -> None:
    """One query, never a scan."""
    connections.put(screen("a"), NOON)
    calls = calls_of(dynamodb)
    assert connections.tenants_of(screen("a").connection_id) == ["T001"]
    assert connections.tenants_of(screen("b").connection_id) == []
    assert [(name, params["IndexName"]) for name, params in calls] == [("Query", "por_conexion")] * 2


def test_deleting_removes_exactly_that_row(dynamodb: Any, connections: Connections) -> None:
    """And does no harm where it is gone."""
    for name in ("a", "b"):
        connections.put(screen(name), NOON)
    for _ in range(2):
        connections.delete(TENANT, screen("a").connection_id)
    (left,) = dynamodb.scan(TableName="ws-connections")["Items"]
    assert deserialize(left)["entity_id"] == "b"


def test_a_row_of_the_earlier_version_lives_until_its_ttl() -> None:
    """It has no ``expira``, and tells its age in epoch seconds or not at all."""
    row = to_item(screen("old"), NOON)
    del row["data"]["expira"], row["data"]["connected_at"]
    read = from_item(serialize(row))
    assert isinstance(read, Connection)
    assert (read.expira, read.connected_at) == (row["ttl"], 0)


def test_a_row_without_a_role_is_unreadable() -> None:
    """Nobody can tell what it may hear."""
    row = to_item(screen("x"), NOON)
    del row["data"]["rol"]
    assert from_item(serialize(row)) == UnreadableRow(connection_id=screen("x").connection_id)
