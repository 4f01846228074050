"""Asks for a store's analytics after an event that changes their figures, soon enough for a live dashboard.

Whether an event does, its contract says (``EventData.refreshes_analytics``); a sale does. Each such event asks. The
worker passes over what an earlier refresh shows already (``saai_events.analytics.calculation``), so a burst of sales
makes one refresh.
"""

from typing import TYPE_CHECKING, Final, Protocol

import botocore.exceptions
from saai_domain import events
from saai_domain.component import component
from saai_domain.event_log import LoggedEvent
from saai_domain.store_messages import store_message

if TYPE_CHECKING:
    from saai_domain.aws.clients import SQSClient

DELAY_SECONDS: Final = 5
"""Between an event and the refresh that shows it. With delivery and calculation a dashboard is 10 s behind at most."""


class RefreshPort(Protocol):
    """The part of this that an emitter uses."""

    def after(self, row: LoggedEvent, *, waited: float) -> str | None:
        """See to it that the store's dashboard shows the event; return why that failed."""
        ...


@component
class AnalyticsRefresh:
    """Sends the analytics worker a store's message after an event that changes the figures."""

    sqs: "SQSClient"
    queue_url: str

    def after(self, row: LoggedEvent, *, waited: float) -> str | None:
        """Have the analytics calculated after an event that changes them.

        ``waited`` are the seconds that the event's delivery took: the refresh comes that much sooner, but never at
        once. Return None where the refresh is asked for or not needed, or else why it could not be asked for. A failure
        is no reason to deliver the event again: the next such event, or the schedule, brings a refresh.
        """
        contract = events.CONTRACTS.get(row.event_type)
        # A type of a layer that is newer than this function: the schedule brings its refresh.
        if contract is None or not contract.refreshes_analytics:
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
