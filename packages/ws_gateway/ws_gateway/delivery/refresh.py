"""After a sale, having the store's analytics calculated: once for a burst, and soon enough for a live dashboard.

The row ``refresco`` of ``analitica`` says until when a refresh is on its way. Whoever finds that time passed moves it
on, and only then sends the message, which becomes visible when that time has passed. So a sale that finds it
still to come is seen by the refresh on its way: it was committed before that one begins to read.

Nothing needs to be cleared: the time passes by itself. A message that could not be sent takes the time back. An
invocation that dies in between leaves its event pending: when it comes here again, at once or with the sweep, it finds
itself named in the row, and sends the message that it may never have sent. A time further off than any message is
delayed comes of a clock that was wrong, and counts as passed.
"""

from typing import TYPE_CHECKING, Final, Protocol

import attrs
from aws_lite.wire import encode_json
from botocore.exceptions import BotoCoreError, ClientError
from saai_domain.aws.dynamodb import Key, update_if
from saai_domain.codes import TenantId
from saai_domain.event_log import LoggedEvent
from saai_domain.events import VentaRegistrada
from saai_domain.rows import make_row
from saai_domain.time import Clock, epoch_seconds, iso_timestamp, lima_now

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient, SQSClient

ENTITY_ID: Final = "refresco"
DELAY_SECONDS: Final = 5
"""Between a sale and the refresh that shows it. With delivery and calculation a dashboard is 10 s behind at most."""
CLOCKS_DIFFER_SECONDS: Final = 1
"""Times are whole seconds and the clocks of two invocations not the same: a refresh that is due within this may be
reading already."""
IMPLAUSIBLE_SECONDS: Final = 10
"""A time further off than this was set by a clock that was wrong."""


class RefreshPort(Protocol):
    """What an emission asks here."""

    def after(self, row: LoggedEvent, *, waited: float) -> str | None:
        """See to it that the store's dashboard shows the event; return why that failed."""
        ...


@attrs.frozen(kw_only=True)
class AnalyticsRefresh:
    """Sends the analytics worker a store's message after a sale, unless one is on its way."""

    dynamodb: "DynamoDBClient"
    sqs: "SQSClient"
    analitica_table: str
    queue_url: str
    clock: Clock = lima_now

    def after(self, row: LoggedEvent, *, waited: float) -> str | None:
        """Have the analytics calculated after a sale.

        ``waited`` are the seconds that the event's delivery took: the refresh comes that much sooner, but never at
        once. Return None where a refresh is on its way or the event is none of a sale, or else why there is none. A
        failure is no reason to deliver the event again: the next sale, or the schedule, brings a refresh.
        """
        if row.event_type != VentaRegistrada.event_type:
            return None
        delay = max(1, DELAY_SECONDS - int(waited))
        now = epoch_seconds(self.clock())
        try:
            if self._take_turn(row, now=now, until=now + delay):
                self._send(row.tenant_id, delay=delay, until=now + delay)
        except (ClientError, BotoCoreError) as error:
            return str(error)
        return None

    def _take_turn(self, row: LoggedEvent, *, now: int, until: int) -> bool:
        """Move the store's time on, on condition that it has passed, or that this very event set it."""
        data = {"refresco_hasta": until, "event_id": row.event_id}
        made = make_row(row.tenant_id, ENTITY_ID, data, moment=iso_timestamp(self.clock()))
        return self._update(
            row.tenant_id,
            expression="SET #data = :data",
            condition="attribute_not_exists(entity_id) OR #data.refresco_hasta <= :due"
            " OR #data.refresco_hasta > :never OR #data.event_id = :event",
            values={
                ":data": made["data"],
                ":due": now + CLOCKS_DIFFER_SECONDS,
                ":never": now + IMPLAUSIBLE_SECONDS,
                ":event": row.event_id,
            },
        )

    def _send(self, tenant_id: TenantId, *, delay: int, until: int) -> None:
        try:
            self.sqs.send_message(
                QueueUrl=self.queue_url, MessageBody=encode_json({"tenant_id": tenant_id}), DelaySeconds=delay
            )
        except (ClientError, BotoCoreError):
            # The next sale needn't wait for a refresh that doesn't come.
            self._update(
                tenant_id,
                expression="SET #data.refresco_hasta = :passed",
                condition="#data.refresco_hasta = :until",
                values={":passed": 0, ":until": until},
            )
            raise

    def _update(self, tenant_id: TenantId, *, expression: str, condition: str, values: dict[str, object]) -> bool:
        key = Key(self.analitica_table, tenant_id, ENTITY_ID)
        names = {"#data": "data"}
        return update_if(self.dynamodb, key, expression=expression, condition=condition, names=names, values=values)
