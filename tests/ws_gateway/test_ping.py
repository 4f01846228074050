"""The action ``ping``, over moto's DynamoDB."""

from typing import Any

import pytest
from saai_domain.codes import TenantId
from saai_domain.roles import Rol
from ws_gateway.connections import Connections, from_item
from ws_gateway.ping import Ping

from tests.aws_tables import calls_of
from tests.ws_gateway.functions import put, rows
from tests.ws_gateway.screens import NOON, TENANT, screen


@pytest.fixture
def connections(dynamodb: Any) -> Connections:
    return Connections(client=dynamodb, table="ws-connections")


@pytest.fixture
def ping(dynamodb: Any, connections: Connections) -> Ping:
    return Ping(client=dynamodb, connections=connections, counters_table="counters", clock=lambda: NOON)


@pytest.mark.parametrize(
    ("rol", "cursor"),
    [
        (Rol.TRABAJADOR, {"tienda": 12}),
        (Rol.ADMIN, {"tienda": 12, "administracion": 3}),
        (Rol.SAAI, {"tienda": 12, "administracion": 3}),
    ],
)
def test_the_pong_tells_the_last_event_of_each_channel_that_the_role_hears(
    ping: Ping, dynamodb: Any, rol: Rol, cursor: dict[str, int]
) -> None:
    """A cashier doesn't even learn how many events the owner has."""
    put(dynamodb, "counters", TENANT, "eventos#tienda", value=12)
    put(dynamodb, "counters", TENANT, "eventos#administracion", value=3)
    put(dynamodb, "counters", TenantId("T002"), "eventos#tienda", value=99)
    pong = ping(screen("a", rol=rol), {})
    assert pong == {"action": "pong", "cursor": cursor, "connection_id": "a"}


def test_a_channel_without_events_stands_at_0(ping: Ping) -> None:
    """A store that sold nothing yet has no counter."""
    assert ping(screen("a", rol=Rol.ADMIN), {})["cursor"] == {"tienda": 0, "administracion": 0}


def test_counters_and_row_are_read_consistently_in_one_call(
    ping: Ping, connections: Connections, dynamodb: Any
) -> None:
    """A cursor that is behind would have a screen ask for events it has."""
    connections.put(screen("a"), NOON)
    calls = calls_of(dynamodb)
    ping(screen("a"), {})
    ((name, params),) = calls
    assert name == "BatchGetItem"
    assert all(part["ConsistentRead"] for part in params["RequestItems"].values())


def test_a_row_that_is_missing_is_written_again(ping: Ping, dynamodb: Any) -> None:
    """A 410 may have removed it before the socket was open."""
    ping(screen("a"), {})
    (item,) = dynamodb.scan(TableName="ws-connections")["Items"]
    assert from_item(item) == screen("a")


def test_a_row_that_is_there_stays_as_it_is(ping: Ping, connections: Connections, dynamodb: Any) -> None:
    """A ping costs no write."""
    connections.put(screen("a", age=7000), NOON)
    before = rows(dynamodb, "ws-connections")
    ping(screen("a"), {})
    assert rows(dynamodb, "ws-connections") == before
