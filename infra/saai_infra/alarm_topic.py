"""How an alarm is made, and the topic by which operators hear of it. Which there are: `saai_infra.alarms`."""

from collections.abc import Mapping
from typing import Literal, final

import attrs
import pulumi
import pulumi_aws as aws

from saai_infra.names import alarms_topic_name, function_name

Statistic = Literal["Sum", "Maximum"]


@attrs.frozen(kw_only=True)
class AlarmSpec:
    """The metric's statistic of a minute, at or above the threshold, raises the alarm; missing data doesn't."""

    name: str
    """What comes after `saai-{stage}-`."""
    description: str
    namespace: str
    metric: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: Statistic = "Sum"
    threshold: int = 1
    silent_minutes: int | None = None
    """Turns it round: this many minutes below the threshold, or without data, raise the alarm."""


@attrs.frozen(kw_only=True)
class MetricAlarm:
    """An alarm on a metric that a function prints."""

    name: str
    """What comes after `saai-{stage}-{function}-`."""
    metric: str
    description: str
    """What it means, after the function's name."""
    statistic: Statistic = "Sum"
    threshold: int = 1

    def of(self, stage: str, function: str) -> AlarmSpec:
        """The alarm of a stage's function."""
        return AlarmSpec(
            name=f"{function}-{self.name}",
            description=f"{function}: {self.description}",
            namespace="SAAI",
            metric=self.metric,
            dimensions={"stage": stage, "function": function_name(stage, function)},
            statistic=self.statistic,
            threshold=self.threshold,
        )


@attrs.frozen(kw_only=True)
class AlarmsArgs:
    """The alarms of a stage."""

    stage: str
    alarms: tuple[AlarmSpec, ...]
    email: str | None = None
    """Who is told of them; the first message asks to confirm."""


@final
class Alarms(pulumi.ComponentResource):
    """A topic for operators and the alarms that notify it."""

    def __init__(self, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:Alarms", "alarmas", None, opts)
        below = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic("alarmas", name=alarms_topic_name(args.stage), opts=below)
        for spec in args.alarms:
            silence = spec.silent_minutes is not None
            aws.cloudwatch.MetricAlarm(
                f"alarmas-{spec.name}",
                name=f"saai-{args.stage}-{spec.name}",
                alarm_description=spec.description,
                namespace=spec.namespace,
                metric_name=spec.metric,
                dimensions=spec.dimensions,
                statistic=spec.statistic,
                period=60,
                evaluation_periods=spec.silent_minutes or 1,
                comparison_operator="LessThanThreshold" if silence else "GreaterThanOrEqualToThreshold",
                threshold=spec.threshold,
                treat_missing_data="breaching" if silence else "notBreaching",
                alarm_actions=[topic.arn],
                ok_actions=[topic.arn],
                opts=below,
            )
        if args.email is not None:
            aws.sns.TopicSubscription(
                "alarmas-email", topic=topic.arn, protocol="email", endpoint=args.email, opts=below
            )
        self.topic_arn = topic.arn
        self.register_outputs({"topic_arn": self.topic_arn})
