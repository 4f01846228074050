"""A stage that the version before has filled: its rows are read as they are, and go on.

``version_before.json`` is what that version's own functions wrote into the tables at noon: a connected cashier with a
ticket, two sales of which one is delivered, an event of another service, a refresh of the analytics. Its counters have
no log id, its events' records no hash, its connections no count of recoveries.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import time_machine
from saai_domain.aws.dynamodb import deserialize
from saai_domain.roles import Rol
from saai_domain.testing.connections import SocketState
from saai_domain.time import LIMA, epoch_seconds
from saai_support.functions import FAILED_EVENTS, Functions
from saai_support.store import CASHIER, Screen, Store

ROWS: Final = Path(__file__).with_name("version_before.json")
NOON: Final = datetime(2025, 12, 31, 12, 0, tzinfo=LIMA)
TICKET: Final = "T001.TMMv6x22erHFMG4b0HYSww4gVqJmwe8aZM13yVZCwKk"
OWNER: Final = Screen(connection_id="owner", codigo_usuario="T001U002", rol=Rol.ADMIN)


@pytest.fixture
def store() -> Store:
    """The functions of today over the rows of before, and the socket that is open."""
    store = Store(Functions())
    for table, rows in json.loads(ROWS.read_text(encoding="utf-8")).items():
        for item in rows:
            store.aws.dynamodb.put_item(TableName=table, Item=item)
    store.aws.connections.open(CASHIER.connection_id)
    return store


def at(**later: int) -> time_machine.travel:
    return time_machine.travel(NOON + timedelta(**later), tick=False)


def row(store: Store, table: str, entity_id: str) -> dict[str, Any]:
    rows = [deserialize(item) for item in store.aws.dynamodb.rows(table)]
    (found,) = (each for each in rows if each["entity_id"] == entity_id)
    return found


def data_of(answer: Mapping[str, Any]) -> Any:
    return json.loads(answer["body"])["data"]


def frames(store: Store) -> list[Any]:
    return [json.loads(text) for text in store.aws.connections.frames(CASHIER.connection_id)]


def test_a_repeat_of_a_sale_is_answered_as_it_was(store: Store) -> None:
    """A cashier whose answer was lost asks again after the upgrade."""
    with at(minutes=5):
        store.sell("k1")
        assert data_of(store.answer) == {"codigo_venta": "T001V001", "total": 7.0, "fecha": "2025-12-31"}
    assert len(store.aws.dynamodb.rows("ventas")) == 2


def test_a_repeat_of_an_event_that_was_logged_before_is_recognised(store: Store) -> None:
    """And from then on as long as any other; the row is kept with what it says."""
    ends = row(store, "idempotencia", "evento#recalculo-1")["ttl"]
    for hours in (23, 14 * 24):
        with at(hours=hours):
            store.emit(event_type="analitica_actualizada", payload={"mensaje": "Lista"}, event_id="recalculo-1")
            assert store.answer["statusCode"] == 200
    assert len(store.aws.dynamodb.rows("eventos")) == 4
    assert store.aws.sqs.bodies(FAILED_EVENTS) == []
    kept = row(store, "idempotencia", "evento#recalculo-1")
    assert kept["ttl"] > ends
    assert kept["data"]["entity_id"] == "administracion#000000000001"


def test_sales_go_on_where_the_counters_stand(store: Store) -> None:
    """And the counter keeps the form that it had: an id of the log is written by an operator only."""
    with at(minutes=5):
        store.sell("k3")
        assert data_of(store.answer)["codigo_venta"] == "T001V003"
        store.ask(CASHIER, "/ventas")
        data = data_of(store.answer)
    assert (data["cursor"], data["log"]) == ({"tienda": 3}, "1")
    assert [item["codigo_venta"] for item in data["items"]] == ["T001V003", "T001V002", "T001V001"]
    assert "log" not in row(store, "counters", "eventos#tienda")["data"]


def test_an_event_that_was_pending_is_delivered_to_the_connection_of_before(store: Store) -> None:
    """The sweep finds it, and it is what was logged."""
    with at(minutes=2):
        store.functions.call("BarrerEventos", {})
        store.functions.run_queued()
    assert [frame["seq"] for frame in frames(store)] == [2]
    assert "pendiente" not in row(store, "eventos", "tienda#000000000002")
    assert len(store.aws.dynamodb.rows("notificaciones")) == 3


def test_a_screen_of_the_version_before_follows_from_its_cursor(store: Store) -> None:
    """It names no log, and passes over the one that it is told; the row of its connection counts from now on."""
    with at(minutes=5):
        store.say(action="resume", cursor={"tienda": 1})
        answer = json.loads(store.answer["body"])
        store.say(action="ping")
    assert [frame["events"][0]["seq"] for frame in frames(store)] == [2]
    assert (answer["action"], answer["cursor"], answer["log"]) == ("resumed", {"tienda": 2}, "1")
    assert json.loads(store.answer["body"])["cursor"] == {"tienda": 2}


def test_connections_of_before_are_closed_and_forgotten(store: Store) -> None:
    """By CerrarPantallas, and when the socket ends."""
    with at(minutes=5):
        store.functions.call("CerrarPantallas", {"tenant_id": "T001", "codigo_usuario": "T001U001"})
        assert store.aws.connections.sockets[CASHIER.connection_id].state is SocketState.CLOSED
        store.disconnect()
    assert store.aws.dynamodb.rows("ws-connections") == []


def test_a_ticket_of_before_lets_its_screen_in_once(store: Store) -> None:
    """An upgrade may come between a ticket and its handshake."""
    effects = []
    with at(seconds=30):
        for _ in range(2):
            store.authorize(ticket=TICKET)
            effects.append(store.answer["policyDocument"]["Statement"][0]["Effect"])
    assert effects == ["Allow", "Deny"]


def test_the_dashboard_goes_on_from_figures_of_before(store: Store) -> None:
    """It shows both sales; the alerts that were told stay told, and what the days before came to is believed."""
    with at(minutes=5):
        store.refresh()
        store.functions.run_queued()
        store.ask(OWNER, "/analitica", periodo="dia")
    assert data_of(store.answer)["ventas"]["total_ventas"] == 2
    assert row(store, "eventos", "administracion#000000000003")["data"]["notices"] == []
    assert row(store, "analitica", "dia")["leido_epoch"] == epoch_seconds(NOON) + 300


def test_notifications_of_before_are_listed(store: Store) -> None:
    """The owner's list has what that version kept."""
    with at(minutes=5):
        store.ask(OWNER, "/notificaciones")
    assert len(data_of(store.answer)["items"]) == 2
