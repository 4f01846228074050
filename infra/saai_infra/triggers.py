"""What calls functions besides the APIs: clocks, queues, topics; and where calls go that failed for good."""

import json
from collections.abc import Mapping
from typing import Final, final

import attrs
import pulumi
import pulumi_aws as aws

from saai_infra.alerts import AlertsTopic
from saai_infra.functions import PythonFunction
from saai_infra.names import rule_name
from saai_infra.queues import FailuresQueue, WorkQueue

_PARTIAL_FAILURES: Final = "ReportBatchItemFailures"


@attrs.frozen(kw_only=True)
class ScheduleSpec:
    """A clock that calls a function, always with the same input."""

    name: str
    """What comes after `saai-{stage}-`."""
    expression: str
    """`rate(…)` or `cron(…)`, in UTC (EventBridge user guide, "Schedule expressions")."""
    input: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """What the function gets as its event."""


@final
class Schedule(pulumi.ComponentResource):
    """A rule, its target, and the permission to call it."""

    def __init__(
        self, spec: ScheduleSpec, function: PythonFunction, *, stage: str, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("saai:infra:Schedule", spec.name, None, opts)
        below = pulumi.ResourceOptions(parent=self)
        rule = aws.cloudwatch.EventRule(
            spec.name,
            name=rule_name(stage, spec.name),
            description=f"SAAI: calls {function.domain_name}",
            schedule_expression=spec.expression,
            opts=below,
        )
        permission = aws.lambda_.Permission(
            spec.name,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=below,
        )
        aws.cloudwatch.EventTarget(
            spec.name,
            rule=rule.name,
            target_id=function.domain_name,
            arn=function.arn,
            input=json.dumps(spec.input),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.rule_name = rule.name
        self.register_outputs({"rule_name": self.rule_name})


@final
class QueueConsumer(pulumi.ComponentResource):
    """Lambda takes from a queue for a function, which answers which messages of a batch failed."""

    def __init__(self, queue: WorkQueue, function: PythonFunction, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:QueueConsumer", queue.spec.name, None, opts)
        aws.lambda_.EventSourceMapping(
            queue.spec.name,
            event_source_arn=queue.arn,
            function_name=function.arn,
            batch_size=queue.spec.batch_size,
            function_response_types=[_PARTIAL_FAILURES],
            scaling_config={"maximum_concurrency": queue.maximum_concurrency},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


@final
class AlertsSubscription(pulumi.ComponentResource):
    """A function gets every notice of AlertasSAAI; what SNS can't hand to Lambda goes to a queue."""

    def __init__(
        self,
        topic: AlertsTopic,
        function: PythonFunction,
        failures: FailuresQueue,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        name = function.domain_name
        super().__init__("saai:infra:AlertsSubscription", name, None, opts)
        below = pulumi.ResourceOptions(parent=self)
        permission = aws.lambda_.Permission(
            f"{name}-alertas",
            action="lambda:InvokeFunction",
            function=function.name,
            principal="sns.amazonaws.com",
            source_arn=topic.arn,
            opts=below,
        )
        policy = failures.accept_from_topic(topic.arn)
        aws.sns.TopicSubscription(
            name,
            topic=topic.arn,
            protocol="lambda",
            endpoint=function.arn,
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": failures.arn}),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission, policy]),
        )
        self.register_outputs({})


@final
class FailureDestination(pulumi.ComponentResource):
    """Asynchronous calls of a function that failed for good go to a queue instead of nowhere."""

    def __init__(
        self, function: PythonFunction, failures: FailuresQueue, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("saai:infra:FailureDestination", function.domain_name, None, opts)
        aws.lambda_.FunctionEventInvokeConfig(
            function.domain_name,
            function_name=function.name,
            destination_config={"on_failure": {"destination": failures.arn}},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
