"""What predictions are made from, and how their events are logged: common to those on request and those of the night.

Prediction, event and counter are committed in one transaction before anybody is told. A prediction that exists is never
told again, and neither is the batch of a day.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from aws_lite.backoff import Backoff
from saai_domain import event_log
from saai_domain.aws.dynamodb import Counter, Key
from saai_domain.aws.event_log import EventLog, EventLogSettings
from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.event_log import LoggedEvent
from saai_domain.events import Notice, PrediccionGenerada, event_of
from saai_domain.settings import setting
from saai_domain.time import Clock, lima_now

from saai_events.forecasts.storage import Predictions
from saai_events.products.storage import Products
from saai_events.summaries.days import Days, DaysSettings

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

ORIGIN: Final = "PrediccionDemanda"


@component
class DemandSettings(EventLogSettings, DaysSettings):
    """Tables that predictions are made from and written to."""

    predicciones_table: str = setting("PREDICCIONES_TABLE")
    productos_table: str = setting("PRODUCTOS_TABLE")


@component
class Demand:
    """The stores' demand: what predictions are made from, and where they are kept."""

    client: "DynamoDBClient"
    events: EventLog
    days: Days
    products: Products
    predictions: Predictions
    clock: Clock = lima_now
    backoff: Backoff = Backoff()

    @classmethod
    def over(cls, client: "DynamoDBClient", settings: DemandSettings) -> "Demand":
        """Return the demand over the settings' tables."""
        return cls(
            client=client,
            events=EventLog.over(client, settings),
            days=Days.over(client, settings),
            products=Products(client=client, table=settings.productos_table),
            predictions=Predictions(client=client, table=settings.predicciones_table),
        )

    def counter_key(self, tenant_id: TenantId) -> Key:
        """Return the key of the counter that an event's transaction moves on."""
        return self.events.counter_key(tenant_id, PrediccionGenerada.canal)


def prediction_event(
    tenant_id: TenantId, event: PrediccionGenerada, counter: Counter, moment: datetime, notices: Sequence[Notice]
) -> LoggedEvent:
    """Make the row of an event that takes the place after the counter."""
    return event_log.log_event(
        event_of(event), tenant_id=tenant_id, seq=counter.value + 1, moment=moment, origen=ORIGIN, notices=notices
    )
