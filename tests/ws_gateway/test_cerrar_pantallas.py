"""CerrarPantallas: who may listen no more gets nothing more, at once."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from saai_domain.codes import UserCode
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.connections import SocketState
from saai_domain.time import epoch_seconds, lima_now
from ws_gateway.screens.closing import ScreensLeft
from ws_gateway.screens.connections import Connections

from tests.ws_gateway.connected import screen
from tests.ws_gateway.functions import put, rows

ANALYTICS = {"tenant_id": "T001", "event_type": "analitica_actualizada", "payload": {"mensaje": "Lista"}}


@pytest.fixture
def connected(aws: InMemoryAws, dynamodb: Any) -> InMemoryAws:
    """Two users of a store, one with two screens; another store; and a row of the earlier version."""
    connections = Connections(client=dynamodb, table="ws-connections")
    hour = epoch_seconds(lima_now()) + 3600
    for name, user in (("luz-1", "T001U001"), ("luz-2", "T001U001"), ("rosa", "T001U002")):
        connections.put(msgspec.structs.replace(screen(name), codigo_usuario=UserCode(user), expira=hour), lima_now())
        aws.connections.open(screen(name).connection_id)
    put(dynamodb, "ws-connections", "T001", "sin-usuario", connected_at="ayer")
    aws.connections.open(screen("sin-usuario").connection_id)
    put(dynamodb, "ws-connections", "T002", "ajena", rol="ADMIN", expira=hour)
    aws.connections.open(screen("ajena").connection_id)
    return aws


def _open(aws: InMemoryAws) -> set[str]:
    return {name for name, socket in aws.connections.sockets.items() if socket.state is SocketState.OPEN}


def _kept(dynamodb: Any) -> set[str]:
    return {row["entity_id"] for row in rows(dynamodb, "ws-connections")}


def test_a_users_screens_are_closed_and_nobody_elses(
    call: Callable[..., Any], connected: InMemoryAws, dynamodb: Any
) -> None:
    """With their rows."""
    answer = call("CerrarPantallas", {"tenant_id": "T001", "codigo_usuario": "T001U001"})
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {
        "message": "Pantallas cerradas.",
        "tenant_id": "T001",
        "connections_closed": 2,
    }
    assert _open(connected) == _kept(dynamodb) == {"rosa", "sin-usuario", "ajena"}


def test_a_stores_screens_are_all_closed(call: Callable[..., Any], connected: InMemoryAws, dynamodb: Any) -> None:
    """Also those whose rows tell nobody's name; no other store's."""
    call("CerrarPantallas", {"tenant_id": "T001"})
    assert _open(connected) == _kept(dynamodb) == {"ajena"}


def test_repeating_it_does_no_harm(call: Callable[..., Any], connected: InMemoryAws) -> None:
    """Lambda may deliver an invoke twice."""
    call("CerrarPantallas", {"tenant_id": "T001"})
    assert json.loads(call("CerrarPantallas", {"tenant_id": "T001"})["body"])["connections_closed"] == 0


def test_a_screen_that_can_not_be_closed_gets_nothing_all_the_same(
    call: Callable[..., Any], connected: InMemoryAws, dynamodb: Any
) -> None:
    """The invocation fails, so that Lambda tries again; the others are closed."""
    connected.connections.statuses = {"luz-1": 429}
    with pytest.raises(ScreensLeft, match="1 screens"):
        call("CerrarPantallas", {"tenant_id": "T001"})
    connected.connections.statuses = {}
    assert _open(connected) == _kept(dynamodb) == {"luz-1", "ajena"}
    call("EmitirEventosWs", ANALYTICS)
    assert connected.connections.frames("luz-1") == []
    assert _open(connected) == {"ajena"}


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({}, "tenant_id"),
        ({"tenant_id": "SAAI"}, "tenant_id"),
        ({"tenant_id": "T001", "codigo_usuario": "T001P001"}, "codigo_usuario"),
        (["T001"], "event"),
    ],
)
def test_what_names_no_store_or_no_user_is_refused(
    call: Callable[..., Any], connected: InMemoryAws, event: Any, field: str
) -> None:
    """And closes nothing: an empty user is not a whole store."""
    answer = call("CerrarPantallas", event)
    assert (answer["statusCode"], json.loads(answer["body"])["data"][0]["campo"]) == (400, field)
    assert len(_open(connected)) == 5
