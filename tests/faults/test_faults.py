"""No event is lost, doubled or shown to another store, whatever fails: small runs of ``make faults``.

And the judge of those runs notices what it is there to notice.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import attrs
import msgspec
import pytest
from botocore.exceptions import ClientError
from saai_domain.aws.dynamodb import Key, deserialize, serialize
from saai_domain.events import Canal
from saai_domain.testing.aws import Call
from saai_domain.testing.dynamodb import KEYS
from saai_domain.testing.values import Item
from saai_support.functions import FAILED_EVENTS

from tests.faults.browser_clients import BrowserClients, node
from tests.faults.cashiers import SECRET_SECONDS
from tests.faults.clients import Clients
from tests.faults.kills import Outage
from tests.faults.plain_clients import PlainClients
from tests.faults.refusals import DENIED, REFUSALS
from tests.faults.restore import backup, restore
from tests.faults.run import run, sell
from tests.faults.verdict import judge, wrong_live_screens
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
    refusals = 0
    for seed in range(2, 5):
        verdict = run(clients(), sales=250, stores=2, seed=seed, kill=0.03)
        assert verdict.problems == ()
        assert verdict.sales >= 250
        refusals += verdict.refusals
        kills += verdict.kills
        refused += verdict.refused
    assert refusals > 0
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

TRIES = 10
"""In so many a cashier whose token was over has a new one."""


def _sell(world: World) -> None:
    for _ in range(TRIES):
        world.cashiers.sell()


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
    event = msgspec.structs.replace(sale.event, frame=sale.event.frame.replace('"items_count":', '"items_count":1'))
    world.audit.sales[code] = attrs.evolve(sale, event=event)


def _notify_otherwise(world: World) -> None:
    code, sale = next(iter(world.audit.sales.items()))
    world.audit.sales[code] = attrs.evolve(sale, event=msgspec.structs.replace(sale.event, notices=()))


def _answer_otherwise(world: World) -> None:
    order = next(order for order in world.cashiers.answered if order.made)
    assert order.made is not None
    order.made.envelope["data"]["total"] += Decimal("0.01").__float__()


def _answer_twice(world: World) -> None:
    """One key, two answers: the order is asked for again, and the row that knows is gone."""
    for row in world.dynamodb.rows("idempotencia"):
        if row["entity_id"]["S"].startswith("venta#"):
            world.dynamodb.delete_item(TableName="idempotencia", Key=_key(row))
    for _ in range(TRIES):
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
    for _ in range(TRIES):
        world.cashiers.misuse()


def _post_other_bytes(world: World) -> None:
    socket = next(socket for socket in world.network.gateway.sockets.values() if socket.state.name == "OPEN")
    seat = world.network.gateway.seats[socket.connection_id]
    text = world.audit.log[seat.tenant_id, Canal.TIENDA][0].frame.replace(",", ", ", 1)
    world.network.gateway.post_to_connection(ConnectionId=socket.connection_id, Data=text.encode())


def _post_to_another_store(world: World) -> None:
    gateway = world.network.gateway
    socket = next(socket for socket in gateway.sockets.values() if socket.state.name == "OPEN")
    other = next(
        seat.tenant_id for seat in world.seats if seat.tenant_id != gateway.seats[socket.connection_id].tenant_id
    )
    text = world.audit.log[other, Canal.TIENDA][0].frame
    gateway.post_to_connection(ConnectionId=socket.connection_id, Data=text.encode())


def _post_to_who_is_barred(world: World) -> None:
    socket = next(socket for socket in world.network.gateway.sockets.values() if socket.state.name == "OPEN")
    seat = world.network.gateway.seats[socket.connection_id]
    world.network.gateway.barred.add(seat.codigo_usuario)
    text = world.audit.log[seat.tenant_id, Canal.TIENDA][0].frame
    world.network.gateway.post_to_connection(ConnectionId=socket.connection_id, Data=text.encode())


def _post_after_the_end(world: World) -> None:
    """The row of a connection says that its token ends later than it does."""
    socket = next(socket for socket in world.network.gateway.sockets.values() if socket.state.name == "OPEN")
    world.network.gateway.ends[socket.connection_id] = 0
    world.others.send_event()
    _sell(world)
    while world.lambda_.queue:
        world.emit()


def _let_screens_ask_for_their_events(world: World) -> None:
    """The connections' rows are lost, and with them who is to be posted to."""
    for row in world.dynamodb.rows("ws-connections"):
        world.dynamodb.delete_item(TableName="ws-connections", Key=_key(row))
    world.sell_in_each_store()
    world.problems += wrong_live_screens(world)


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


def _let_a_ticket_be_used_again(world: World) -> None:
    def keep(call: Call, make: Callable[[], Any]) -> Any:
        answer = make()
        if call.params.get("TableName") == "ws-tickets" and "Attributes" in answer:
            world.dynamodb.load("ws-tickets", answer["Attributes"])
        return answer

    with world.aws.meanwhile(keep):
        for _ in range(30):
            world.network.leave(world.seats[0], keeps=True)
            world.network.come_back(world.seats[0])


def _sell_for_who_is_barred(world: World) -> None:
    """The row that says so is not looked at."""
    for seat in world.seats:
        world.others.inactive[seat.codigo_usuario] = Key("usuarios", seat.tenant_id, seat.codigo_usuario)
    _sell(world)
    world.others.inactive.clear()


def _sell_on_with_a_withdrawn_secret(world: World) -> None:
    _sell(world)
    world.faults.outages["ssm"] = Outage(DENIED, world.clock.monotonic() - 301)
    _sell(world)
    world.faults.calm()


