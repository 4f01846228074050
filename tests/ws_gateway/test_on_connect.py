"""OnConnect as API Gateway calls it."""

from collections.abc import Callable
from typing import Any

import pytest
from saai_support.payloads import payload

from tests.ws_gateway.functions import log_lines, rows

Call = Callable[..., Any]


def test_the_connections_row_is_written(call: Call, dynamodb: Any) -> None:
    """From the authorizer's strings and the moment at which API Gateway took the connection."""
    assert call("OnConnect", payload("websocket_connect")) == {"statusCode": 200}
    (row,) = rows(dynamodb, "ws-connections")
    assert (row["tenant_id"], row["entity_id"]) == ("T001", "L0SM9cOFvHcCIhw=")
    assert (row["data"]["codigo_usuario"], row["data"]["rol"]) == ("T001U001", "TRABAJADOR")
    assert row["data"]["connected_at"] == "2025-12-31T12:00:00-05:00"


@pytest.mark.parametrize("name", ["Sec-WebSocket-Protocol", "sec-websocket-protocol"])
@pytest.mark.parametrize(("offered", "chosen"), [("saai.v1, saai.v2", "saai.v1"), ("saai.v2,saai.v1", "saai.v2")])
def test_the_first_subprotocol_that_is_offered_is_chosen(call: Call, name: str, offered: str, chosen: str) -> None:
    """A browser drops the connection otherwise."""
    answer = call("OnConnect", payload("websocket_connect_subprotocol", headers={name: offered}))
    assert answer == {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": chosen}}


def test_a_connection_is_logged_in_one_line(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the query, which holds a token."""
    call("OnConnect", payload("websocket_connect"))
    (line,) = log_lines(capsys)
    assert (line["connection_id"], line["tenant_id"], line["ConnectionsOpened"]) == ("L0SM9cOFvHcCIhw=", "T001", 1)
    assert "TOKEN" not in str(line)
