"""Who gets an event, and that no recipient keeps it from another."""

import threading
import time
from collections.abc import Iterator

import pytest
from saai_domain.codes import ConnectionId
from saai_domain.events import Canal
from saai_domain.roles import Rol
from ws_gateway.connections import UnreadableRow
from ws_gateway.fan_out import Delivery, FanOut, Outcome, plan

from tests.ws_gateway.support import NOW_EPOCH, FakePoster, connection, ids


def soon(seconds: float = 30.0) -> float:
    return time.monotonic() + seconds


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """Set at the test's end, so that no thread outlives it for long."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize(
    ("canal", "hearers"),
    [(Canal.TIENDA, ["admin", "cashier", "operator"]), (Canal.ADMINISTRACION, ["admin", "operator"])],
)
def test_the_channel_says_which_roles_get_an_event(canal: Canal, hearers: list[str]) -> None:
    """A cashier hears nothing of the administration."""
    rows = [
        connection("cashier", rol=Rol.TRABAJADOR),
        connection("admin", rol=Rol.ADMIN),
        connection("operator", rol=Rol.SAAI),
    ]
    assert ids(plan(rows, canal, now=NOW_EPOCH).recipients) == hearers


def test_the_excluded_connection_gets_nothing_and_stays() -> None:
    """It is left out, not cleaned up."""
    planned = plan([connection("a"), connection("b")], Canal.TIENDA, now=NOW_EPOCH, exclude=ConnectionId("a"))
    assert (ids(planned.recipients), planned.expired) == (["b"], ())


def test_a_row_gets_nothing_from_the_second_in_which_it_expires() -> None:
    """``expira`` is the first second in which it is too late."""
    rows = [connection("past", expires_in=-1), connection("now", expires_in=0), connection("later", expires_in=1)]
    planned = plan(rows, Canal.TIENDA, now=NOW_EPOCH)
    assert (ids(planned.recipients), ids(planned.expired)) == (["later"], ["now", "past"])


def test_a_row_past_its_time_is_expired_whoever_may_hear() -> None:
    """Neither the role nor being excluded keeps a dead row."""
    row = connection("a", rol=Rol.TRABAJADOR, expires_in=-1)
    assert plan([row], Canal.ADMINISTRACION, now=NOW_EPOCH, exclude=ConnectionId("a")).expired == (row,)


def test_a_row_that_cant_be_read_is_counted_and_keeps_nobody_from_the_event() -> None:
    """The others are planned as ever."""
    rows = [UnreadableRow(connection_id=ConnectionId("x")), connection("a")]
    planned = plan(rows, Canal.TIENDA, now=NOW_EPOCH)
    assert (ids(planned.recipients), planned.unreadable) == (["a"], 1)


def test_every_recipient_is_posted_the_frame_once_as_utf8() -> None:
    """Many more recipients than threads."""
    poster = FakePoster()
    recipients = [connection(f"c{n}") for n in range(50)]
    delivery = FanOut(poster=poster, threads=4).deliver('{"a":"ñ"}', recipients, deadline=soon())
    assert poster.reached == ids(recipients)
    assert {data for _, data in poster.posts} == {'{"a":"ñ"}'.encode()}
    assert delivery.count(Outcome.SENT) == 50


def test_a_store_without_screens_takes_no_thread() -> None:
    """Nobody is posted to, and the delivery is settled."""
    poster = FakePoster()
    assert FanOut(poster=poster).deliver("{}", [], deadline=soon()).settled
    assert poster.posts == []


def test_each_recipient_has_its_own_outcome() -> None:
    """Whatever API Gateway answers one of them is not the others' business."""
    answered = [outcome for outcome in Outcome if outcome is not Outcome.CUT_SHORT]
    poster = FakePoster(outcomes={outcome.value: outcome for outcome in answered})
    delivery = FanOut(poster=poster, threads=2).deliver("{}", [connection(o.value) for o in answered], deadline=soon())
    assert {each.connection_id: outcome for each, outcome in delivery.outcomes.items()} == {
        o.value: o for o in answered
    }


def test_recipients_that_hang_keep_nobody_from_the_event(released: threading.Event) -> None:
    """Not even when there are more of them than threads: each is given up after its budget and replaced."""
    hanging = [connection(f"hanging{n}") for n in range(3)]
    healthy = [connection(f"healthy{n}") for n in range(10)]
    poster = FakePoster(hanging=frozenset(ids(hanging)), released=released)
    fan_out = FanOut(poster=poster, threads=2, recipient_seconds=0.2)
    delivery = fan_out.deliver("{}", [*hanging, *healthy], deadline=soon())
    assert poster.reached == ids([*hanging, *healthy])
    assert {delivery.outcomes[each] for each in hanging} == {Outcome.TIMED_OUT}
    assert delivery.settled


