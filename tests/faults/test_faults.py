"""No event is lost, doubled or shown to another store, whatever fails: small runs of ``make faults``.

And the judge of those runs notices what it is there to notice.
"""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest
from saai_domain.aws.dynamodb import deserialize, serialize
from saai_domain.events import Canal
from saai_domain.testing.dynamodb import KEYS
from saai_domain.testing.values import Item
from saai_support.functions import FAILED_EVENTS

from tests.faults.browser_clients import BrowserClients, node
from tests.faults.clients import Clients
from tests.faults.plain_clients import PlainClients
from tests.faults.refusals import REFUSALS
from tests.faults.restore import backup, restore
from tests.faults.run import run, sell
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
def test_whatever_fails_every_application_has_every_event_of_its_store_once_in_order(
    clients: Callable[[], Clients],
) -> None:
    """Deaths before and after every external call of the path, and every service failing in many ways."""
    kills: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for seed in range(3):
        verdict = run(clients(), sales=250, stores=2, seed=seed, kill=0.03)
        assert verdict.problems == ()
        assert verdict.sales >= 250
        kills += verdict.kills
        refused += verdict.refused
    calls = [call for calls in SITES.values() for call in calls]
    assert {f"{when} {call}" for when in ("before", "after") for call in calls} <= kills.keys()
    assert {name.partition(" ")[0] for name in refused} == REFUSALS.keys()


@pytest.mark.timeout(300)
def test_after_a_restore_every_application_shows_what_was_restored() -> None:
    """What was sold since is lost, and no screen goes on showing it."""
    with World.created(PlainClients(), seed=5, stores=2, kill=0.02) as world:
        sell(world, 60)
        world.settle()
        before = backup(world)
        for _ in range(400):
            world.random.choice(
                (world.cashiers.sell, world.emit, world.network.show, world.notify, world.network.shake)
            )()
            world.pass_time(0.1)
        undone = world.cashiers.sales - 60
        restore(world, before)
        sell(world, world.cashiers.sales + 60)
        world.settle()
        verdict = judge(world)
    assert verdict.problems == ()
    assert undone > 20


# -- The judge notices


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


def _lose(table: str) -> Callable[[World], None]:
    def lose(world: World) -> None:
        row = world.dynamodb.rows(table)[0]
        world.dynamodb.delete_item(TableName=table, Key=_key(row))

    lose.__name__ = f"lose_a_row_of_{table}"
    return lose


def _change(table: str, name: str, value: Any) -> Callable[[World], None]:
    def change(world: World) -> None:
        row = deserialize(world.dynamodb.rows(table)[0])
        row["data"][name] = value
        world.dynamodb.load(table, serialize(row))

    change.__name__ = f"change_{name}_in_{table}"
    return change


def _sold(name: str, value: Any) -> Callable[[World], None]:
    """A sale was committed with another value than was ordered."""

    def change(world: World) -> None:
        code, sale = next(iter(world.audit.sales.items()))
        world.audit.sales[code] = attrs.evolve(sale, row={**sale.row, name: value})
        _change("ventas", name, value)(world)

    change.__name__ = f"sell_with_another_{name}"
    return change


def _lose_notice(world: World) -> None:
    world.topic.published.pop()


def _tell_otherwise(world: World) -> None:
    code, sale = next(iter(world.audit.sales.items()))
    event = attrs.evolve(sale.event, frame=sale.event.frame.replace('"items_count":', '"items_count":1'))
    world.audit.sales[code] = attrs.evolve(sale, event=event)


def _notify_otherwise(world: World) -> None:
    code, sale = next(iter(world.audit.sales.items()))
    world.audit.sales[code] = attrs.evolve(sale, event=attrs.evolve(sale.event, notices=()))


def _answer_otherwise(world: World) -> None:
    order = next(order for order in world.cashiers.answered if order.made)
    assert order.made is not None
    order.made.envelope["data"]["total"] += Decimal("0.01").__float__()


