"""EmitirEventosWs as any SAAI service invokes it."""

import json
from typing import Any

import pytest
from saai_domain.aws.publisher import EventPublisher
from saai_domain.events import AnaliticaActualizada
from saai_domain.roles import Rol
from websockets.exceptions import ConnectionClosed

from tests.e2e.store import FRAME_SECONDS, Store, eventually, frame, is_silent


def _invoke(store: Store, **request: Any) -> Any:
    response = store.running.clients.lambda_.invoke(
        FunctionName=store.running.stack.functions["EmitirEventosWs"],
        Payload=json.dumps({"tenant_id": store.tenant_id, **request}).encode(),
    )
    answer = json.loads(response["Payload"].read())
    return answer["statusCode"], json.loads(answer["body"])


ANALYTICS = {"event_type": "analitica_actualizada", "payload": {"mensaje": "Listo"}}


def test_the_owner_gets_an_analytics_event_and_the_cashier_does_not(store: Store) -> None:
    """Keys that the contract doesn't know are passed on."""
    with store.screen() as cashier, store.screen(store.token(Rol.ADMIN)) as owner:
        owner.hears_other_services = True
        status, body = _invoke(store, **{**ANALYTICS, "payload": {"mensaje": "Listo", "nueva_clave": [1, 2]}})
        assert frame(owner)["data"] == {"mensaje": "Listo", "nueva_clave": [1, 2]}
        assert is_silent(cashier)
    assert status == 200
    assert set(body) == {
        "message",
        "tenant_id",
        "event_type",
        "connections_sent",
        "connections_cleaned",
        "timestamp",
    }
    assert (body["connections_sent"], body["connections_cleaned"]) == (1, 0)


def test_the_excluded_connection_is_not_pushed_to(store: Store) -> None:
    """The screen that caused the event knows it already."""
    with store.screen(store.token(Rol.ADMIN)) as causing, store.screen(store.token(Rol.ADMIN)) as other:
        causing.send('{"action":"ping"}')
        connection_id = frame(causing)["connection_id"]
        _invoke(store, exclude_connection_id=connection_id, **ANALYTICS)
        assert frame(other)["event_type"] == "analitica_actualizada"
        assert is_silent(causing)


def test_an_event_sent_again_under_its_id_is_logged_once(store: Store) -> None:
    """A retry after a lost answer does no harm."""
    for _ in range(2):
        assert _invoke(store, event_id="recalculo-7", **ANALYTICS)[0] == 200
    assert len(store.rows("eventos")) == 1


def test_the_publisher_of_the_layer_has_an_event_delivered(store: Store) -> None:
    """Another service needs one call."""
    publisher = EventPublisher(
        client=store.running.clients.lambda_, function_name=store.running.stack.functions["EmitirEventosWs"]
    )
    with store.screen(store.token(Rol.ADMIN)) as owner:
        event_id = publisher.emit(store.tenant_id, AnaliticaActualizada(mensaje="Listo"))  # type: ignore[arg-type]
        assert frame(owner)["event_id"] == event_id


def test_an_invoke_that_breaks_the_contract_answers_400(store: Store) -> None:
    """A missing field and an unknown type are named."""
    status, body = _invoke(store, event_type="analitica_actualizada")
    assert (status, body["data"][0]["campo"]) == (400, "payload")
    assert _invoke(store, event_type="otra_cosa", payload={})[0] == 400


def test_a_dead_connection_is_cleaned_and_keeps_nobody_from_the_event(store: Store) -> None:
    """Its socket is long gone, its row was left behind."""
    with store.screen(store.token(Rol.ADMIN)) as owner:
        (row,) = store.rows("ws-connections")
        dead = {
            "tenant_id": {"S": store.tenant_id},
            "entity_id": {"S": "muerta"},
            "ttl": {"N": str(row["ttl"])},
            "data": {
                "M": {
                    "connection_id": {"S": "muerta"},
                    "codigo_usuario": {"S": row["data"]["codigo_usuario"]},
                    "rol": {"S": "ADMIN"},
                    "connected_at": {"S": "2025-12-31T15:30:00-05:00"},
                    "expira": {"N": str(row["data"]["expira"])},
                }
            },
        }
        store.running.clients.dynamodb.put_item(TableName=store.running.stack.tables["ws-connections"], Item=dead)
        _, body = _invoke(store, **ANALYTICS)
        assert frame(owner)
    assert (body["connections_sent"], body["connections_cleaned"]) == (1, 1)
    assert eventually(lambda: store.row("ws-connections", "muerta") is None)


def test_a_row_past_its_time_gets_nothing_and_is_closed_and_removed(store: Store) -> None:
    """A token that ran out ends what its screen may see."""
    with store.screen(store.token(Rol.ADMIN)) as owner:
        (row,) = store.rows("ws-connections")
        store.running.clients.dynamodb.update_item(
            TableName=store.running.stack.tables["ws-connections"],
            Key={"tenant_id": {"S": store.tenant_id}, "entity_id": {"S": row["entity_id"]}},
            UpdateExpression="SET #data.expira = :past",
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues={":past": {"N": "1"}},
        )
        _, body = _invoke(store, **ANALYTICS)
        with pytest.raises(ConnectionClosed):
            owner.recv(timeout=FRAME_SECONDS)
        assert (body["connections_sent"], body["connections_cleaned"]) == (0, 1)
        assert store.rows("ws-connections") == []
