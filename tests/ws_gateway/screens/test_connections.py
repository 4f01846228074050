"""The rows of open connections."""

from decimal import Decimal
from typing import Any

import pytest
from saai_domain.aws.dynamodb import deserialize, serialize
from saai_domain.codes import TenantId
from saai_domain.roles import Rol
from saai_domain.testing.aws import InMemoryAws
from saai_support.payloads import payload
from ws_gateway.screens.connections import (
    LIFETIME_SECONDS,
    TTL_SECONDS,
    Connection,
    Connections,
    UnreadableConnection,
    from_item,
    to_item,
)

from tests.ws_gateway.connected import NOON, NOW, TENANT, screen


@pytest.fixture
def connections(dynamodb: Any) -> Connections:
    return Connections(client=dynamodb, table="ws-connections")


def test_the_row_is_the_contracts_with_the_ttl_at_top_level_too() -> None:
    """DynamoDB ignores a TTL in a map."""
    connection = Connection.opened(payload("websocket_connect")["requestContext"])
    row = to_item(connection, NOON)
    assert row["ttl"] == row["data"]["ttl"] == 1767200400 + TTL_SECONDS
    assert set(row["data"]) >= {"connection_id", "codigo_usuario", "rol", "connected_at", "estado", "ttl", "expira"}
    assert row["data"]["connected_at"] == "2025-12-31T12:00:00-05:00"
    assert from_item(serialize(row)) == connection


def test_a_connection_ends_with_its_token_or_ten_minutes_after_api_gateways_two_hours() -> None:
    """Whichever comes first."""
    context = payload("websocket_connect")["requestContext"]
    assert Connection.opened(context).expira == 1767200400 + LIFETIME_SECONDS
    context["authorizer"]["exp"] = "1767200500"
    assert Connection.opened(context).expira == 1767200500


def test_a_connection_past_its_end_has_nothing_left() -> None:
    """A negative number would be read as a time."""
    assert screen("a", expires_in=90).seconds_left(NOON) == 90
    assert screen("a", expires_in=-5).seconds_left(NOON) == 0


def test_a_stores_rows_are_read_on_all_pages_consistently(aws: InMemoryAws, connections: Connections) -> None:
    """A page holds 1 MB; an eventual read could miss a screen."""
    aws.dynamodb.page_size = 3
    for number in range(8):
        connections.put(screen(f"s{number}"), NOON)
    with aws.recording() as calls:
        assert len(list(connections.of_store(TENANT))) == 8
    assert len(calls) == 3
    assert all(call.operation == "query" and call.params["ConsistentRead"] for call in calls)


def test_a_connections_store_is_found_by_the_index(aws: InMemoryAws, connections: Connections) -> None:
    """One query, never a scan."""
    connections.put(screen("a"), NOON)
    with aws.recording() as calls:
        assert connections.tenants_of(screen("a").connection_id) == ["T001"]
        assert connections.tenants_of(screen("b").connection_id) == []
    assert [(call.operation, call.params["IndexName"]) for call in calls] == [("query", "por_conexion")] * 2


def test_deleting_removes_exactly_that_row(dynamodb: Any, connections: Connections) -> None:
    """And does no harm where it is gone."""
    for name in ("a", "b"):
        connections.put(screen(name), NOON)
    for _ in range(2):
        connections.delete(TENANT, screen("a").connection_id)
    (left,) = dynamodb.scan(TableName="ws-connections")["Items"]
    assert deserialize(left)["entity_id"] == "b"


def test_only_the_stores_own_rows_are_read(connections: Connections) -> None:
    """Others have their own partition."""
    connections.put(screen("a"), NOON)
    connections.put(screen("b", tenant_id=TenantId("T002")), NOON)
    assert list(connections.of_store(TENANT)) == [screen("a")]


def stored(**changes: Any) -> dict[str, Any]:
    """A row as an earlier version may have written it: keys of ``data`` changed, or without those that are None."""
    row = to_item(screen("old"), NOON)
    data = {name: value for name, value in (row["data"] | changes).items() if value is not None}
    return serialize({**row, "data": data})


def test_a_row_without_expira_lives_until_its_ttl() -> None:
    """At top level, or in ``data`` where it stands nowhere else."""
    row = stored(expira=None, ttl=NOW + 7)
    row["ttl"] = {"N": str(NOW + 5)}
    assert read(row).expira == NOW + 5
    del row["ttl"]
    assert read(row).expira == NOW + 7


@pytest.mark.parametrize(
    ("connected_at", "epoch"),
    [
        ("2025-12-31T12:00:00-05:00", NOW),
        ("2025-12-31T17:00:00+00:00", NOW),
        ("2025-12-31T17:00:00Z", NOW),
        ("2025-12-31T12:00:00", NOW),
        (NOW, NOW),
        (Decimal(f"{NOW}.5"), NOW),
        ("ayer", 0),
        (True, 0),
        (None, 0),
    ],
)
def test_the_age_of_a_row_is_read_in_every_form_and_else_is_great(connected_at: Any, epoch: int) -> None:
    """It only tells whether a 410 may be premature: no reason to keep an event from the screen."""
    assert read(stored(connected_at=connected_at)).connected_at == epoch


@pytest.mark.parametrize("rol", ["admin", "ADMIN", "Admin"])
def test_both_spellings_of_a_role_are_read(rol: str) -> None:
    """As in tokens."""
    assert read(stored(rol=rol)).rol is Rol.ADMIN


def test_a_row_needs_no_user() -> None:
    """Who listens is told by store and role."""
    assert read(stored(codigo_usuario=None)).rol is Rol.ADMIN


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(stored(rol=None), id="no role"),
        pytest.param(stored(rol="dueño"), id="unknown role"),
        pytest.param(stored(rol=7), id="a number for a role"),
        pytest.param(stored(expira="mañana"), id="a text for expira"),
        pytest.param({**stored(), "data": {"S": "x"}}, id="data is a text"),
        pytest.param({name: stored()[name] for name in ("tenant_id", "entity_id")}, id="no data"),
        pytest.param(
            {name: value for name, value in stored(expira=None, ttl=None).items() if name != "ttl"}, id="no end"
        ),
    ],
)
def test_a_row_that_does_not_tell_who_listens_or_until_when_is_unreadable(row: Any) -> None:
    """It raises nothing: it must not keep the event from the others."""
    assert from_item(row) == UnreadableConnection(connection_id=screen("old").connection_id)


def read(row: Any) -> Connection:
    connection = from_item(row)
    assert isinstance(connection, Connection)
    return connection
