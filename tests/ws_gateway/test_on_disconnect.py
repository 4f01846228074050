"""OnDisconnect as API Gateway calls it."""

from collections.abc import Callable
from typing import Any

from saai_support.payloads import payload

from tests.ws_gateway.functions import put, rows

Call = Callable[..., Any]
CONNECTION_ID = "L0SM9cOFvHcCIhw="


def test_exactly_the_connections_row_is_removed(call: Call, dynamodb: Any) -> None:
    """It is found by the index, since ``$disconnect`` has no authorizer context to count on."""
    for tenant_id, entity_id in [("T001", CONNECTION_ID), ("T001", "otra"), ("T002", "otra mas")]:
        put(dynamodb, "ws-connections", tenant_id, entity_id)
    assert call("OnDisconnect", payload("websocket_disconnect")) == {"statusCode": 200}
    assert sorted(row["entity_id"] for row in rows(dynamodb, "ws-connections")) == ["otra", "otra mas"]


def test_a_row_that_is_gone_is_answered_200_all_the_same(call: Call) -> None:
    """``$disconnect`` may come late, or twice."""
    assert call("OnDisconnect", payload("websocket_disconnect")) == {"statusCode": 200}
