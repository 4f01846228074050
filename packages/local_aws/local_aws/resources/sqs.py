"""SQS queues and their policies."""

from collections.abc import Mapping
from typing import Final

from local_aws.resources.request import Aws, Created, Request

_RENAMED: Final[Mapping[str, str]] = {
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
"""Attributes whose AWS name is another word; the others' begins with a capital, and that is all."""


def create_queue(aws: Aws, request: Request) -> Created:
    name = request.physical_name()
    given = request.inputs.keys() - {"name", "region", "tags"}
    attributes = {
        _RENAMED.get(key, key[0].upper() + key[1:]): _text(request.inputs[key])
        for key in given
        if request.inputs[key] is not None
    }
    queue = request.call(
        aws.clients.sqs, "create_queue", {"name": "QueueName"}, name=name, attributes=attributes, without=given
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