def test_beside_recipients_that_hang_the_others_are_served_at_once(released: threading.Event) -> None:
    """The hanging ones answer only after every healthy one was posted to."""
    hanging = [connection(f"hanging{n}") for n in range(3)]
    healthy = [connection(f"healthy{n}") for n in range(20)]

    class ReleasingPoster(FakePoster):
        def post(self, connection_id: ConnectionId, data: bytes) -> Outcome:
            if set(ids(healthy)) <= {*self.reached, connection_id}:
                released.set()
            return super().post(connection_id, data)

    poster = ReleasingPoster(hanging=frozenset(ids(hanging)), released=released)
    delivery = FanOut(poster=poster, threads=4).deliver("{}", [*hanging, *healthy], deadline=soon())
    assert delivery.count(Outcome.SENT) == 23


def test_who_had_less_than_its_budget_is_cut_short_and_the_delivery_is_not_settled(released: threading.Event) -> None:
    """The one that is being posted to, and those never tried."""
    recipients = [connection("hanging"), connection("never tried")]
    poster = FakePoster(hanging=frozenset({"hanging"}), released=released)
    delivery = FanOut(poster=poster, threads=1).deliver("{}", recipients, deadline=soon(0.1))
    assert set(delivery.outcomes.values()) == {Outcome.CUT_SHORT}
    assert not delivery.settled
    assert poster.reached == ["hanging"]


def test_after_the_deadline_no_thread_begins_another_post(released: threading.Event) -> None:
    """A thread that was left behind finds nothing to do."""
    poster = FakePoster(hanging=frozenset({"hanging"}), released=released)
    before = threading.active_count()
    FanOut(poster=poster, threads=1).deliver("{}", [connection("hanging"), connection("b")], deadline=soon(0.1))
    released.set()
    for thread in threading.enumerate():
        if thread.daemon and threading.active_count() > before:
            thread.join(10)
    assert poster.reached == ["hanging"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_of_the_poster_counts_as_failed_and_keeps_nobody_from_the_event() -> None:
    """Its trace is in the log; the others get the event."""

    class BrokenPoster(FakePoster):
        def post(self, connection_id: ConnectionId, data: bytes) -> Outcome:
            if connection_id.startswith("broken"):
                raise ZeroDivisionError
            return super().post(connection_id, data)

    poster = BrokenPoster()
    recipients = [connection(f"broken{n}") for n in range(3)] + [connection("a"), connection("b")]
    delivery = FanOut(poster=poster, threads=1).deliver("{}", recipients, deadline=soon())
    assert (delivery.count(Outcome.FAILED), delivery.count(Outcome.SENT)) == (3, 2)


def test_no_more_than_the_threads_post_at_once() -> None:
    """The bound that the poster's connections are made for."""
    lock = threading.Lock()
    posting = 0
    most = 0

    class CountingPoster(FakePoster):
        def post(self, connection_id: ConnectionId, data: bytes) -> Outcome:
            nonlocal posting, most
            with lock:
                posting += 1
                most = max(most, posting)
            time.sleep(0.001)
            with lock:
                posting -= 1
            return super().post(connection_id, data)

    FanOut(poster=CountingPoster(), threads=3).deliver("{}", [connection(f"c{n}") for n in range(20)], deadline=soon())
    assert most <= 3


def test_a_gone_connection_is_deleted_unless_it_connected_less_than_30_seconds_ago() -> None:
    """Its socket may not have been open yet."""
    outcomes = {
        connection("old", age=31): Outcome.GONE,
        connection("at 30", age=30): Outcome.GONE,
        connection("at 29", age=29): Outcome.GONE,
        connection("forbidden"): Outcome.FORBIDDEN,
        connection("failed"): Outcome.FAILED,
        connection("sent"): Outcome.SENT,
    }
    assert ids(Delivery(outcomes=outcomes).gone(now=NOW_EPOCH)) == ["at 30", "old"]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_a_403_and_a_lack_of_time_leave_a_delivery_unsettled(outcome: Outcome) -> None:
    """Who missed the event otherwise recovers it."""
    delivery = Delivery(outcomes={connection("a"): Outcome.SENT, connection("b"): outcome})
    assert delivery.settled == (outcome not in {Outcome.FORBIDDEN, Outcome.CUT_SHORT})
