"""Delivering an event: sockets, notices, the mark, then the clean-up."""

import itertools
from collections.abc import Sequence
from typing import Any

import attrs
import msgspec
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.codes import ConnectionId, TenantId
from saai_domain.event_log import LoggedEvent
from saai_domain.events import Canal
from saai_domain.roles import Rol
from ws_gateway.delivery.emitter import Emission, Emitter
from ws_gateway.delivery.outcome import DeliveryOutcome
from ws_gateway.screens.connections import Connection, UnreadableConnection

from tests.ws_gateway.connected import (
    NOON,
    NOW,
    TENANT,
    FakeConnections,
    FakeLog,
    FakePoster,
    FakeRefresh,
    FakeTopic,
    logged,
    screen,
)
from tests.ws_gateway.functions import log_lines

UNAVAILABLE = ClientError({"Error": {"Code": "InternalServerError", "Message": "try later"}}, "AnyOperation")


@attrs.define
class Gateway:
    """An emitter over fakes, with a stopwatch that moves only when told."""

    rows: Sequence[Connection | UnreadableConnection] = ()
    outcomes: dict[str, Any] = attrs.field(factory=dict)
    seconds: float = 0.0
    poster: FakePoster = attrs.field(init=False)
    connections: FakeConnections = attrs.field(init=False)
    topic: FakeTopic = attrs.field(factory=FakeTopic)
    log: FakeLog = attrs.field(factory=FakeLog)
    refresh: FakeRefresh = attrs.field(factory=FakeRefresh)

    def __attrs_post_init__(self) -> None:
        self.poster = FakePoster(self.outcomes, monotonic=lambda: self.seconds)
        self.connections = FakeConnections(list(self.rows))

    def emit(self, row: LoggedEvent | None = None, *, exclude: str | None = None) -> Emission:
        """Emit within 60 seconds."""
        emitter = Emitter(
            connections=self.connections,
            poster=self.poster,
            topic=self.topic,
            log=self.log,
            refresh=self.refresh,
            clock=lambda: NOON,
            monotonic=lambda: self.seconds,
        )
        return emitter.emit(row or logged(), exclude=ConnectionId(exclude) if exclude else None, seconds=60)

    def later(self, seconds: float) -> None:
        self.seconds += seconds


def test_every_screen_gets_the_rows_exact_text() -> None:
    """An event sent again is byte-equal."""
    gateway = Gateway([screen("a"), screen("b")])
    row = logged()
    assert gateway.emit(row) == Emission(sent=2)
    assert gateway.poster.posts == {"a": row.frame.encode(), "b": row.frame.encode()}
    assert gateway.log.delivered == [row]


def test_gone_and_expired_rows_are_removed_and_counted() -> None:
    """The healthy stay."""
    gateway = Gateway([screen("a"), screen("gone"), screen("over", expires_in=0)], {"gone": DeliveryOutcome.GONE})
    assert gateway.emit() == Emission(sent=1, cleaned=2)
    assert sorted(gateway.connections.deleted) == ["gone", "over"]


def test_a_connection_past_its_time_is_closed_and_gets_nothing() -> None:
    """One that was closed before is as good."""
    over, left = screen("over", expires_in=0), screen("left", expires_in=-1)
    gateway = Gateway([screen("a"), over, left], {"left": DeliveryOutcome.GONE})
    gateway.emit()
    assert gateway.poster.closed == ["over", "left"]
    assert gateway.poster.tried == ["a"]
    assert sorted(gateway.connections.deleted) == ["left", "over"]


