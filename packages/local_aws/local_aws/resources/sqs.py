"""SQS queues and their policies."""

from collections.abc import Mapping
from typing import Any

from local_aws.resources.request import Aws, Created, Request

_ATTRIBUTES: Mapping[str, str] = {
    "delaySeconds": "DelaySeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}


def create_queue(aws: Aws, request: Request) -> Created:
    name = request.physical_name()
    attributes = request.arguments(_ATTRIBUTES, by_hand=("name", "tags"))
    arguments: dict[str, Any] = {"Attributes": {key: _text(value) for key, value in attributes.items()}}
    url = aws.clients.sqs.create_queue(QueueName=name, **arguments, tags=request.inputs.get("tags") or {})["QueueUrl"]
    return Created(id=url, outputs={"name": name, "url": url, "arn": aws.arn("sqs", name)})


def create_queue_policy(aws: Aws, request: Request) -> Created:
    arguments = request.arguments({"queueUrl": "QueueUrl"}, by_hand=("policy",))
    aws.clients.sqs.set_queue_attributes(**arguments, Attributes={"Policy": request.inputs["policy"]})
    return Created(id=request.inputs["queueUrl"])


def _text(value: object) -> str:
    """SQS takes every attribute as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
