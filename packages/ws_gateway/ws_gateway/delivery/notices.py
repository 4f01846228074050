"""Publishing an event's notices to the SNS topic ``AlertasSAAI``."""

from typing import TYPE_CHECKING

import botocore.exceptions
from saai_domain.component import component
from saai_domain.event_log import NoticeMessage

if TYPE_CHECKING:
    from saai_domain.aws.clients import SNSClient


@component
class NoticeTopic:
    """The topic."""

    client: "SNSClient"
    topic_arn: str

    def publish(self, notice: NoticeMessage) -> str | None:
        """Publish a notice. Return None once SNS has it, or else why it has not."""
        try:
            self.client.publish(
                TopicArn=self.topic_arn,
                Message=notice.message,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in notice.attributes.items()
                },
            )
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            return str(error)
        return None
