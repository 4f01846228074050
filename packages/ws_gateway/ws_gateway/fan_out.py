"""The fan-out of one event to a store's screens: who gets it, and posting it to each without one hindering another."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final, Protocol

import attrs
from saai_domain.codes import ConnectionId
from saai_domain.events import Canal

from ws_gateway.connections import Connection, UnreadableRow

MAX_THREADS: Final = 64
GRACE_SECONDS: Final = 30
"""A 410 that comes sooner after the connection may mean that the socket is not open yet (AWS_FACTS.md)."""


class Outcome(StrEnum):
    """What became of one recipient."""

    SENT = "sent"
    GONE = "gone"
    """410: the connection is closed."""
    FORBIDDEN = "forbidden"
    """403: our own rights are wrong."""
    TOO_LARGE = "too_large"
    """413: the frame exceeds what can be posted."""
    THROTTLED = "throttled"
    """429: the account's rate, or this client's buffer is full."""
    FAILED = "failed"
    """Anything else that was answered, or a connection that broke."""
    TIMED_OUT = "timed_out"
    """No answer within the recipient's budget."""
    CUT_SHORT = "cut_short"
    """The event's time was up before the recipient's budget was."""


class Poster(Protocol):
    """API Gateway's ``@connections``; called on many threads at once.

    Both methods return within a few seconds, and never raise for what API Gateway or the network do.
    """

    def post(self, connection_id: ConnectionId, data: bytes) -> Outcome:
        """Post data to one connection and return what became of it."""
        ...

    def close(self, connection_id: ConnectionId) -> Outcome:
        """Close a connection and return what became of that; GONE where it was closed already."""
        ...


@attrs.frozen(kw_only=True)
class Plan:
    """Who gets an event, whose row is past its time, and how many rows could not be read."""

    recipients: tuple[Connection, ...]
    expired: tuple[Connection, ...]
    unreadable: int


def plan(
    rows: Iterable[Connection | UnreadableRow], canal: Canal, *, now: int, exclude: ConnectionId | None = None
) -> Plan:
    """Choose the recipients among a store's rows. ``now`` in epoch seconds.

    A row that can't be read keeps nobody else from the event.
    """
    recipients: list[Connection] = []
    expired: list[Connection] = []
    unreadable = 0
    for row in rows:
        if isinstance(row, UnreadableRow):
            unreadable += 1
        elif now >= row.expira:
            expired.append(row)
        elif canal.heard_by(row.rol) and row.connection_id != exclude:
            recipients.append(row)
    return Plan(recipients=tuple(recipients), expired=tuple(expired), unreadable=unreadable)


@attrs.frozen(kw_only=True)
class Delivery:
    """What became of each recipient."""

    outcomes: Mapping[Connection, Outcome]

    @cached_property
    def _counts(self) -> Counter[Outcome]:
        return Counter(self.outcomes.values())

    def count(self, outcome: Outcome) -> int:
        """Return how many recipients had this outcome."""
        return self._counts[outcome]

    @property
    def settled(self) -> bool:
        """Tell whether every recipient had its time budget and API Gateway refused us none (403)."""
        return not (self.count(Outcome.FORBIDDEN) or self.count(Outcome.CUT_SHORT))

    def gone(self, *, now: int) -> tuple[Connection, ...]:
        """Return the connections whose rows are to be deleted: Gone, and not just opened."""
        return tuple(
            connection
            for connection, outcome in self.outcomes.items()
            if outcome is Outcome.GONE and now - connection.connected_at >= GRACE_SECONDS
        )


@attrs.frozen(kw_only=True)
class FanOut:
    """Posts to many connections at once, on at most ``threads`` threads.

    A recipient without an answer after ``recipient_seconds`` is given up, and another thread takes the place of the
    one that waits for it. The budget is longer than the poster's own time-outs, which end such a thread.
    """

    poster: Poster
    threads: int = MAX_THREADS
    recipient_seconds: float = 6.0
    monotonic: Callable[[], float] = time.monotonic

    def deliver(self, frame: str, recipients: Sequence[Connection], *, deadline: float) -> Delivery:
        """Post a frame to every recipient until ``deadline``, a moment on the monotonic clock."""
        run = _Run(
            poster=self.poster,
            data=frame.encode(),
            waiting=deque(recipients),
            deadline=deadline,
            recipient_seconds=self.recipient_seconds,
            monotonic=self.monotonic,
        )
        for _ in range(min(self.threads, len(recipients))):
            run.start_worker()
        outcomes = run.wait()
        return Delivery(outcomes={each: outcomes.get(each, Outcome.CUT_SHORT) for each in recipients})


@attrs.define(kw_only=True, eq=False)
class _Run:
    """One delivery under way. What the workers share is touched under ``lock`` only."""

    poster: Poster
    data: bytes
    waiting: deque[Connection]
    deadline: float
    recipient_seconds: float
    monotonic: Callable[[], float]
    posting: dict[Connection, float] = attrs.field(factory=dict)
    """Since when a worker is at a recipient."""
    outcomes: dict[Connection, Outcome] = attrs.field(factory=dict)
    lock: threading.Lock = attrs.field(factory=threading.Lock)
    finished: threading.Event = attrs.field(factory=threading.Event)

    def start_worker(self) -> None:
        # A daemon: a post that hangs must not keep the process.
        threading.Thread(target=self._work, daemon=True).start()

    def wait(self) -> Mapping[Connection, Outcome]:
        """Return the outcomes there are when every recipient has one, or at the deadline."""
        while self._unfinished() and (now := self.monotonic()) < self.deadline:
            with self.lock:
                longest = min(self.posting.values(), default=now)
            self.finished.wait(max(0.0, min(self.deadline, longest + self.recipient_seconds) - now))
            self._give_up_hung()
        with self.lock:
            return dict(self.outcomes)

    def _work(self) -> None:
        while (connection := self._take()) is not None:
            outcome = None
            try:
                outcome = self.poster.post(connection.connection_id, self.data)
            finally:
                if outcome is None:
                    # A defect of ours ends this thread, with its trace in the log, but nobody else's delivery.
                    self.start_worker()
                in_time = self._settle(connection, outcome or Outcome.FAILED)
            if not in_time:
                return

    def _take(self) -> Connection | None:
        with self.lock:
            if not self.waiting or self.monotonic() >= self.deadline:
                return None
            connection = self.waiting.popleft()
            self.posting[connection] = self.monotonic()
            return connection

    def _settle(self, connection: Connection, outcome: Outcome) -> bool:
        """Note an outcome; False where the recipient has one already."""
        with self.lock:
            if self.posting.pop(connection, None) is None:
                return False
            self.outcomes[connection] = outcome
        if not self._unfinished():
            self.finished.set()
        return True

    def _unfinished(self) -> bool:
        with self.lock:
            return bool(self.waiting or self.posting)

    def _give_up_hung(self) -> None:
        since = self.monotonic() - self.recipient_seconds
        with self.lock:
            hung = [connection for connection, began in self.posting.items() if began <= since]
        for connection in hung:
            if self._settle(connection, Outcome.TIMED_OUT):
                self.start_worker()
