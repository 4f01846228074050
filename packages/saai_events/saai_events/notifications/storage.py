"""The notifications in DynamoDB: table ``notificaciones``, one row a notification."""

from typing import TYPE_CHECKING

from saai_domain.aws.dynamodb import put_if
from saai_domain.component import component
from saai_domain.time import Clock, lima_now

from saai_events.notifications.message import Notification

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient


@component
class Notifications:
    """The notifications of all stores."""

    client: "DynamoDBClient"
    table: str
    clock: Clock = lima_now

    def keep(self, notification: Notification) -> bool:
        """Write a notification; False where its id is kept already, and with it what the user changed in it since."""
        row = notification.row(self.clock())
        return put_if(self.client, self.table, row, condition="attribute_not_exists(entity_id)")
