"""A stage that the version before has filled: its rows are read as they are, and go on.

What that version wrote stands here as it stood in its tables: counters without the log's id, events and what became of
requests without a hash, kept for a day.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from saai_domain.aws.dynamodb import deserialize, serialize
from saai_domain.testing.tokens import token
from saai_domain.time import LIMA, epoch_seconds, iso_timestamp
from saai_support.functions import FAILED_EVENTS, Functions
from saai_support.payloads import CONNECTION_ID, http_request, payload

NOON = datetime(2025, 12, 31, 12, 0, tzinfo=LIMA)
THEN = iso_timestamp(NOON)
DAY = epoch_seconds(NOON) + 86_400
FRAME = json.dumps(
    {
        "event_type": "analitica_actualizada",
        "tenant_id": "T001",
        "timestamp": THEN,
        "data": {"mensaje": "Lista"},
        "event_id": "recalculo-1",
        "canal": "administracion",
        "seq": 1,
    }
)
WRITTEN = {"estado": "ACTIVO", "created_at": THEN, "updated_at": THEN}
ROWS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("counters", "ventas", {"value": 1}, {}),
    ("counters", "eventos#tienda", {"value": 1}, {}),
    ("counters", "eventos#administracion", {"value": 1}, {}),
    ("productos", "T001P001", {"codigo_producto": "T001P001", "nombre": "Arroz", "precio": 5, "stock": 9}, {}),
    ("idempotencia", "evento#recalculo-1", {"entity_id": "administracion#000000000001"}, {"ttl": DAY}),
    (
        "eventos",
        "administracion#000000000001",
        {
            "event_id": "recalculo-1",
            "event_type": "analitica_actualizada",
            "canal": "administracion",
            "seq": 1,
            "timestamp": THEN,
            "frame": FRAME,
            "notices": [],
        },
        {"ttl": DAY + 6 * 86_400, "created_epoch": epoch_seconds(NOON)},
    ),
]


@pytest.fixture
def functions() -> Functions:
    """The functions of today over the rows of yesterday."""
    functions = Functions()
    for table, entity_id, data, top_level in ROWS:
        row = {"tenant_id": "T001", "entity_id": entity_id, **top_level, "data": {**data, **WRITTEN}}
        functions.aws.dynamodb.put_item(TableName=table, Item=serialize(row))
    return functions


def at(**later: int) -> time_machine.travel:
    return time_machine.travel(NOON + timedelta(**later), tick=False)


def row(functions: Functions, table: str, entity_id: str) -> dict[str, Any]:
    rows = [deserialize(item) for item in functions.aws.dynamodb.rows(table)]
    (found,) = (each for each in rows if each["entity_id"] == entity_id)
    return found


def test_a_repeat_of_an_event_that_was_logged_before_is_recognised(functions: Functions) -> None:
    """And from then on as long as any other; the row is kept with what it says."""
    event = {
        "tenant_id": "T001",
        "event_type": "analitica_actualizada",
        "payload": {"mensaje": "Lista"},
        "event_id": "recalculo-1",
    }
    for hours in (23, 14 * 24):
        with at(hours=hours):
            assert functions.call("EmitirEventosWs", event)["statusCode"] == 200
    assert [item["entity_id"]["S"] for item in functions.aws.dynamodb.rows("eventos")] == [
        "administracion#000000000001"
    ]
    assert functions.aws.sqs.bodies(FAILED_EVENTS) == []
    kept = row(functions, "idempotencia", "evento#recalculo-1")
    assert kept["ttl"] > DAY
    assert kept["data"]["entity_id"] == "administracion#000000000001"


def test_a_screen_of_the_version_before_follows_from_its_cursor(functions: Functions) -> None:
    """It names no log, and passes over the one that it is told."""
    functions.aws.connections.open(CONNECTION_ID)
    with at(minutes=5):
        asked = payload("websocket_message", body='{"action":"resume","cursor":{"tienda":1}}')
        answer = json.loads(functions.call("OnMessage", asked)["body"])
    assert (answer["action"], answer["cursor"], answer["log"]) == ("resumed", {"tienda": 1}, "1")


def test_sales_go_on_where_the_counters_stand(functions: Functions) -> None:
    """And the counter keeps the form that it had: an id of the log is written by an operator only."""
    sale = {"productos": [{"codigo_producto": "T001P001", "cantidad": 2}], "metodo_pago": "YAPE"}
    with at(minutes=5):
        answer = functions.call("RegistrarVenta", http_request("POST /ventas", token=token(), body=sale))
        listed = functions.call("ConsultarTienda", http_request("GET /ventas", token=token()))
    assert json.loads(answer["body"])["data"]["codigo_venta"] == "T001V002"
    data = json.loads(listed["body"])["data"]
    assert (data["cursor"], data["log"]) == ({"tienda": 2}, "1")
    assert "log" not in row(functions, "counters", "eventos#tienda")["data"]
