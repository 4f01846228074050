"""The action ``ping``, over DynamoDB in memory."""

from typing import Any

from saai_domain.roles import Rol
from ws_gateway.messages.ping import Ping

from tests.ws_gateway.connected import NOON, TENANT, screen
from tests.ws_gateway.functions import channel_cursors, put


def test_the_pong_tells_where_the_channels_stand(dynamodb: Any) -> None:
    """And the connection's own id and how long it has left, which a screen can't know otherwise."""
    cursors = channel_cursors(dynamodb, NOON)
    put(dynamodb, "counters", TENANT, "eventos#tienda", value=12)
    pong = Ping(cursors=cursors, clock=lambda: NOON)(screen("a", rol=Rol.ADMIN, expires_in=90), {})
    assert pong == {
        "action": "pong",
        "cursor": {"tienda": 12, "administracion": 0},
        "log": "1",
        "connection_id": "a",
        "expira_en": 90,
    }
