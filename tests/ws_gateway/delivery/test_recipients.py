"""Who gets an event, and what became of each. That none keeps it from another is the broadcast's to show."""

import pytest
from saai_domain.codes import ConnectionId
from saai_domain.events import Canal
from saai_domain.roles import Rol
from ws_gateway.delivery.outcome import DeliveryOutcome
from ws_gateway.delivery.recipients import Delivery, deliver, plan
from ws_gateway.screens.connections import UnreadableConnection

from tests.ws_gateway.connected import NOW, FakePoster, names, screen


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
    rows = [UnreadableConnection(connection_id=ConnectionId("x")), screen("a")]
    planned = plan(rows, Canal.TIENDA, now=NOW)
    assert (names(planned.recipients), planned.unreadable) == (["a"], 1)


def test_every_recipient_is_posted_the_frame_once_as_utf8() -> None:
    """Until the deadline."""
    poster = FakePoster()
    recipients = [screen(f"c{n}") for n in range(50)]
    delivery = deliver('{"a":"ñ"}', recipients, poster=poster, deadline=7.0)
    assert sorted(poster.tried) == names(recipients)
    assert set(poster.posts.values()) == {'{"a":"ñ"}'.encode()}
    assert poster.deadline == 7.0
    assert delivery.count(DeliveryOutcome.SENT) == 50


def test_a_store_without_screens_is_settled() -> None:
    """Nobody is posted to."""
    poster = FakePoster()
    assert deliver("{}", [], poster=poster, deadline=7.0).settled
    assert poster.deadline is None


def test_each_recipient_has_its_own_outcome() -> None:
    """Whatever API Gateway answers one of them is not the others' business; who had no turn was cut short."""
    poster = FakePoster(outcomes={outcome.value: outcome for outcome in DeliveryOutcome})
    delivery = deliver("{}", [screen(o.value) for o in DeliveryOutcome], poster=poster, deadline=7.0)
    assert {each.connection_id: outcome for each, outcome in delivery.outcomes} == {o.value: o for o in DeliveryOutcome}


def test_a_gone_connection_is_deleted_unless_it_connected_less_than_30_seconds_ago() -> None:
    """Its socket may not have been open yet."""
    outcomes = [
        (screen("old", age=31), DeliveryOutcome.GONE),
        (screen("at 30", age=30), DeliveryOutcome.GONE),
        (screen("at 29", age=29), DeliveryOutcome.GONE),
        (screen("forbidden"), DeliveryOutcome.FORBIDDEN),
        (screen("failed"), DeliveryOutcome.FAILED),
        (screen("sent"), DeliveryOutcome.SENT),
    ]
    assert names(Delivery(outcomes=outcomes).gone(now=NOW)) == ["at 30", "old"]


@pytest.mark.parametrize("outcome", list(DeliveryOutcome))
def test_only_a_403_and_a_lack_of_time_leave_a_delivery_unsettled(outcome: DeliveryOutcome) -> None:
    """Who missed the event otherwise recovers it."""
    delivery = Delivery(outcomes=[(screen("a"), DeliveryOutcome.SENT), (screen("b"), outcome)])
    assert delivery.settled == (outcome not in {DeliveryOutcome.FORBIDDEN, DeliveryOutcome.CUT_SHORT})