@pytest.mark.parametrize("outcome", [DeliveryOutcome.FORBIDDEN, DeliveryOutcome.FAILED, DeliveryOutcome.THROTTLED])
def test_the_row_of_a_connection_that_could_not_be_closed_stays(
    outcome: DeliveryOutcome, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next event tries again; a 403 is counted for the alarm, and the event itself is delivered."""
    gateway = Gateway([screen("over", expires_in=0)], {"over": outcome})
    assert gateway.emit() == Emission()
    assert gateway.connections.deleted == []
    (line,) = log_lines(capsys)
    assert line["ConnectionsForbidden"] == (outcome is DeliveryOutcome.FORBIDDEN)


def test_a_403_deletes_nothing_keeps_the_event_pending_and_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Our own rights are wrong: the alarm looks at the metric."""
    gateway = Gateway([screen("a"), screen("b")], {"a": DeliveryOutcome.FORBIDDEN})
    assert gateway.emit() == Emission(sent=1, pending=True)
    assert (gateway.connections.deleted, gateway.log.delivered) == ([], [])
    (line,) = log_lines(capsys)
    assert (line["level"], line["ConnectionsForbidden"], line["pending"]) == ("ERROR", 1, True)


@pytest.mark.parametrize(
    "outcome",
    [
        DeliveryOutcome.FAILED,
        DeliveryOutcome.THROTTLED,
        DeliveryOutcome.TOO_LARGE,
        DeliveryOutcome.GONE,
        DeliveryOutcome.TIMED_OUT,
    ],
)
def test_a_screen_that_missed_it_otherwise_recovers_by_itself(outcome: DeliveryOutcome) -> None:
    """The event is off the list: every recipient had its time."""
    gateway = Gateway([screen("a"), screen("b")], {"a": outcome})
    assert not gateway.emit().pending
    assert len(gateway.log.delivered) == 1


def test_a_delivery_that_was_cut_short_keeps_the_event_pending() -> None:
    """Reading the connections took all of the 36 seconds in which posts may begin."""

    class Slow(FakeConnections):
        def of_store(self, tenant_id: TenantId) -> Any:
            gateway.later(36)
            return super().of_store(tenant_id)

    gateway = Gateway()
    gateway.connections = Slow([screen("a")])
    assert gateway.emit() == Emission(pending=True)
    assert (gateway.poster.tried, gateway.log.delivered) == ([], [])


def test_notices_are_published_in_order_after_the_posts() -> None:
    """As the row has them: their ids are stable."""
    gateway = Gateway([screen("a")])
    posted_before: list[bool] = []
    gateway.topic.takes_time = lambda: posted_before.append("a" in gateway.poster.posts)
    row = logged(notices=2)
    gateway.emit(row)
    assert gateway.topic.published == list(row.notices)
    assert posted_before == [True, True]


def test_a_notice_that_is_not_taken_keeps_the_event_pending_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    """The others are published all the same, and nothing is raised: the screens have the event."""
    gateway = Gateway([screen("a")], topic=FakeTopic(refusal="Throttled"))
    row = logged(notices=2)
    assert gateway.emit(row) == Emission(sent=1, pending=True)
    assert (gateway.topic.published, gateway.log.delivered) == (list(row.notices), [])
    (line,) = log_lines(capsys)
    assert (line["NoticesPublished"], line["NoticesFailed"]) == (0, 2)
    assert line["failures"] == ["Throttled", "Throttled"]


def test_notices_for_which_there_is_no_time_keep_the_event_pending() -> None:
    """They may begin in the first 45 of the 60 seconds; the sweep publishes the rest."""
    gateway = Gateway()
    gateway.topic.takes_time = lambda: gateway.later(30)
    row = logged(notices=3)
    assert gateway.emit(row).pending
    assert gateway.topic.published == list(row.notices[:2])


def test_a_refresh_is_asked_for_once_the_screens_have_the_event() -> None:
    """Before the mark: an invocation that dies in between is repeated. It is told how long the posts took."""
    marked_before: list[bool] = []

    class Asked(FakeRefresh):
        def after(self, row: LoggedEvent, *, waited: float) -> str | None:
            marked_before.append(bool(gateway.log.delivered) or not gateway.poster.posts)
            return super().after(row, waited=waited)

    class Slow(FakeConnections):
        def of_store(self, tenant_id: TenantId) -> Any:
            gateway.later(3)
            return super().of_store(tenant_id)

    gateway = Gateway(refresh=Asked())
    gateway.connections = Slow([screen("a")])
    row = logged()
    gateway.emit(row)
    assert gateway.refresh.asked == [(row, 3.0)]
    assert marked_before == [False]


def test_a_refresh_that_fails_is_told_and_keeps_nothing_pending(capsys: pytest.CaptureFixture[str]) -> None:
    """The event is delivered; to deliver it again would bring everybody the same once more."""
    gateway = Gateway([screen("a")], refresh=FakeRefresh(failure="Throttled"))
    assert gateway.emit() == Emission(sent=1)
    assert len(gateway.log.delivered) == 1
    (line,) = log_lines(capsys)
    assert (line["level"], line["RefreshesFailed"], line["no_refresh"]) == ("ERROR", 1, "Throttled")


def test_a_mark_that_fails_leaves_the_event_pending_and_raises_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A failed invocation would be repeated at once, and everybody would get the event again."""
    gateway = Gateway([screen("a")], log=FakeLog(error=UNAVAILABLE))
    assert gateway.emit() == Emission(sent=1, pending=True)
    (line,) = log_lines(capsys)
    assert "try later" in line["failures"][0]


def test_a_row_that_cant_be_deleted_is_left_for_the_next_event() -> None:
    """The event is delivered all the same."""
    gateway = Gateway([screen("a"), screen("over", expires_in=0)])
    gateway.connections.error = UNAVAILABLE
    assert gateway.emit() == Emission(sent=1)
    assert len(gateway.log.delivered) == 1


def test_cleaning_ends_when_the_time_does() -> None:
    """The rows that are left are met again at the next event."""
    gateway = Gateway([screen("over", expires_in=0)])
    gateway.topic.takes_time = lambda: gateway.later(55)
    assert gateway.emit(logged(notices=1)) == Emission()


def test_connections_that_cant_be_read_fail_the_invocation() -> None:
    """Nobody has the event yet: Lambda may repeat it at once."""

    class Unreadable(FakeConnections):
        def of_store(self, tenant_id: TenantId) -> Any:
            raise UNAVAILABLE

    gateway = Gateway()
    gateway.connections = Unreadable([])
    with pytest.raises(ClientError):
        gateway.emit(logged(notices=1))
    assert (gateway.topic.published, gateway.log.delivered) == ([], [])


def test_each_event_is_logged_in_one_line_with_every_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    """As metrics of CloudWatch, and the event's fields to search by."""
    outcomes = [each for each in DeliveryOutcome if each is not DeliveryOutcome.CUT_SHORT]
    rows = [screen(outcome.value) for outcome in outcomes]
    unreadable = UnreadableConnection(connection_id=ConnectionId("x"))
    gateway = Gateway([*rows, screen("over", expires_in=0), unreadable], {each.value: each for each in outcomes})
    row = logged(notices=1)
    gateway.emit(row)
    (line,) = log_lines(capsys)
    metrics = {metric["Name"]: line[metric["Name"]] for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
    assert metrics == {
        "EventsEmitted": 1,
        "ConnectionsSent": 1,
        "ConnectionsGone": 1,
        "ConnectionsForbidden": 1,
        "ConnectionsTooLarge": 1,
        "ConnectionsThrottled": 1,
        "ConnectionsFailed": 1,
        "ConnectionsTimedOut": 1,
        "ConnectionsCutShort": 0,
        "ConnectionsExpired": 1,
        "ConnectionsUnreadable": 1,
        "ConnectionsCleaned": 2,
        "NoticesPublished": 1,
        "NoticesFailed": 0,
        "RefreshesFailed": 0,
    }
    assert {name: line[name] for name in ("event_type", "event_id", "canal", "seq")} == {
        "event_type": "analitica_actualizada",
        "event_id": row.event_id,
        "canal": "administracion",
        "seq": 7,
    }
    assert "delivery_millis" in line


OTHER = TenantId("T002")
ANSWERS = [
    DeliveryOutcome.SENT,
    DeliveryOutcome.GONE,
    DeliveryOutcome.FORBIDDEN,
    DeliveryOutcome.TOO_LARGE,
    DeliveryOutcome.THROTTLED,
    DeliveryOutcome.FAILED,
]


@st.composite
def stores(draw: st.DrawFn) -> list[tuple[Connection, DeliveryOutcome]]:
    """The rows of two stores, each with what API Gateway will answer it."""
    ages = st.sampled_from([0, 29, 30, 31, 7000])
    count = draw(st.integers(0, 12))
    names = itertools.count()
    return [
        (
            screen(
                f"s{next(names)}",
                tenant_id=draw(st.sampled_from([TENANT, OTHER])),
                rol=draw(st.sampled_from(Rol)),
                age=draw(ages),
                expires_in=draw(st.sampled_from([-60, -1, 0, 1, 3600])),
            ),
            draw(st.sampled_from(ANSWERS)),
        )
        for _ in range(count)
    ]


@given(screens=stores(), canal=st.sampled_from(Canal), exclude=st.integers(0, 12).map(lambda n: f"s{n}"))
def test_whatever_the_rows_and_the_answers_are_the_rules_of_delivery_hold(
    screens: list[tuple[Connection, DeliveryOutcome]], canal: Canal, exclude: str
) -> None:
    """Who gets the event, which rows go, and whether the event stays pending (docs/domain.md, "WebSocket")."""
    gateway = Gateway([row for row, _ in screens], {row.connection_id: outcome for row, outcome in screens})
    emission = gateway.emit(msgspec.structs.replace(logged(), canal=canal), exclude=exclude)

    mine = [(row, outcome) for row, outcome in screens if row.tenant_id == TENANT]
    alive = [(row, outcome) for row, outcome in mine if row.expira > NOW]
    recipients = [
        (row, outcome)
        for row, outcome in alive
        if row.connection_id != exclude and (canal is Canal.TIENDA or row.rol in {Rol.ADMIN, Rol.SAAI})
    ]
    expired = {row.connection_id for row, _ in mine if row.expira <= NOW}
    closed = {
        row.connection_id
        for row, outcome in mine
        if row.expira <= NOW and outcome in {DeliveryOutcome.SENT, DeliveryOutcome.GONE}
    }
    gone = {
        row.connection_id
        for row, outcome in recipients
        if outcome is DeliveryOutcome.GONE and NOW - row.connected_at >= 30
    }
    healthy = {row.connection_id for row, outcome in recipients if outcome is DeliveryOutcome.SENT}

    assert sorted(gateway.poster.tried) == sorted(row.connection_id for row, _ in recipients)
    assert set(gateway.poster.posts) == healthy
    assert set(gateway.poster.closed) == expired
    assert sorted(gateway.connections.deleted) == sorted(closed | gone)
    assert emission == Emission(
        sent=len(healthy),
        cleaned=len(closed | gone),
        pending=any(outcome is DeliveryOutcome.FORBIDDEN for _, outcome in recipients),
    )
    assert bool(gateway.log.delivered) == (not emission.pending)
