"""The fan-out of one event to a store's screens: who gets it, and posting it to each without one hindering another."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Protocol

import attrs
from saai_domain.codes import ConnectionId
from saai_domain.events import Canal

from ws_gateway.connections import Connection, from_item

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
    THROTTLED = "throttled"
    """429: the account's rate, or this client's buffer is full."""
    FAILED = "failed"
    TIMED_OUT = "timed_out"


class Poster(Protocol):
    """Posts data to one connection, within a few seconds whatever happens; safe on many threads."""

    def post(self, connection_id: ConnectionId, data: bytes) -> Outcome:
        """Return what became of it; never raises for what API Gateway or the network do."""
        ...


@attrs.frozen(kw_only=True)
class Plan:
    """Who gets an event, whose row is past its time, and how many rows could not be read."""

    recipients: tuple[Connection, ...]
    expired: tuple[Connection, ...]
    unreadable: int


def plan(items: Iterable[Mapping[str, Any]], canal: Canal, *, now: int, exclude: ConnectionId | None = None) -> Plan:
    """Choose the recipients among a store's rows. ``now`` in epoch seconds.

    A row that can't be read keeps nobody else from the event.
    """
    recipients: list[Connection] = []
    expired: list[Connection] = []
    unreadable = 0
    for item in items:
        try:
            connection = from_item(item)
        except (KeyError, ValueError, TypeError):
            unreadable += 1
            continue
        if now >= connection.expira:
            expired.append(connection)
        elif canal.heard_by(connection.rol) and connection.connection_id != exclude:
            recipients.append(connection)
    return Plan(recipients=tuple(recipients), expired=tuple(expired), unreadable=unreadable)


@attrs.frozen(kw_only=True)
class Delivery:
    """What became of each recipient."""

    outcomes: Mapping[Connection, Outcome]

    def count(self, outcome: Outcome) -> int:
        """Return how many recipients had this outcome."""
        return Counter(self.outcomes.values())[outcome]

    def gone(self, *, now: int) -> tuple[Connection, ...]:
        """Return the connections whose rows are to be deleted: Gone, and not just opened."""
        return tuple(
            connection
            for connection, outcome in self.outcomes.items()
            if outcome is Outcome.GONE and now - connection.connected_at >= GRACE_SECONDS
        )


@attrs.frozen(kw_only=True)
class FanOut:
    """Posts to many connections at once on at most MAX_THREADS threads."""

    poster: Poster
    monotonic: Callable[[], float] = time.monotonic
    threads: int = MAX_THREADS

    def deliver(self, frame: str, recipients: Sequence[Connection], *, seconds: float) -> Delivery:
        """Post a frame to every recipient; who has no outcome after ``seconds`` counts as timed out.

        A thread that hangs beyond that is left behind: it is a daemon, and its poster's own time-out ends it.
        """
        data = frame.encode()
        waiting = deque(recipients)
        outcomes: dict[Connection, Outcome] = {}
        deadline = self.monotonic() + seconds

        def work() -> None:
            while self.monotonic() < deadline:
                try:
                    connection = waiting.popleft()
                except IndexError:
                    return
                outcomes[connection] = self.poster.post(connection.connection_id, data)

        workers = [threading.Thread(target=work, daemon=True) for _ in range(min(self.threads, len(recipients)))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(max(0.0, deadline - self.monotonic()))
        answered = dict(outcomes)
        return Delivery(outcomes={each: answered.get(each, Outcome.TIMED_OUT) for each in recipients})
