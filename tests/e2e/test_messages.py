"""What a screen may send."""

import json
import time
from datetime import timedelta

import pytest
from local_aws.tokens import issue
from saai_domain.roles import Rol
from websockets.exceptions import ConnectionClosed

from tests.e2e.store import FRAME_SECONDS, Store, eventually, frame


def test_a_ping_is_answered_with_the_last_events_of_the_channels_that_the_role_hears(store: Store) -> None:
    """A cashier learns nothing of the owner's channel."""
    with store.screen() as cashier, store.screen(store.token(Rol.ADMIN)) as owner:
        store.sell({"P001": 1})
        frame(cashier)
        frame(owner)
        cashier.send('{"action":"ping"}')
        owner.send('{"action":"ping"}')
        assert frame(cashier)["cursor"] == {"tienda": 1}
        pong = frame(owner)
    assert pong["action"] == "pong"
    assert pong["cursor"] == {"tienda": 1, "administracion": 0}
    assert pong["connection_id"]
    # The earlier of the token's 24 hours and the connection's 2 h 10 min.
    assert 7_700 < pong["expira_en"] <= 7_800


@pytest.mark.parametrize(
    ("message", "code"),
    [("hola", "mensaje_no_valido"), ("[1]", "mensaje_no_valido"), ('{"action":"volar"}', "accion_desconocida")],
)
def test_anything_else_is_answered_with_a_clear_error(store: Store, message: str, code: str) -> None:
    """The code is for the program, the message for people."""
    with store.screen() as screen:
        screen.send(message)
        reply = frame(screen)
    assert (reply["action"], reply["code"]) == ("error", code)
    assert reply["message"]


def test_a_screen_that_was_away_gets_what_it_missed_in_order_and_byte_for_byte(store: Store) -> None:
    """The owner's channel stays the owner's."""
    with store.screen() as cashier:
        store.sell({"P001": 1})
        live = cashier.recv(timeout=FRAME_SECONDS, decode=True)
    for _ in range(3):
        store.sell({"P001": 1})
    assert eventually(lambda: not any("pendiente" in row for row in store.rows("eventos")))
    with store.screen() as cashier:
        cashier.send('{"action":"resume","cursor":{"tienda":0,"administracion":0}}')
        events = cashier.recv(timeout=FRAME_SECONDS, decode=True)
        resumed = frame(cashier)
    assert live in events
    assert [event["seq"] for event in json.loads(events)["events"]] == [1, 2, 3, 4]
    assert (resumed["action"], resumed["cursor"], resumed["more"]) == ("resumed", {"tienda": 4}, False)


def test_a_cursor_that_the_log_cant_serve_is_told_to_reload(store: Store) -> None:
    """It lies beyond what there is."""
    with store.screen() as cashier:
        cashier.send('{"action":"resume","cursor":{"tienda":7}}')
        assert frame(cashier) == {"action": "reload", "cursor": {"tienda": 0}, "log": "1"}


@pytest.mark.parametrize("with_event", [False, True])
def test_a_connection_past_its_time_is_closed_at_the_next_message_or_event(store: Store, *, with_event: bool) -> None:
    """It hears nothing of it, and its row goes."""
    token = issue(
        secret=store.running.stack.jwt_secret,
        tenant_id=store.tenant_id,
        codigo_usuario=f"{store.tenant_id}U001",
        rol="worker",
        lifetime=timedelta(seconds=3),
    )
    with store.screen(token) as screen:
        (row,) = store.rows("ws-connections")
        time.sleep(max(0.0, float(row["data"]["expira"]) - time.time()))
        if with_event:
            store.sell({"P001": 1})
        else:
            screen.send('{"action":"ping"}')
        with pytest.raises(ConnectionClosed):
            screen.recv(timeout=FRAME_SECONDS)
    assert eventually(lambda: not store.rows("ws-connections"))
