"""OnMessage as API Gateway calls it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import time_machine
from saai_domain.aws.dynamodb import serialize
from saai_domain.event_log import log_event, to_item
from saai_domain.events import AnaliticaActualizada, Canal, event_of
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.connections import SocketState
from saai_support.functions import Functions
from saai_support.payloads import CONNECTION_ID, payload
from ws_gateway.screens.connections import LIFETIME_SECONDS

from tests.ws_gateway.connected import NOON, TENANT
from tests.ws_gateway.functions import log_lines, put, rows

Call = Callable[..., Any]


def reply(answer: Any) -> Any:
    assert answer["statusCode"] == 200
    return json.loads(answer["body"])


@time_machine.travel(NOON + timedelta(minutes=5), tick=False)
def test_a_ping_is_answered_by_a_pong(call: Call, dynamodb: Any) -> None:
    """The row that was missing is written from the authorizer's claims, which messages carry as well."""
    pong = reply(call("OnMessage", payload("websocket_message")))
    assert pong == {
        "action": "pong",
        "cursor": {"tienda": 0},
        "log": "1",
        "connection_id": "L0SM9cOFvHcCIhw=",
        "expira_en": LIFETIME_SECONDS - 300,
    }
    (row,) = rows(dynamodb, "ws-connections")
    assert row["data"]["connected_at"] == "2025-12-31T12:00:00-05:00"
    assert row["data"]["created_at"] == "2025-12-31T12:05:00-05:00"


@time_machine.travel(NOON + timedelta(minutes=5), tick=False)
def test_a_resume_is_served(call: Call, aws: InMemoryAws, dynamodb: Any) -> None:
    """What was missed is posted, the reply closes it."""
    event = event_of(AnaliticaActualizada(mensaje="Lista"))
    row = msgspec.structs.replace(
        log_event(event, tenant_id=TENANT, seq=1, moment=NOON, origen="prueba"), canal=Canal.TIENDA
    )
    dynamodb.put_item(TableName="eventos", Item=serialize(to_item(row)))
    put(dynamodb, "counters", TENANT, "eventos#tienda", value=1)
    socket = aws.connections.open(CONNECTION_ID)
    resumed = reply(call("OnMessage", payload("websocket_message", body='{"action":"resume","cursor":{"tienda":0}}')))
    assert (resumed["action"], resumed["cursor"]) == ("resumed", {"tienda": 1})
    (frame,) = socket.frames
    assert row.frame in frame


@time_machine.travel(NOON + timedelta(hours=3), tick=False)
@pytest.mark.parametrize("body", ['{"action":"ping"}', '{"action":"resume","cursor":{"tienda":0}}', "hola"])
def test_a_connection_past_its_time_is_closed_and_gets_no_answer(
    call: Call, aws: InMemoryAws, dynamodb: Any, body: str
) -> None:
    """Nor is its row written again: it was removed for that."""
    socket = aws.connections.open(CONNECTION_ID)
    answer = call("OnMessage", payload("websocket_message", body=body))
    assert answer == {"statusCode": 200}
    assert (socket.state, socket.frames) == (SocketState.CLOSED, [])
    assert rows(dynamodb, "ws-connections") == []


@time_machine.travel(NOON + timedelta(minutes=5), tick=False)
@pytest.mark.parametrize("body", ['{"action":"ping"}', '{"action":"resume","cursor":{"tienda":0}}'])
@pytest.mark.parametrize(
    ("table", "tenant", "entity", "estado"),
    [("tiendas", "SAAI", "T001", "SUSPENDIDA"), ("usuarios", "T001", "T001U001", "INACTIVO")],
)
def test_who_is_not_active_any_more_is_closed_at_the_next_message(
    call: Call, aws: InMemoryAws, dynamodb: Any, body: str, table: str, tenant: str, entity: str, estado: str
) -> None:
    """Nobody need have called CerrarPantallas: a client pings every 5 minutes. Its row goes."""
    socket = aws.connections.open(CONNECTION_ID)
    call("OnMessage", payload("websocket_message"))
    put(dynamodb, "counters", TENANT, "eventos#tienda", value=1)
    put(dynamodb, table, tenant, entity, estado=estado)
    assert call("OnMessage", payload("websocket_message", body=body)) == {"statusCode": 200}
    assert (socket.state, socket.frames) == (SocketState.CLOSED, [])
    assert rows(dynamodb, "ws-connections") == []


@time_machine.travel(NOON, tick=False)
def test_a_message_is_logged_in_one_line_without_its_text(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """With the code of the refusal."""
    call("OnMessage", payload("websocket_message", body='{"action":"secreto"}'))
    (line,) = log_lines(capsys)
    assert (line["connection_id"], line["reply"], line["code"]) == ("L0SM9cOFvHcCIhw=", "error", "accion_desconocida")
    assert "secreto" not in str(line)


@time_machine.travel(NOON, tick=False)
def test_a_burst_is_refused_in_time_and_who_goes_on_is_closed(
    aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refusal asks nothing of DynamoDB, and says when to come again."""
    process = Functions(aws)
    socket = aws.connections.open(CONNECTION_ID)
    ping = payload("websocket_message", body='{"action":"ping"}')
    for _ in range(30):
        assert reply(process.call("OnMessage", ping))["action"] == "pong"
    with aws.recording() as calls:
        for _ in range(30):
            refused = reply(process.call("OnMessage", ping))
    assert (refused["action"], refused["code"], refused["reintentar_en"]) == ("throttled", "demasiados_mensajes", 16)
    assert calls == []
    capsys.readouterr()
    assert process.call("OnMessage", ping) == {"statusCode": 200}
    assert socket.state is SocketState.CLOSED
    (line,) = log_lines(capsys)
    assert (line["ConnectionsFlooding"], line["codigo_usuario"]) == (1, "T001U001")
