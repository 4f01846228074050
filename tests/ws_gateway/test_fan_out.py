"""Who gets an event, and that no recipient keeps it from another."""

import queue
import threading
import time
from collections.abc import Iterator

import pytest
from saai_domain.codes import ConnectionId
from saai_domain.events import Canal
from saai_domain.roles import Rol
from ws_gateway.connections import UnreadableRow
from ws_gateway.fan_out import Delivery, FanOut, Outcome, plan

from tests.ws_gateway.screens import NOW, FakePoster, hanging_until, names, screen


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
        screen("cashier", rol=Rol.TRABAJADOR),
        screen("admin", rol=Rol.ADMIN),
        screen("operator", rol=Rol.SAAI),
    ]
    assert names(plan(rows, canal, now=NOW).recipients) == hearers


def test_the_excluded_connection_gets_nothing_and_stays() -> None:
    """It is left out, not cleaned up."""
    planned = plan([screen("a"), screen("b")], Canal.TIENDA, now=NOW, exclude=ConnectionId("a"))
    assert (names(planned.recipients), planned.expired) == (["b"], ())


def test_a_row_gets_nothing_from_the_second_in_which_it_expires() -> None:
    """``expira`` is the first second in which it is too late."""
    rows = [screen("past", expires_in=-1), screen("now", expires_in=0), screen("later", expires_in=1)]
    planned = plan(rows, Canal.TIENDA, now=NOW)
    assert (names(planned.recipients), names(planned.expired)) == (["later"], ["now", "past"])


def test_a_row_past_its_time_is_expired_whoever_may_hear() -> None:
    """Neither the role nor being excluded keeps a dead row."""
    row = screen("a", rol=Rol.TRABAJADOR, expires_in=-1)
    assert plan([row], Canal.ADMINISTRACION, now=NOW, exclude=ConnectionId("a")).expired == (row,)


def test_a_row_that_cant_be_read_is_counted_and_keeps_nobody_from_the_event() -> None:
    """The others are planned as ever."""
    rows = [UnreadableRow(connection_id=ConnectionId("x")), screen("a")]
    planned = plan(rows, Canal.TIENDA, now=NOW)
    assert (names(planned.recipients), planned.unreadable) == (["a"], 1)


def test_every_recipient_is_posted_the_frame_once_as_utf8() -> None:
    """Many more recipients than threads."""
    poster = FakePoster()
    recipients = [screen(f"c{n}") for n in range(50)]
    delivery = FanOut(poster=poster, threads=4).deliver('{"a":"ñ"}', recipients, deadline=soon())
    assert sorted(poster.tried) == names(recipients)
    assert set(poster.posts.values()) == {'{"a":"ñ"}'.encode()}
    assert delivery.count(Outcome.SENT) == 50


def test_a_store_without_screens_takes_no_thread() -> None:
    """Nobody is posted to, and the delivery is settled."""
    poster = FakePoster()
    assert FanOut(poster=poster).deliver("{}", [], deadline=soon()).settled
    assert poster.tried == []


def test_each_recipient_has_its_own_outcome() -> None:
    """Whatever API Gateway answers one of them is not the others' business."""
    answered = [outcome for outcome in Outcome if outcome is not Outcome.CUT_SHORT]
    poster = FakePoster(outcomes={outcome.value: outcome for outcome in answered})
    delivery = FanOut(poster=poster, threads=2).deliver("{}", [screen(o.value) for o in answered], deadline=soon())
    assert {each.connection_id: outcome for each, outcome in delivery.outcomes.items()} == {
        o.value: o for o in answered
    }


def test_recipients_that_hang_keep_nobody_from_the_event(released: threading.Event) -> None:
    """Not even when there are more of them than threads: each is given up after its budget, and replaced."""
    hanging = [screen(f"hanging{n}") for n in range(3)]
    healthy = [screen(f"healthy{n}") for n in range(10)]
    poster = FakePoster(dict.fromkeys(names(hanging), hanging_until(released)))
    fan_out = FanOut(poster=poster, threads=2, recipient_seconds=0.2)
    delivery = fan_out.deliver("{}", [*hanging, *healthy], deadline=soon())
    assert set(names(healthy)) <= set(poster.posts)
    assert {delivery.outcomes[each] for each in hanging} == {Outcome.TIMED_OUT}
    assert delivery.settled


