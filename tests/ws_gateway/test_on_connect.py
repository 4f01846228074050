"""OnConnect as API Gateway calls it."""

from collections.abc import Callable
from typing import Any

import pytest
from saai_domain.testing.aws import InMemoryAws
from saai_support.payloads import payload

from tests.ws_gateway.functions import log_lines, put, rows

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


INACTIVE = [("tiendas", "SAAI", "T001", "SUSPENDIDA"), ("usuarios", "T001", "T001U001", "INACTIVO")]


@pytest.mark.parametrize(("table", "tenant", "entity", "estado"), INACTIVE)
def test_who_became_inactive_during_the_handshake_is_kept_out(
    call: Call, dynamodb: Any, table: str, tenant: str, entity: str, estado: str
) -> None:
    """CerrarPantallas may have looked for rows before this one was there: it is judged after it stands."""
    put(dynamodb, table, tenant, entity, estado=estado)
    assert call("OnConnect", payload("websocket_connect")) == {"statusCode": 403}
    assert rows(dynamodb, "ws-connections") == []


def test_rights_are_read_after_the_row_is_written(call: Call, aws: InMemoryAws) -> None:
    """The other way round a change in between would be seen by nobody."""
    with aws.recording() as calls:
        call("OnConnect", payload("websocket_connect"))
    assert [each.operation for each in calls] == ["put_item", "batch_get_item"]
    assert all(part["ConsistentRead"] for part in calls[1].params["RequestItems"].values())
