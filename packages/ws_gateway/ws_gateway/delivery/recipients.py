"""The fan-out of one event to a store's screens: who gets it, and posting it to each without one hindering another."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from saai_domain.channel import Canal
from saai_domain.codes import ConnectionId

from ws_gateway.delivery.outcome import Broadcaster, DeliveryOutcome
from ws_gateway.screens.connections import Connection, UnreadableConnection

GRACE_SECONDS: Final = 30
"""A 410 that comes sooner after the connection may mean that the socket is not open yet
(docs/aws-facts.md, "API Gateway WebSocket").
"""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets an event, whose row is past its time, and how many rows could not be read."""

    recipients: tuple[Connection, ...]
    expired: tuple[Connection, ...]
    unreadable: int


def plan(
    rows: Iterable[Connection | UnreadableConnection], canal: Canal, *, now: int, exclude: ConnectionId | None = None
) -> Plan:
    """Choose the recipients among a store's rows. ``now`` in epoch seconds.

    A row that can't be read keeps nobody else from the event.
    """
    recipients: list[Connection] = []
    expired: list[Connection] = []
    unreadable = 0
    for row in rows:
        if isinstance(row, UnreadableConnection):
            unreadable += 1
        elif now >= row.expira:
            expired.append(row)
        elif canal.heard_by(row.rol) and row.connection_id != exclude:
            recipients.append(row)
    return Plan(recipients=tuple(recipients), expired=tuple(expired), unreadable=unreadable)


class Delivery:
    """What became of each recipient."""

    def __init__(self, outcomes: Sequence[tuple[Connection, DeliveryOutcome]]) -> None:
        self.outcomes: Final = outcomes
        self._counts: Final = Counter(outcome for _, outcome in outcomes)

    def count(self, outcome: DeliveryOutcome) -> int:
        """Return how many recipients had this outcome."""
        return self._counts[outcome]

    @property
    def settled(self) -> bool:
        """Tell whether every recipient had its time budget and API Gateway refused us none (403)."""
        return not (self.count(DeliveryOutcome.FORBIDDEN) or self.count(DeliveryOutcome.CUT_SHORT))

    def gone(self, *, now: int) -> tuple[Connection, ...]:
        """Return the connections whose rows are to be deleted: Gone, and not just opened."""
        return tuple(
            connection
            for connection, outcome in self.outcomes
            if outcome is DeliveryOutcome.GONE and now - connection.connected_at >= GRACE_SECONDS
        )


def deliver(frame: str, recipients: Sequence[Connection], *, poster: Broadcaster, deadline: float) -> Delivery:
    """Post a frame to every recipient until ``deadline``, a moment on the monotonic clock."""
    outcomes: Mapping[ConnectionId, DeliveryOutcome] = {}
    if recipients:
        outcomes = poster.post_all([each.connection_id for each in recipients], frame.encode(), deadline=deadline)
    return Delivery(
        outcomes=[(each, outcomes.get(each.connection_id, DeliveryOutcome.CUT_SHORT)) for each in recipients]
    )
