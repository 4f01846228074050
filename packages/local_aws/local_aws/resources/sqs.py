"""SQS queues and their policies."""

from collections.abc import Mapping
from typing import Final

from local_aws.resources.request import Aws, Created, Request

_ATTRIBUTES: Final[Mapping[str, str]] = {
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "contentBasedDeduplication": "ContentBasedDeduplication",
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
    given = {_ATTRIBUTES[key]: value for key, value in request.inputs.items() if key in _ATTRIBUTES}
    attributes = {key: _text(value) for key, value in given.items() if value is not None}
    queue = request.call(
        aws.clients.sqs,
        "create_queue",
        {"name": "QueueName"},
        name=name,
        attributes=attributes,
        without=_ATTRIBUTES.keys(),
    )
    url = queue["QueueUrl"]
    return Created(id=url, outputs={"name": name, "url": url, "arn": aws.arn("sqs", name)})


def create_queue_policy(aws: Aws, request: Request) -> Created:
    policy = {"Policy": request.inputs["policy"]}
    request.call(aws.clients.sqs, "set_queue_attributes", attributes=policy, without=("policy",))
    return Created(id=request.inputs["queueUrl"])


def _text(value: object) -> str:
    """SQS takes every attribute as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
