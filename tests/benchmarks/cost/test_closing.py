"""CerrarPantallas, measured in the time that its calls are taken to need: within 60 s nobody listens any more."""

from collections.abc import Sequence

import pytest
from saai_domain.testing.aws import Call
from saai_domain.testing.connections import SocketState
from saai_support.store import Screen, Store

from benchmarks.cost.prices import MILLISECONDS

WAITS = {"query": "dynamodb read", "update_item": "dynamodb write", "delete_item": "dynamodb write"}


def seconds(calls: Sequence[Call]) -> float:
    """How long calls take that are made one after another."""
    return sum(MILLISECONDS[WAITS.get(call.operation, "post")] for call in calls) / 1000


@pytest.mark.parametrize("count", [5, 100, 1_000])
def test_within_a_minute_screens_are_closed_get_nothing_more_and_cant_resume(count: int) -> None:
    """A usual store, a large one, and one that no store is."""
    store = Store.opened()
    screens = [Screen(connection_id=f"screen{number}") for number in range(count)]
    for screen in screens:
        store.connect(screen)
    store.put("tiendas", "SAAI", "T001", codigo_tienda="T001", estado="SUSPENDIDA")
    with store.aws.recording() as calls:
        answer = store.functions.call("CerrarPantallas", {"tenant_id": "T001"})
    assert answer["statusCode"] == 200
    assert seconds(calls) < 60
    sockets = [store.aws.connections.sockets[screen.connection_id] for screen in screens]
    assert {socket.state for socket in sockets} == {SocketState.CLOSED}
    emitted = store.emit(event_type="analitica_actualizada", payload={"mensaje": "Lista"})
    assert not [call for call in emitted if call.operation == "post_to_connection"]
    # One that asks all the same is not answered, and has no row again.
    store.say(screens[0], action="resume", cursor={"tienda": 0})
    assert store.answer == {"statusCode": 200}
    assert store.aws.dynamodb.rows("ws-connections") == []
