"""After a sale, asking for the store's analytics, soon enough for a live dashboard.

Each sale asks. The worker passes over what an earlier refresh shows already (``saai_events.analytics.calculation``), so
a burst of sales makes one refresh.
"""

from typing import TYPE_CHECKING, Final, Protocol

import botocore.exceptions
from saai_domain.component import component
from saai_domain.event_log import LoggedEvent
from saai_domain.events import VentaRegistrada
from saai_domain.store_messages import store_message

if TYPE_CHECKING:
    from saai_domain.aws.clients import SQSClient

DELAY_SECONDS: Final = 5
"""Between a sale and the refresh that shows it. With delivery and calculation a dashboard is 10 s behind at most."""


class RefreshPort(Protocol):
    """What an emission asks here."""

    def after(self, row: LoggedEvent, *, waited: float) -> str | None:
        """See to it that the store's dashboard shows the event; return why that failed."""
        ...


@component
class AnalyticsRefresh:
    """Sends the analytics worker a store's message after a sale."""

    sqs: "SQSClient"
    queue_url: str

    def after(self, row: LoggedEvent, *, waited: float) -> str | None:
        """Have the analytics calculated after a sale.

        ``waited`` are the seconds that the event's delivery took: the refresh comes that much sooner, but never at
        once. Return None where it is asked for or the event is none of a sale, or else why it is not. A failure is no
        reason to deliver the event again: the next sale, or the schedule, brings a refresh.
        """
        if row.event_type != VentaRegistrada.event_type:
            return None
        try:
            self.sqs.send_message(
                QueueUrl=self.queue_url,
                MessageBody=store_message(row.tenant_id),
                DelaySeconds=max(1, DELAY_SECONDS - int(waited)),
            )
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            return str(error)
        return None
