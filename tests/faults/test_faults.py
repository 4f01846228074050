"""No event is lost, doubled or shown to another store, whatever dies: small runs of ``make faults``.

And the judge of those runs notices what it is there to notice.
"""

from collections import Counter
from collections.abc import Callable

import pytest
from saai_domain.testing.dynamodb import KEYS
from saai_domain.testing.values import Item

from tests.faults.browser_clients import BrowserClients, node
from tests.faults.clients import Clients
from tests.faults.plain_clients import PlainClients
from tests.faults.run import run
from tests.faults.verdict import judge
from tests.faults.world import World

SITES = {
    "a sale": ("batch_get_item", "transact_write_items", "invoke"),
    "its delivery": ("get_item", "query", "post_to_connection", "publish", "update_item", "delete_item"),
    "a connection": ("put_item",),
}
"""The external calls of the path."""


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Everything is in memory."""


def browser_clients() -> Clients:
    """The browser client itself."""
    path = node()
    if path is None:
        pytest.skip("Node is not installed: the browser client is not tried")
    return BrowserClients(path)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("clients", [PlainClients, browser_clients])
def test_whatever_dies_every_application_has_every_event_of_its_store_once_in_order(
    clients: Callable[[], Clients],
) -> None:
    """Deaths before and after every external call of the path, some of them several times."""
    kills: Counter[str] = Counter()
    for seed in range(3):
        verdict = run(clients(), sales=250, stores=2, seed=seed, kill=0.03)
        assert verdict.problems == ()
        assert verdict.sales >= 250
        kills += verdict.kills
    calls = [call for calls in SITES.values() for call in calls]
    assert {f"{when} {call}" for when in ("before", "after") for call in calls} <= kills.keys()


def _drop(world: World) -> None:
    world.seats[0].application.pop(3)


def _double(world: World) -> None:
    world.seats[0].application.append(world.seats[0].application[-1])


def _swap(world: World) -> None:
    application = world.seats[0].application
    application[0], application[1] = application[1], application[0]


def _cross(world: World) -> None:
    other = next(seat for seat in world.seats if seat.tenant_id != world.seats[0].tenant_id)
    world.seats[0].application.append(other.application[0])


def _key(row: Item) -> Item:
    return {name: row[name] for name in KEYS}


def _lose_sale(world: World) -> None:
    row = world.dynamodb.rows("ventas")[0]
    world.dynamodb.delete_item(TableName="ventas", Key=_key(row))


def _lose_event(world: World) -> None:
    row = world.dynamodb.rows("eventos")[0]
    world.dynamodb.delete_item(TableName="eventos", Key=_key(row))


def _lose_notice(world: World) -> None:
    world.topic.published.pop()


def _forget_notification(world: World) -> None:
    row = world.dynamodb.rows("notificaciones")[0]
    world.dynamodb.delete_item(TableName="notificaciones", Key=_key(row))


@pytest.mark.parametrize(
    "harm", [_drop, _double, _swap, _cross, _lose_sale, _lose_event, _lose_notice, _forget_notification]
)
def test_the_judge_notices_any_harm(harm: Callable[[World], None]) -> None:
    """A run whose judge sees nothing would prove nothing."""
    with World.created(PlainClients(), seed=7, stores=2, kill=0.0) as world:
        while world.happened["sales"] < 15:
            world.step()
        world.settle()
        assert judge(world).problems == ()
        harm(world)
        assert judge(world).problems != ()
