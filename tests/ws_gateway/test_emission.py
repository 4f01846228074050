"""Delivering an event: sockets, notices, then the mark."""

import json

import pytest
from saai_domain.codes import ConnectionId
from saai_domain.event_log import LoggedEvent
from ws_gateway.connections import Connection
from ws_gateway.emission import Emission, Emitter
from ws_gateway.fan_out import FanOut, Outcome

from tests.ws_gateway.screens import NOON, FakeConnections, FakeLog, FakePoster, FakeTopic, logged, screen


class Gateway:
    """An emitter over fakes."""

    def __init__(self, *screens: Connection, takes_notices: bool = True, **outcomes: Outcome) -> None:
        self.poster = FakePoster(outcomes)
        self.connections = FakeConnections(list(screens))
        self.topic = FakeTopic(takes_notices)
        self.log = FakeLog()
        self.emitter = Emitter(
            connections=self.connections,
            fan_out=FanOut(poster=self.poster),
            topic=self.topic,
            log=self.log,
            clock=lambda: NOON,
        )

    def emit(self, row: LoggedEvent, exclude: str | None = None) -> Emission:
        return self.emitter.emit(row, exclude=ConnectionId(exclude) if exclude else None, seconds=15)


def test_every_screen_gets_the_rows_exact_text() -> None:
    """An event sent again is byte-equal."""
    gateway = Gateway(screen("a"), screen("b"))
    row = logged()
    assert gateway.emit(row) == Emission(sent=2)
    assert gateway.poster.posts == {"a": row.frame.encode(), "b": row.frame.encode()}
    assert gateway.log.delivered == [row]


def test_gone_and_expired_rows_are_removed_and_counted() -> None:
    """The healthy stay."""
    gateway = Gateway(screen("a"), screen("gone"), screen("over", expires_in=0), gone=Outcome.GONE)
    assert gateway.emit(logged()) == Emission(sent=1, cleaned=2)
    assert sorted(gateway.connections.deleted) == ["gone", "over"]


def test_a_403_deletes_nothing_keeps_the_event_pending_and_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Our own rights are wrong: the alarm looks at the metric."""
    gateway = Gateway(screen("a"), screen("b"), a=Outcome.FORBIDDEN)
    gateway.emit(logged())
    assert gateway.connections.deleted == []
    assert gateway.log.delivered == []
    assert json.loads(capsys.readouterr().out)["ConnectionsForbidden"] == 1


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.THROTTLED, Outcome.TOO_LARGE, Outcome.GONE])
def test_a_screen_that_missed_it_otherwise_recovers_by_itself(outcome: Outcome) -> None:
    """The event is off the list: every recipient had its time."""
    gateway = Gateway(screen("a"), screen("b"), a=outcome)
    gateway.emit(logged())
    assert len(gateway.log.delivered) == 1


def test_notices_are_published_and_one_that_is_not_taken_keeps_the_event_pending() -> None:
    """The sweep repeats it; their ids are stable."""
    taken, refused = Gateway(), Gateway(takes_notices=False)
    row = logged(notices=2)
    taken.emit(row)
    refused.emit(row)
    assert taken.topic.published == list(row.notices) == refused.topic.published
    assert (len(taken.log.delivered), len(refused.log.delivered)) == (1, 0)


def test_each_event_is_logged_in_one_line_with_every_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    """As metrics of CloudWatch."""
    gateway = Gateway(screen("a"), screen("b"), screen("c"), b=Outcome.GONE, c=Outcome.THROTTLED)
    gateway.emit(logged())
    (line,) = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    counted = {name: line[name] for name in ("ConnectionsSent", "ConnectionsGone", "ConnectionsThrottled")}
    assert counted == {"ConnectionsSent": 1, "ConnectionsGone": 1, "ConnectionsThrottled": 1}
    assert (line["tenant_id"], line["seq"]) == ("T001", 7)