def _answer_twice(world: World) -> None:
    """One key, two answers: the order is asked for again, and the row that knows is gone."""
    for row in world.dynamodb.rows("idempotencia"):
        if row["entity_id"]["S"].startswith("venta#"):
            world.dynamodb.delete_item(TableName="idempotencia", Key=_key(row))
    for _ in range(3):
        # The first time the token may be over.
        world.cashiers.ask_again()


def _refuse_after_all(world: World) -> None:
    """The same, with an empty shelf."""
    for row in world.dynamodb.rows("productos"):
        data = deserialize(row)
        data["data"]["stock"] = 0
        world.dynamodb.load("productos", serialize(data))
    _answer_twice(world)


def _take_any_request_for_a_key(world: World) -> None:
    for row in world.dynamodb.rows("idempotencia"):
        world.dynamodb.delete_item(TableName="idempotencia", Key=_key(row))
    for _ in range(3):
        world.cashiers.misuse()


def _post_other_bytes(world: World) -> None:
    socket = next(socket for socket in world.network.gateway.sockets.values() if socket.state.name == "OPEN")
    seat = world.network.gateway.seats[socket.connection_id]
    text = world.audit.log[seat.tenant_id, Canal.TIENDA][0].frame.replace(",", ", ", 1)
    world.network.gateway.post_to_connection(ConnectionId=socket.connection_id, Data=text.encode())


def _post_to_who_is_barred(world: World) -> None:
    socket = next(socket for socket in world.network.gateway.sockets.values() if socket.state.name == "OPEN")
    seat = world.network.gateway.seats[socket.connection_id]
    world.network.gateway.barred.add(seat.codigo_usuario)
    text = world.audit.log[seat.tenant_id, Canal.TIENDA][0].frame
    world.network.gateway.post_to_connection(ConnectionId=socket.connection_id, Data=text.encode())


def _keep_nothing_for_the_operator(world: World) -> None:
    world.others.send_broken()
    world.settle()
    world.queue.queues[FAILED_EVENTS].clear()


def _load_an_older_shelf(world: World) -> None:
    _change("productos", "stock", 7)(world)
    world.network.leave(world.seats[0], keeps=False)
    world.network.come_back(world.seats[0])
    world.settle()


def _load_too_few_sales(world: World) -> None:
    tenant = world.seats[0].tenant_id
    newest = [row for row in world.dynamodb.rows("ventas") if row["tenant_id"]["S"] == tenant][-1]
    world.dynamodb.delete_item(TableName="ventas", Key=_key(newest))
    world.network.leave(world.seats[0], keeps=False)
    world.network.come_back(world.seats[0])
    world.settle()


def _crash(world: World) -> None:
    world.functions.run("EmitirEventosWs", {"requestContext": object()})
    world.functions.run("OnConnect", {})


def _never_end(world: World) -> None:
    world.faults.endless.append("batch_get_item")


HARMS = [
    _drop,
    _double,
    _swap,
    _cross,
    _lose("ventas"),
    _lose("eventos"),
    _lose("notificaciones"),
    _change("productos", "stock", 3),
    _change("ventas", "total", Decimal(1)),
    _change("eventos", "frame", "{}"),
    _change("notificaciones", "mensaje", "otro"),
    _sold("metodo_pago", "CHEQUE"),
    _sold("codigo_usuario", "T001U009"),
    _sold("productos", []),
    _sold("total", Decimal(1)),
    _lose_notice,
    _tell_otherwise,
    _notify_otherwise,
    _answer_otherwise,
    _answer_twice,
    _refuse_after_all,
    _take_any_request_for_a_key,
    _post_other_bytes,
    _post_to_who_is_barred,
    _keep_nothing_for_the_operator,
    _load_an_older_shelf,
    _load_too_few_sales,
    _crash,
    _never_end,
]


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__.strip("_"))
def test_the_judge_notices_any_harm(harm: Callable[[World], None]) -> None:
    """A run whose judge sees nothing would prove nothing."""
    with World.created(PlainClients(), seed=7, stores=2, kill=0.0) as world:
        sell(world, 15)
        world.settle()
        assert judge(world).problems == ()
        harm(world)
        assert judge(world).problems != ()
