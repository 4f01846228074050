"""The action ``ping``, over moto's DynamoDB."""

from typing import Any

from saai_domain.roles import Rol
from ws_gateway.connections import Connections
from ws_gateway.ping import Ping
from ws_gateway.positions import Positions

from tests.ws_gateway.functions import put
from tests.ws_gateway.screens import NOON, TENANT, screen


def test_the_pong_tells_where_the_channels_stand(dynamodb: Any) -> None:
    """And the connection's own id, which a screen can't know otherwise."""
    connections = Connections(client=dynamodb, table="ws-connections")
    positions = Positions(client=dynamodb, connections=connections, counters_table="counters", clock=lambda: NOON)
    put(dynamodb, "counters", TENANT, "eventos#tienda", value=12)
    pong = Ping(positions=positions)(screen("a", rol=Rol.ADMIN), {})
    assert pong == {"action": "pong", "cursor": {"tienda": 12, "administracion": 0}, "connection_id": "a"}
