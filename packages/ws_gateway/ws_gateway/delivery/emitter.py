"""Delivers one logged event: posts it to the screens, publishes its notices, and marks it delivered.

Nothing raises once a screen may have the event: a failed invocation would be repeated by Lambda, and everybody would
get it again. What went wrong leaves the row pending, and the sweep repeats it.
"""

import time
from collections.abc import Callable, Iterable
from typing import Final, Protocol

import botocore.exceptions
import msgspec
from saai_domain.codes import ConnectionId, TenantId
from saai_domain.component import component
from saai_domain.event_log import LoggedEvent, NoticeMessage
from saai_domain.handlers.telemetry import log_line
from saai_domain.time import Clock, epoch_seconds, lima_now

from ws_gateway.delivery.outcome import Broadcaster, DeliveryOutcome
from ws_gateway.delivery.recipients import Delivery, Plan, deliver, plan
from ws_gateway.delivery.refresh import RefreshPort
from ws_gateway.screens.connections import Connection, UnreadableConnection

# Parts of the invocation's time. Of its 60 s the last ones are enough for a call that hangs: two attempts of 3 s.
POSTS_UNTIL: Final = 0.6
NOTICES_UNTIL: Final = 0.75
CLEANING_UNTIL: Final = 0.85


class ConnectionsPort(Protocol):
    """The open connections."""

    def of_store(self, tenant_id: TenantId) -> Iterable[Connection | UnreadableConnection]:
        """Return every row of a store."""
        ...

    def delete(self, tenant_id: TenantId, connection_id: ConnectionId) -> None:
        """Delete a row."""
        ...


class TopicPort(Protocol):
    """Where notices go."""

    def publish(self, notice: NoticeMessage) -> str | None:
        """Return None once it is published, or else why it is not."""
        ...


class DeliveryMark(Protocol):
    """The part of the event log that is used here."""

    def mark_delivered(self, row: LoggedEvent) -> None:
        """Take the row off the list of what is pending."""
        ...


class Emission(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an event: screens that have it, rows removed, and whether the sweep will repeat it."""

    sent: int = 0
    cleaned: int = 0
    pending: bool = False


@component
class Emitter:
    """Delivers events.

    An event stays pending when not every recipient had its time budget, API Gateway refused us (403), or a notice
    was not accepted. Every other screen that missed it recovers it by itself.
    """

    connections: ConnectionsPort
    poster: Broadcaster
    topic: TopicPort
    log: DeliveryMark
    refresh: RefreshPort
    clock: Clock = lima_now
    monotonic: Callable[[], float] = time.monotonic

    def emit(self, row: LoggedEvent, *, exclude: ConnectionId | None, seconds: float) -> Emission:
        """Deliver an event within ``seconds``, and write the one line of the log that tells what became of it.

        Raises:
            ClientError, BotoCoreError: The connections could not be read; nobody has the event.
        """
        began = self.monotonic()
        now = epoch_seconds(self.clock())
        planned = plan(self.connections.of_store(row.tenant_id), row.canal, now=now, exclude=exclude)
        posting = began + seconds * POSTS_UNTIL
        delivery = deliver(row.frame, planned.recipients, poster=self.poster, deadline=posting)
        posted = self.monotonic()
        failures = self._publish(row.notices, deadline=began + seconds * NOTICES_UNTIL)
        failed_notices = len(failures)
        # Before the mark: an invocation that dies here is repeated, and the dashboard gets its refresh.
        no_refresh = self.refresh.after(row, waited=posted - began)
        if delivery.settled and not failures:
            failures = self._mark(row)
        pending = bool(failures) or not delivery.settled
        cleaning = began + seconds * CLEANING_UNTIL
        closing = self._close(planned.expired, deadline=cleaning)
        cleaned = self._clean((*delivery.gone(now=now), *_closed(closing)), deadline=cleaning)
        log_line(
            "event emitted",
            level="ERROR" if pending or no_refresh else "INFO",
            event_type=row.event_type,
            event_id=row.event_id,
            canal=row.canal,
            seq=row.seq,
            pending=pending,
            failures=failures[:3],
            **({"no_refresh": no_refresh} if no_refresh else {}),
            delivery_millis=round((posted - began) * 1000),
            metrics={
                **_metrics(planned, delivery, closing),
                "ConnectionsCleaned": cleaned,
                "NoticesPublished": len(row.notices) - failed_notices,
                "NoticesFailed": failed_notices,
                "RefreshesFailed": int(no_refresh is not None),
            },
        )
        return Emission(sent=delivery.count(DeliveryOutcome.SENT), cleaned=cleaned, pending=pending)

    def _publish(self, notices: Iterable[NoticeMessage], *, deadline: float) -> list[str]:
        """Publish notices and return why some are not out. One that is out already is recognised by its id."""
        reasons = [
            self.topic.publish(notice) if self.monotonic() < deadline else "no time left for a notice"
            for notice in notices
        ]
        return [reason for reason in reasons if reason is not None]

    def _mark(self, row: LoggedEvent) -> list[str]:
        try:
            self.log.mark_delivered(row)
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            return [str(error)]
        return []

    def _close(self, connections: Iterable[Connection], *, deadline: float) -> Delivery:
        """Close connections past their time; those that there is no time for are met again at the next event."""
        return Delivery(
            outcomes=[
                (connection, self.poster.close(connection.connection_id))
                for connection in connections
                if self.monotonic() < deadline
            ]
        )

    def _clean(self, connections: Iterable[Connection], *, deadline: float) -> int:
        """Delete rows and return how many; one that can't be deleted now is met again at the next event."""
        cleaned = 0
        for connection in connections:
            if self.monotonic() >= deadline:
                break
            try:
                self.connections.delete(connection.tenant_id, connection.connection_id)
            except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError):
                continue
            cleaned += 1
        return cleaned


def _closed(closing: Delivery) -> list[Connection]:
    """Return what is closed now, or was before. The row of any other stays, so that closing it is tried again."""
    return [each for each, outcome in closing.outcomes if outcome.is_closed]


def _metrics(planned: Plan, delivery: Delivery, closing: Delivery) -> dict[str, float]:
    return {
        "EventsEmitted": 1,
        "ConnectionsSent": delivery.count(DeliveryOutcome.SENT),
        "ConnectionsGone": delivery.count(DeliveryOutcome.GONE),
        "ConnectionsForbidden": delivery.count(DeliveryOutcome.FORBIDDEN) + closing.count(DeliveryOutcome.FORBIDDEN),
        "ConnectionsThrottled": delivery.count(DeliveryOutcome.THROTTLED),
        "ConnectionsTooLarge": delivery.count(DeliveryOutcome.TOO_LARGE),
        "ConnectionsFailed": delivery.count(DeliveryOutcome.FAILED),
        "ConnectionsTimedOut": delivery.count(DeliveryOutcome.TIMED_OUT),
        "ConnectionsCutShort": delivery.count(DeliveryOutcome.CUT_SHORT),
        "ConnectionsExpired": len(planned.expired),
        "ConnectionsUnreadable": planned.unreadable,
    }
