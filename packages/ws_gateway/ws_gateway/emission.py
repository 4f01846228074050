"""Delivering one logged event: to the sockets, then its notices, then off the list of what is pending."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

import attrs
from botocore.exceptions import BotoCoreError, ClientError
from saai_domain.codes import ConnectionId, TenantId
from saai_domain.event_log import LoggedEvent, SnsMessage
from saai_domain.telemetry import log_line
from saai_domain.time import Clock, epoch_seconds, lima_now

from ws_gateway.connections import Connection
from ws_gateway.fan_out import FanOut, Outcome, plan

RESERVE_SECONDS: Final = 10.0
"""Kept back from the invocation's time for the notices, the clean-up and the mark."""


class ConnectionsPort(Protocol):
    """The open connections."""

    def items_of_store(self, tenant_id: TenantId) -> Iterator[Mapping[str, Any]]: ...
    def delete(self, tenant_id: TenantId, connection_id: ConnectionId) -> None: ...


class TopicPort(Protocol):
    """Where notices go."""

    def publish(self, notice: SnsMessage) -> bool: ...


class LogPort(Protocol):
    """The event log."""

    def mark_delivered(self, row: LoggedEvent) -> None: ...


@attrs.frozen(kw_only=True)
class Emission:
    """What became of an event: screens that have it, rows removed."""

    sent: int
    cleaned: int


@attrs.frozen(kw_only=True)
class Emitter:
    """Delivers events. An event stays pending, and the sweep sends it again, when API Gateway refused us (403)
    or a notice was not accepted: every screen that missed it otherwise recovers it by itself.
    """

    connections: ConnectionsPort
    fan_out: FanOut
    topic: TopicPort
    log: LogPort
    clock: Clock = lima_now

    def emit(self, row: LoggedEvent, *, exclude: ConnectionId | None, seconds: float) -> Emission:
        """Deliver within ``seconds``, of which RESERVE_SECONDS are kept for what follows the posts."""
        now = epoch_seconds(self.clock())
        planned = plan(self.connections.items_of_store(row.tenant_id), row.canal, now=now, exclude=exclude)
        delivery = self.fan_out.deliver(row.frame, planned.recipients, seconds=max(1.0, seconds - RESERVE_SECONDS))
        failed_notices = [notice for notice in row.notices if not self.topic.publish(notice)]
        if not failed_notices and delivery.count(Outcome.FORBIDDEN) == 0:
            self.log.mark_delivered(row)
        cleaned = self._clean((*planned.expired, *delivery.gone(now=now)))
        log_line(
            "event emitted",
            tenant_id=row.tenant_id,
            event_type=row.event_type,
            event_id=row.event_id,
            canal=row.canal,
            seq=row.seq,
            unreadable_rows=planned.unreadable,
            metrics={
                "EventsEmitted": 1,
                "ConnectionsSent": delivery.count(Outcome.SENT),
                "ConnectionsGone": delivery.count(Outcome.GONE),
                "ConnectionsForbidden": delivery.count(Outcome.FORBIDDEN),
                "ConnectionsThrottled": delivery.count(Outcome.THROTTLED),
                "ConnectionsTooLarge": delivery.count(Outcome.TOO_LARGE),
                "ConnectionsFailed": delivery.count(Outcome.FAILED),
                "ConnectionsTimedOut": delivery.count(Outcome.TIMED_OUT),
                "ConnectionsExpired": len(planned.expired),
                "ConnectionsCleaned": cleaned,
                "NoticesPublished": len(row.notices) - len(failed_notices),
                "NoticesFailed": len(failed_notices),
            },
        )
        return Emission(sent=delivery.count(Outcome.SENT), cleaned=cleaned)

    def _clean(self, connections: Iterable[Connection]) -> int:
        """Delete rows and return how many; one that can't be deleted now is met again at the next event."""
        cleaned = 0
        for connection in connections:
            try:
                self.connections.delete(connection.tenant_id, connection.connection_id)
            except (ClientError, BotoCoreError):
                continue
            cleaned += 1
        return cleaned
