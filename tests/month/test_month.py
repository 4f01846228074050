"""In thirty days nothing is left behind but what the stores sold: a small ``make month``, and harms that it notices."""

from collections.abc import Iterator
from typing import Any

import pytest
from saai_domain import event_log
from saai_domain.aws import event_log as stored_log
from saai_domain.testing.tables import Table
from ws_gateway.delivery import emitter

from tests.month.month import DAYS, Month
from tests.month.verdict import STEADY, Evening


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Everything is in memory."""


@pytest.fixture
def month() -> Iterator[Month]:
    """Two stores, of which one is quiet; a step of the run is four hours, longer than a connection lasts."""
    with Month.begun(events=3_000, stores=2, seed=1, step_minutes=240) as begun:
        yield begun


def live(month: Month, days: int) -> str:
    """Return what was found in the first days."""
    for day in range(1, days + 1):
        month.live(day)
    return " ".join(month.all_problems())


@pytest.mark.timeout(120)
def test_in_thirty_days_nothing_is_lost_and_nothing_that_expires_remains(month: Month) -> None:
    """Events 7 days, their ids 15, sale keys one; connections are renewed, absences end in a recovery or a reload."""
    month.run()
    assert month.all_problems() == []
    assert [evening.day for evening in month.verdict.evenings] == list(range(1, DAYS + 1))
    assert month.books.codes["T001"] > 1_000_000
    assert min(month.lost, month.repeated, month.annulled, month.screens.snapshots) > 0
    assert min(seat.delivered for seat in month.seats) > 0


def test_events_that_leave_the_log_too_soon_are_noticed(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    """After five days in the place of seven."""
    monkeypatch.setattr(event_log, "RETENTION_SECONDS", 5 * 86_400)
    assert "is not kept for 7 days" in live(month, 1)


def test_an_event_that_is_logged_again_days_later_is_noticed(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its id is remembered for less than anything waits that can send it again."""
    monkeypatch.setattr(stored_log, "EVENT_DEDUPE_SECONDS", 86_400)
    assert "was logged twice" in live(month, 8)


def test_rows_that_are_never_deleted_are_noticed(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a table has no TTL."""

    def never(_table: Table, _epoch: float) -> int:
        return 0

    monkeypatch.setattr(Table, "expire", never)
    assert "rows, and should have" in live(month, 3)


def test_a_process_that_remembers_what_it_delivered_is_noticed(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache without an end, in whatever module."""
    delivered: list[str] = []
    deliver = emitter.deliver

    def remembering(frame: str, *args: Any, **named: Any) -> Any:
        delivered.append(frame)
        return deliver(frame, *args, **named)

    monkeypatch.setattr(emitter, "deliver", remembering)
    assert "the functions' processes grew" in live(month, STEADY + 3)


@pytest.mark.parametrize(("grown", "noticed"), [(1.09, False), (1.11, True)])
def test_a_run_that_grows_by_more_than_a_tenth_is_noticed(month: Month, grown: float, *, noticed: bool) -> None:
    """Wherever that is: since the most of what expires was there."""

    def evening(day: int) -> Evening:
        rss = day * 10_000_000 if day < STEADY else STEADY * 10_000_000
        return Evening(day=day, events=0, sales=0, rss=int(rss * (grown if day == DAYS else 1)), processes=0, rows={})

    month.verdict.evenings = [evening(day) for day in range(1, DAYS + 1)]
    assert any("the run grew" in problem for problem in month.verdict.growth()) is noticed
