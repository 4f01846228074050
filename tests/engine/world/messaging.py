"""SQS, SNS, EventBridge and CloudWatch alarms: what AWS takes over when it is created again.

Sources: the API references (SQS CreateQueue, SNS CreateTopic and Subscribe, EventBridge PutRule, PutTargets and
DeleteRule, CloudWatch PutMetricAlarm).
"""

import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.engine.world.resources import ACCOUNT, REGION, Inputs, Kind, Refused, Resource, arn

if TYPE_CHECKING:
    from tests.engine.world.world import World

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
RULE = "aws:cloudwatch/eventRule:EventRule"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
TOPIC = "aws:sns/topic:Topic"


def queue_url(name: str) -> str:
    """A queue's address."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def _queue_outputs(_world: "World", identity: str, inputs: Inputs) -> Mapping[str, str]:
    return {"arn": arn("sqs", inputs["name"]), "url": identity}


def _check_queue_policy(world: "World", inputs: Inputs) -> None:
    if all(queue.id != inputs["queueUrl"] for queue in world.all(QUEUE)):
        raise Refused("AWS.SimpleQueueService.NonExistentQueue", inputs["queueUrl"])


def _take_policy_along(world: "World", queue: Resource) -> None:
    policy = world.find(QUEUE_POLICY, queue.id)
    if policy is not None:
        world.remove(policy)


def _check_subscription(world: "World", inputs: Inputs) -> None:
    if all(topic.id != inputs["topic"] for topic in world.all(TOPIC)):
        raise Refused("NotFound", f"Topic does not exist: {inputs['topic']}")


def _take_subscriptions_along(world: "World", topic: Resource) -> None:
    """DeleteTopic deletes all of a topic's subscriptions."""
    for subscription in world.all(SUBSCRIPTION):
        if subscription.inputs["topic"] == topic.id:
            world.remove(subscription)


def _check_target(world: "World", inputs: Inputs) -> None:
    if world.find(RULE, inputs["rule"]) is None:
        raise Refused("ResourceNotFoundException", f"Rule {inputs['rule']} does not exist")


def _check_rules_deletion(world: "World", rule: Resource) -> None:
    if any(target.inputs["rule"] == rule.key for target in world.all(TARGET)):
        raise Refused("ValidationException", "Rule can't be deleted since it has targets.")


KINDS: Mapping[str, Kind] = {
    QUEUE: Kind(
        key=lambda inputs: inputs["name"],
        id=queue_url,
        outputs=_queue_outputs,
        # CreateQueue: with the very same attributes the existing queue's address is returned.
        adopts_only_if_equal=frozenset(
            {"visibilityTimeoutSeconds", "messageRetentionSeconds", "redrivePolicy", "sqsManagedSseEnabled"}
        ),
        replace_on=frozenset({"name"}),
        deleted=_take_policy_along,
    ),
    # An attribute of the queue: setting it replaces what was there.
    QUEUE_POLICY: Kind(
        key=lambda inputs: inputs["queueUrl"], check=_check_queue_policy, replace_on=frozenset({"queueUrl"})
    ),
    # CreateTopic returns the existing topic's ARN, and refuses one with other tags.
    TOPIC: Kind(
        key=lambda inputs: inputs["name"],
        id=lambda key: arn("sns", key),
        outputs=lambda _world, identity, _inputs: {"arn": identity},
        adopts_only_if_equal=frozenset({"tags"}),
        replace_on=frozenset({"name"}),
        deleted=_take_subscriptions_along,
    ),
    # Subscribe returns the existing subscription's ARN.
    SUBSCRIPTION: Kind(
        key=lambda inputs: f"{inputs['topic']}/{inputs['protocol']}/{inputs['endpoint']}",
        id=lambda key: f"{key.split('/')[0]}:{zlib.crc32(key.encode()):x}",
        check=_check_subscription,
        adopts_only_if_equal=frozenset({"redrivePolicy"}),
        replace_on=frozenset({"topic", "protocol", "endpoint"}),
    ),
    RULE: Kind(
        key=lambda inputs: inputs["name"],
        outputs=lambda _world, identity, _inputs: {"arn": arn("events", f"rule/{identity}")},
        replace_on=frozenset({"name", "eventBusName"}),
        check_deletion=_check_rules_deletion,
    ),
    TARGET: Kind(
        key=lambda inputs: f"{inputs['rule']}-{inputs['targetId']}",
        check=_check_target,
        replace_on=frozenset({"rule", "targetId", "eventBusName"}),
    ),
    ALARM: Kind(
        key=lambda inputs: inputs["name"],
        outputs=lambda _world, identity, _inputs: {"arn": arn("cloudwatch", f"alarm:{identity}")},
        replace_on=frozenset({"name"}),
    ),
}