def test_beside_recipients_that_hang_the_others_are_served_at_once(released: threading.Event) -> None:
    """Here the hanging ones answer only after the last of the others was posted to."""

    def last() -> Outcome:
        released.set()
        return Outcome.SENT

    hanging = [screen(f"hanging{n}") for n in range(3)]
    healthy = [screen(f"healthy{n}") for n in range(20)]
    poster = FakePoster({**dict.fromkeys(names(hanging), hanging_until(released)), "healthy19": last})
    delivery = FanOut(poster=poster, threads=4).deliver("{}", [*hanging, *healthy], deadline=soon())
    assert delivery.count(Outcome.SENT) == 23


def test_who_had_less_than_its_budget_is_cut_short_and_the_delivery_is_not_settled(released: threading.Event) -> None:
    """The one that is being posted to, and those never tried."""
    poster = FakePoster({"hanging": hanging_until(released)})
    recipients = [screen("hanging"), screen("never tried")]
    delivery = FanOut(poster=poster, threads=1).deliver("{}", recipients, deadline=soon(0.1))
    assert set(delivery.outcomes.values()) == {Outcome.CUT_SHORT}
    assert not delivery.settled


def test_after_the_deadline_no_other_post_is_begun(released: threading.Event) -> None:
    """Neither by the thread that hangs, once it is free, nor by the one in its place."""
    moment = [0.0]
    left_behind: list[threading.Thread] = []

    def hang() -> Outcome:
        left_behind.append(threading.current_thread())
        moment[0] = 20.0
        return hanging_until(released)()

    poster = FakePoster({"hanging": hang})
    fan_out = FanOut(poster=poster, threads=1, recipient_seconds=0.05, monotonic=lambda: moment[0])
    delivery = fan_out.deliver("{}", [screen("hanging"), screen("late")], deadline=10.0)
    released.set()
    left_behind[0].join(30)
    assert poster.tried == ["hanging"]
    assert delivery.outcomes[screen("late")] is Outcome.CUT_SHORT


def test_a_defect_of_the_poster_counts_as_failed_and_keeps_nobody_from_the_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its trace is in the log; the others get the event."""
    traces: queue.SimpleQueue[threading.ExceptHookArgs] = queue.SimpleQueue()
    monkeypatch.setattr(threading, "excepthook", traces.put)

    def broken() -> Outcome:
        raise ZeroDivisionError

    recipients = [screen("broken1"), screen("broken2"), screen("a"), screen("b")]
    poster = FakePoster({"broken1": broken, "broken2": broken})
    delivery = FanOut(poster=poster, threads=1).deliver("{}", recipients, deadline=soon())
    assert (delivery.count(Outcome.FAILED), delivery.count(Outcome.SENT)) == (2, 2)
    assert [traces.get(timeout=30).exc_type for _ in range(2)] == [ZeroDivisionError] * 2


def test_no_more_than_the_threads_post_at_once() -> None:
    """The poster keeps a connection for each."""
    posting = threading.Semaphore(3)
    too_many: list[bool] = []

    def post() -> Outcome:
        too_many.append(not posting.acquire(blocking=False))
        time.sleep(0.001)
        posting.release()
        return Outcome.SENT

    recipients = [screen(f"s{n}") for n in range(20)]
    FanOut(poster=FakePoster(dict.fromkeys(names(recipients), post)), threads=3).deliver(
        "{}", recipients, deadline=soon()
    )
    assert too_many == [False] * 20


def test_a_gone_connection_is_deleted_unless_it_connected_less_than_30_seconds_ago() -> None:
    """Its socket may not have been open yet."""
    outcomes = {
        screen("old", age=31): Outcome.GONE,
        screen("at 30", age=30): Outcome.GONE,
        screen("at 29", age=29): Outcome.GONE,
        screen("forbidden"): Outcome.FORBIDDEN,
        screen("failed"): Outcome.FAILED,
        screen("sent"): Outcome.SENT,
    }
    assert names(Delivery(outcomes=outcomes).gone(now=NOW)) == ["at 30", "old"]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_a_403_and_a_lack_of_time_leave_a_delivery_unsettled(outcome: Outcome) -> None:
    """Who missed the event otherwise recovers it."""
    delivery = Delivery(outcomes={screen("a"): Outcome.SENT, screen("b"): outcome})
    assert delivery.settled == (outcome not in {Outcome.FORBIDDEN, Outcome.CUT_SHORT})
