"""The notifications in DynamoDB: table ``notificaciones``, one row a notification."""

from typing import TYPE_CHECKING

import attrs
from botocore.exceptions import ClientError
from saai_domain.aws.dynamodb import serialize
from saai_domain.time import Clock, lima_now

from saai_events.notifications.message import Notification

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient


@attrs.frozen(kw_only=True)
class Notifications:
    """The notifications of all stores."""

    client: "DynamoDBClient"
    table: str
    clock: Clock = lima_now

    def keep(self, notification: Notification) -> bool:
        """Write a notification; False where its id is kept already, and with it what the user made of it since."""
        try:
            self.client.put_item(
                TableName=self.table,
                Item=serialize(notification.row(self.clock())),
                ConditionExpression="attribute_not_exists(entity_id)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True
