"""SNS topics and subscriptions."""

from collections.abc import Mapping
from typing import Final

from local_aws.resources.request import Aws, Created, Request

_TOPIC: Final = {"displayName": "DisplayName"}
_SUBSCRIPTION: Final = {
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
}


def create_topic(aws: Aws, request: Request) -> Created:
    name = request.physical_name()
    attributes = _attributes(request, _TOPIC)
    made = request.call(aws.clients.sns, "create_topic", name=name, attributes=attributes, without=_TOPIC.keys())
    arn = made["TopicArn"]
    return Created(id=arn, outputs={"name": name, "arn": arn, "owner": aws.account})


def create_subscription(aws: Aws, request: Request) -> Created:
    made = request.call(
        aws.clients.sns,
        "subscribe",
        {"topic": "TopicArn"},
        attributes=_attributes(request, _SUBSCRIPTION),
        returnSubscriptionArn=True,
        without=_SUBSCRIPTION.keys(),
    )
    arn = made["SubscriptionArn"]
    return Created(id=arn, outputs={"arn": arn, "ownerId": aws.account})


def _attributes(request: Request, names: Mapping[str, str]) -> dict[str, str]:
    """What SNS takes as attributes: text under names of its own."""
    given = {names[key]: value for key, value in request.inputs.items() if key in names and value}
    return {key: "true" if value is True else value for key, value in given.items()}
