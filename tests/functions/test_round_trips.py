"""How often each path goes to AWS and back: a cold store's patience and the bill are both made of this."""

from collections import Counter
from collections.abc import Sequence

import pytest
from saai_domain.testing.aws import Call
from saai_domain.testing.tokens import token
from saai_support.store import Screen, Store

BATCH_READ = "dynamodb batch_get_item"
READ = "dynamodb get_item"
QUERY = "dynamodb query"
PUT = "dynamodb put_item"
DELETE = "dynamodb delete_item"
UPDATE = "dynamodb update_item"
TRANSACTION = "dynamodb transact_write_items"
INVOKE = "lambda invoke"
NOTICE = "sns publish"
MESSAGE = "sqs send_message"
SECRET = "ssm get_parameter"
POST = "connections post_to_connection"


@pytest.fixture
def store() -> Store:
    return Store.opened()


def names(calls: Sequence[Call]) -> list[str]:
    return [call.name for call in calls]


def test_a_handshake_with_a_token_is_two_batch_reads_and_one_put(store: Store) -> None:
    """Store and user are read at once; the signing secret every five minutes."""
    assert names(store.authorize(token=token())) == [SECRET, BATCH_READ]
    assert names(store.authorize(token=token())) == [BATCH_READ]
    # Rights are looked at once more after the row stands.
    assert names(store.connect()) == [PUT, BATCH_READ]


def test_a_handshake_with_a_ticket_also_deletes_it(store: Store) -> None:
    """One conditional delete both checks the ticket and uses it up; its issue is one put."""
    ticket, calls = store.issue_ticket()
    assert names(calls) == [SECRET, PUT]
    calls = store.authorize(ticket=ticket)
    assert names(calls) == [DELETE, BATCH_READ]
    assert "ConditionExpression" in calls[0].params


def test_a_disconnect_is_one_query_and_one_delete(store: Store) -> None:
    """The row's store comes from the index."""
    store.connect()
    assert names(store.disconnect()) == [QUERY, DELETE]
    assert names(store.disconnect()) == [QUERY]


def test_a_sale_is_one_batch_read_one_transaction_and_one_invoke(store: Store) -> None:
    """Whatever it sells; the signing secret every five minutes."""
    assert names(store.sell("first")) == [SECRET, BATCH_READ, TRANSACTION, INVOKE]
    assert names(store.sell("second")) == [BATCH_READ, TRANSACTION, INVOKE]


def test_a_sale_that_is_sent_again_is_one_batch_read(store: Store) -> None:
    """Its answer stands in the row of its key."""
    store.sell("same")
    assert names(store.sell("same")) == [BATCH_READ]


@pytest.mark.parametrize(("screens", "page_size"), [(0, 10), (1, 10), (25, 10)])
def test_an_event_is_one_query_a_page_the_posts_its_notices_and_one_update(screens: int, page_size: int) -> None:
    """Besides, its row is read, and after a sale the dashboard's refresh is asked for: one message."""
    store = Store.opened(page_size=page_size)
    for number in range(screens):
        store.connect(Screen(connection_id=f"screen{number}"))
    store.sell()
    calls = Counter(names(store.emit(canal="tienda", seq=1)))
    pages = max(1, -(-screens // page_size))
    expected = {READ: 1, QUERY: pages, POST: screens, NOTICE: 1, UPDATE: 1, MESSAGE: 1}
    assert calls == Counter({name: count for name, count in expected.items() if count})


def test_an_event_that_was_delivered_is_one_read(store: Store) -> None:
    """Lambda may invoke twice."""
    store.sell()
    store.emit(canal="tienda", seq=1)
    assert names(store.emit(canal="tienda", seq=1)) == [READ]


def test_notices_come_after_the_posts(store: Store) -> None:
    """Nobody at a screen waits for them."""
    store.connect()
    store.sell()
    calls = names(store.emit(canal="tienda", seq=1))
    assert calls.index(POST) < calls.index(NOTICE) < calls.index(UPDATE)


def test_another_services_event_is_logged_with_one_batch_read_and_one_transaction(store: Store) -> None:
    """Then it is delivered like any other."""
    payload = {"mensaje": "Lista"}
    calls = names(store.emit(event_type="analitica_actualizada", payload=payload, event_id="e-1"))
    assert calls == [BATCH_READ, TRANSACTION, QUERY, UPDATE]


def test_a_ping_is_one_batch_read(store: Store) -> None:
    """Counters and the connection's own row; only where that is missing it is written, and the counters read again."""
    assert names(store.say(action="ping")) == [BATCH_READ, PUT, BATCH_READ]
    assert names(store.say(action="ping")) == [BATCH_READ]


def test_a_resume_is_one_batch_read_one_query_a_channel_and_the_posts(store: Store) -> None:
    """Nothing is queried where nothing was missed."""
    store.connect()
    store.sell()
    assert names(store.say(action="resume", cursor={"tienda": 0})) == [BATCH_READ, QUERY, POST]
    assert names(store.say(action="resume", cursor={"tienda": 1})) == [BATCH_READ]


def test_only_a_large_resume_is_counted_which_is_one_write(store: Store) -> None:
    """It reads 500 events or more. What is refused asks for nothing further."""
    store.connect()
    store.put("counters", "T001", "eventos#tienda", value=5000)
    assert names(store.say(action="resume", cursor={"tienda": 4501})) == [BATCH_READ, QUERY]
    assert names(store.say(action="resume", cursor={"tienda": 4500})) == [BATCH_READ, UPDATE, QUERY]
    for _ in range(3):
        store.say(action="resume", cursor={"tienda": 0})
    assert names(store.say(action="resume", cursor={"tienda": 0})) == [BATCH_READ]
