"""SQS: sending messages."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aws_lite.client import ServiceClient
from aws_lite.protocols import AwsJson

if TYPE_CHECKING:
    from aws_lite.outputs import SendMessageBatchOutput, SendMessageOutput

__all__ = ["SQSClient"]


class SQSClient(ServiceClient):
    """SQS's client."""

    service = "sqs"
    protocol = AwsJson("AmazonSQS", "1.0")

    def send_message(
        self,
        *,
        QueueUrl: str,
        MessageBody: str,
        DelaySeconds: int | None = None,
        MessageGroupId: str | None = None,
        MessageDeduplicationId: str | None = None,
    ) -> "SendMessageOutput":
        """Send a message. Group and deduplication are a FIFO queue's, which takes no delay per message."""
        return self._call(
            "SendMessage",
            QueueUrl=QueueUrl,
            MessageBody=MessageBody,
            DelaySeconds=DelaySeconds,
            MessageGroupId=MessageGroupId,
            MessageDeduplicationId=MessageDeduplicationId,
        )

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[Mapping[str, Any]]) -> "SendMessageBatchOutput":
        """Send up to 10 messages; ``Failed`` in the output are those that weren't."""
        return self._call("SendMessageBatch", QueueUrl=QueueUrl, Entries=Entries)
