"""What a screen may send."""

import pytest
from saai_domain.roles import Rol

from tests.e2e.store import Store, frame


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