def _fail_though_the_secret_is_known(world: World) -> None:
    """What SSM can't say at the moment is taken for its refusal."""

    def refuse(call: Call, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except ClientError:
            raise REFUSALS["ssm"][DENIED](call.operation) from None

    _sell(world)
    world.pass_time(SECRET_SECONDS + 1)
    world.faults.outages["ssm"] = Outage("500", world.clock.monotonic())
    with world.aws.meanwhile(refuse):
        _sell(world)
    world.faults.calm()
    world.settle()


def _refuse_what_is_there(world: World) -> None:
    """An empty shelf is read where a full one stands."""
    rows = world.dynamodb.rows("productos")
    for row in rows:
        data = deserialize(row)
        world.dynamodb.load("productos", serialize({**data, "data": {**data["data"], "stock": 0}}))
    _sell(world)
    for row in rows:
        world.dynamodb.load("productos", row)


def _make_two_orders_under_one_key(world: World) -> None:
    """The second doesn't find what became of the first."""
    order = next(order for order in world.cashiers.answered if order.made)
    for row in world.dynamodb.rows("idempotencia"):
        world.dynamodb.delete_item(TableName="idempotencia", Key=_key(row))
    for _ in range(2):
        world.cashiers.send_rival_of(order)


def _forget_whose_key_it_is(world: World) -> None:
    """An order is refused for another one's sake that was never made."""
    order = next(order for order in world.cashiers.answered if order.made)
    world.cashiers.outdone.append(attrs.evolve(order, key="key-of-nobody", made=None))


def _logged_under_an_id(world: World) -> Mapping[str, Any]:
    """Send an event under an id, and return its request once it was logged."""
    while not (world.others.good and "event_id" in (request := list(world.others.good.values())[-1])):
        world.others.send_event()
    world.settle()
    return request


def _dedupe_row(world: World, request: Mapping[str, Any]) -> Item:
    entity = f"evento#{request['event_id']}"
    return next(row for row in world.dynamodb.rows("idempotencia") if row["entity_id"]["S"] == entity)


def _log_again_at_a_late_redrive(world: World) -> None:
    """What was logged is not known any more when a failed invoke of it is invoked again."""
    request = _logged_under_an_id(world)
    world.dynamodb.delete_item(TableName="idempotencia", Key=_key(_dedupe_row(world, request)))
    world.others.invoke(request)
    world.settle()


def _take_another_event_for_a_repeat(world: World) -> None:
    """The row doesn't tell which event it was."""
    request = _logged_under_an_id(world)
    row = _dedupe_row(world, request)
    del row["data"]["M"]["hash"]
    world.dynamodb.load("idempotencia", row)
    other = {**request, "payload": {"mensaje": "otro"}, "marca": -1}
    world.others.rivals.append((request, other))
    del world.others.good[request["marca"]]
    world.others.invoke(other)
    world.settle()


def _go_on_with_a_log_that_was_undone(world: World) -> None:
    """The operator gives no new log after a restore."""
    before = backup(world)
    _sell(world)
    world.settle()
    restore(world, before, new_log=False)
    for _ in range(3):
        _sell(world)
    world.settle()


HARMS: Mapping[Callable[[World], None], str] = {
    _drop: "or in another order",
    _double: "or in another order",
    _swap: "or in another order",
    _cross: "or in another order",
    _lose("ventas"): "sales are stored",
    _lose("eventos"): "the log has lost",
    _lose("notificaciones"): "notices and notifications differ",
    _change("productos", "stock", 3): "should have",
    _change("ventas", "total", Decimal(1)): "is stored otherwise",
    _change("eventos", "frame", "{}"): "another text",
    _change("notificaciones", "mensaje", "otro"): "is kept otherwise",
    _sold("metodo_pago", "CHEQUE"): "in the place of",
    _sold("codigo_usuario", "T001U009"): "in the place of",
    _sold("productos", []): "in the place of",
    _sold("total", Decimal(1)): "in the place of",
    _lose_notice: "notices and publications differ",
    _tell_otherwise: "was told as",
    _notify_otherwise: "was notified as",
    _answer_otherwise: "was answered",
    _answer_twice: "was answered",
    _refuse_after_all: "and refused afterwards",
    _refuse_what_is_there: "was refused for want of",
    _take_any_request_for_a_key: "a used key with another request was answered 201",
    _make_two_orders_under_one_key: "2 orders were made",
    _forget_whose_key_it_is: "0 orders were made",
    _let_a_ticket_be_used_again: "was good twice",
    _sell_for_who_is_barred: "sold though not active",
    _sell_on_with_a_withdrawn_secret: "after SSM's 403",
    _fail_though_the_secret_is_known: "RegistrarVenta answered 500",
    _post_other_bytes: "another text than was logged",
    _let_screens_ask_for_their_events: "though it listens",
    _post_to_another_store: "what it may not hear",
    _post_to_who_is_barred: "after CerrarPantallas",
    _post_after_the_end: "after its connection's time",
    _keep_nothing_for_the_operator: "against the contract",
    _log_again_at_a_late_redrive: "of other services",
    _take_another_event_for_a_repeat: "under one id 0 are kept",
    _load_an_older_shelf: "from before its cursor",
    _load_too_few_sales: "at a cursor that covers",
    _go_on_with_a_log_that_was_undone: "goes on with a log that was undone",
    _crash: "Error",
    _never_end: "without an end",
}
"""Each kind of harm, and what the judge says of it."""


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__.strip("_"))
def test_the_judge_notices_any_harm(harm: Callable[[World], None]) -> None:
    """A run whose judge sees nothing would prove nothing."""
    with World.created(PlainClients(), seed=7, stores=2, kill=0.0) as world:
        sell(world, 15)
        world.settle()
        assert judge(world).problems == ()
        harm(world)
        problems = judge(world).problems
        assert any(HARMS[harm] in problem for problem in problems), problems
