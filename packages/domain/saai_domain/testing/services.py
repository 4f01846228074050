"""Lambda, SNS, SQS and SSM in memory: what they are handed is kept, until a test looks at it or takes it on."""

import itertools
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
from botocore.exceptions import ClientError

from saai_domain.testing.tokens import PARAMETER, SECRET

__all__ = ["InMemoryLambda", "InMemorySns", "InMemorySqs", "InMemorySsm", "Invoke", "Message", "Published"]

Params = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Invoke:
    """An asynchronous invoke that Lambda took: its payload as a JSON value, and how often it was tried."""

    function_name: str
    payload: Any
    request_id: str
    tries: int = 0


@attrs.define
class InMemoryLambda:
    """Takes asynchronous invokes; ``queue`` holds those that are still to be run."""

    queue: list[Invoke] = attrs.field(factory=list)
    _numbers: Iterator[int] = attrs.field(factory=lambda: itertools.count(1))

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> Params:  # noqa: N803 - Lambda's names
        """Queue an invoke."""
        if InvocationType != "Event":
            raise NotImplementedError(InvocationType)
        request_id = f"request-{next(self._numbers)}"
        self.queue.append(Invoke(function_name=FunctionName, payload=json.loads(Payload), request_id=request_id))
        return {"StatusCode": 202}


@attrs.frozen(kw_only=True)
class Published:
    """A message of a topic."""

    topic_arn: str
    message: str
    attributes: Mapping[str, str]

    @property
    def record(self) -> dict[str, Any]:
        """The message as SNS hands it to a function."""
        attributes = {name: {"Type": "String", "Value": value} for name, value in self.attributes.items()}
        sns = {"TopicArn": self.topic_arn, "Message": self.message, "MessageAttributes": attributes}
        return {"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": {"Type": "Notification", **sns}}


@attrs.define
class InMemorySns:
    """Takes messages; ``messages`` holds those that no subscriber was handed yet."""

    messages: list[Published] = attrs.field(factory=list)

    def publish(self, *, TopicArn: str, Message: str, MessageAttributes: Params) -> Params:  # noqa: N803 - SNS's names
        """Publish a message, whose attributes are all strings."""
        attributes = {name: value["StringValue"] for name, value in MessageAttributes.items()}
        self.messages.append(Published(topic_arn=TopicArn, message=Message, attributes=attributes))
        return {"MessageId": f"message-{len(self.messages)}"}


@attrs.frozen(kw_only=True)
class Message:
    """A message of a queue; ``delay`` in seconds, ``sent`` in epoch seconds."""

    message_id: str
    body: str
    delay: int = 0
    sent: float = attrs.field(factory=time.time)

    @property
    def record(self) -> dict[str, Any]:
        """The message as SQS hands it to a function."""
        attributes = {"SentTimestamp": str(int(self.sent * 1000))}
        return {
            "messageId": self.message_id,
            "body": self.body,
            "attributes": attributes,
            "eventSource": "aws:sqs",
        }


@attrs.define
class InMemorySqs:
    """Takes messages and hands them out; nothing is waited for. A queue exists as soon as its URL is named."""

    queues: dict[str, list[Message]] = attrs.field(factory=dict)
    _numbers: Iterator[int] = attrs.field(factory=lambda: itertools.count(1))

    def bodies(self, queue_url: str) -> list[str]:
        """Return what a queue's messages say, in order."""
        return [message.body for message in self.queues.get(queue_url, [])]

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> Params:  # noqa: N803 - SQS's names
        """Send a message."""
        message = Message(message_id=f"message-{next(self._numbers)}", body=MessageBody, delay=DelaySeconds)
        self.queues.setdefault(QueueUrl, []).append(message)
        return {"MessageId": message.message_id}

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[Params]) -> Params:  # noqa: N803 - SQS's names
        """Send up to 10 messages."""
        for entry in Entries:
            self.send_message(
                QueueUrl=QueueUrl, MessageBody=entry["MessageBody"], DelaySeconds=entry.get("DelaySeconds", 0)
            )
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def receive_message(self, *, QueueUrl: str, MaxNumberOfMessages: int = 1, WaitTimeSeconds: int = 0) -> Params:  # noqa: ARG002, N803 - SQS's names
        """Hand out messages, of which every one stays until it is deleted."""
        found = self.queues.get(QueueUrl, [])[:MaxNumberOfMessages]
        if not found:
            return {}
        return {
            "Messages": [
                {"MessageId": each.message_id, "ReceiptHandle": each.message_id, "Body": each.body} for each in found
            ]
        }

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803 - SQS's names
        """Delete a message by what it was handed out with."""
        left = [message for message in self.queues[QueueUrl] if message.message_id != ReceiptHandle]
        self.queues[QueueUrl] = left


@attrs.define
class InMemorySsm:
    """Holds SecureStrings; from the start the one with which ``saai_domain.testing.tokens`` signs."""

    parameters: dict[str, str] = attrs.field(factory=lambda: {PARAMETER: SECRET})

    def get_parameter(self, *, Name: str, WithDecryption: bool = False) -> Params:  # noqa: N803 - SSM's names
        """Read a parameter."""
        if Name not in self.parameters:
            raise ClientError({"Error": {"Code": "ParameterNotFound", "Message": Name}}, "GetParameter")
        return {"Parameter": {"Name": Name, "Value": self.parameters[Name] if WithDecryption else "AQICAHgK…"}}
