"""SNS topics and subscriptions."""

from local_aws.resources.request import Aws, Created, Request, tag_list


def create_topic(aws: Aws, request: Request) -> Created:
    arguments = request.arguments({}, by_hand=("name", "displayName", "tags"))
    name = request.physical_name()
    if request.inputs.get("displayName"):
        arguments["Attributes"] = {"DisplayName": request.inputs["displayName"]}
    arguments["Tags"] = tag_list(request.inputs.get("tags"))
    arn = aws.clients.sns.create_topic(Name=name, **arguments)["TopicArn"]
    return Created(id=arn, outputs={"name": name, "arn": arn, "owner": aws.account})


def create_subscription(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {"topic": "TopicArn", "protocol": "Protocol", "endpoint": "Endpoint"},
        by_hand=("filterPolicy", "filterPolicyScope", "rawMessageDelivery", "redrivePolicy"),
    )
    given = request.inputs
    attributes: dict[str, str] = {}
    for ours, theirs in (
        ("filterPolicy", "FilterPolicy"),
        ("filterPolicyScope", "FilterPolicyScope"),
        ("redrivePolicy", "RedrivePolicy"),
    ):
        if given.get(ours):
            attributes[theirs] = given[ours]
    if given.get("rawMessageDelivery"):
        attributes["RawMessageDelivery"] = "true"
    arn = aws.clients.sns.subscribe(**arguments, Attributes=attributes, ReturnSubscriptionArn=True)["SubscriptionArn"]
    return Created(id=arn, outputs={"arn": arn, "ownerId": aws.account})
