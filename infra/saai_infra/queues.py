"""Queues: work for functions, and what failed for good and waits for an operator.

They are encrypted with SQS's own key (SSE-SQS), for which SNS and Lambda need no key policy.
"""

from typing import Final, final

import attrs
import pulumi
import pulumi_aws as aws

from saai_infra.names import dead_letters, pace_variable, queue_name, queue_variable
from saai_infra.permissions import Grant, Statement, resource_policy

VISIBILITY_FACTOR: Final = 6
"""A message stays hidden for at least 6 times the worker's timeout, so that Lambda can try again after a throttle
(AWS Lambda developer guide, "Creating and configuring an Amazon SQS event source mapping")."""

MAXIMUM_RECEIVES: Final = 5
"""At least 5, so that throttles alone send no message to the dead letters (the same page)."""

_TWO_WEEKS: Final = 1_209_600
"""Seconds; the longest that SQS keeps a message (SQS developer guide, "Message quotas")."""


@attrs.frozen(kw_only=True)
class QueueSpec:
    """A queue of work and how its worker takes from it."""

    name: str
    """What comes after `saai-{stage}-`."""
    batch_size: int
    """Messages of one call at most."""
    maximum_concurrency: int
    """Calls at a time at most (2 to 1,000): small accounts have few."""
    late_after_seconds: int
    """Age of the oldest message from which the worker no longer keeps up. Alarmed."""


@final
class FailuresQueue(pulumi.ComponentResource):
    """Where what failed for good waits. A message in it is an alarm (`stack`)."""

    def __init__(self, name: str, *, stage: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:FailuresQueue", name, None, opts)
        queue = aws.sqs.Queue(
            name,
            name=queue_name(stage, name),
            message_retention_seconds=_TWO_WEEKS,
            sqs_managed_sse_enabled=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.domain_name = name
        self.url = queue.url
        self.arn = queue.arn
        self.register_outputs({"url": self.url, "arn": self.arn})

    def grant_send(self) -> Grant:
        """Let a function's failed calls arrive here. Lambda sends them with the function's own role."""
        return Grant(statements=(Statement(actions=("sqs:SendMessage",), resource=self.arn),))

    def address(self) -> Grant:
        """Tell a function where its failed calls arrive, since it keeps here what it gives up itself."""
        return Grant(environment={queue_variable(self.domain_name): self.url})

    def accept_from_topic(self, topic_arn: pulumi.Input[str]) -> aws.sqs.QueuePolicy:
        """Let SNS put here what a subscription of the topic could not deliver."""
        statement = Statement(actions=("sqs:SendMessage",), resource=self.arn)
        return aws.sqs.QueuePolicy(
            self.domain_name,
            queue_url=self.url,
            policy=resource_policy(statement, service="sns.amazonaws.com", source_arn=topic_arn),
            opts=pulumi.ResourceOptions(parent=self),
        )


@attrs.frozen(kw_only=True)
class WorkQueueArgs:
    """A queue of a stage, made for its worker."""

    stage: str
    spec: QueueSpec
    worker_timeout_seconds: int
    maximum_concurrency: int


@final
class WorkQueue(pulumi.ComponentResource):
    """One message, one piece of work. What fails again and again goes to the dead letters."""

    def __init__(self, args: WorkQueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        name = args.spec.name
        super().__init__("saai:infra:WorkQueue", name, None, opts)
        below = pulumi.ResourceOptions(parent=self)
        self.dead = FailuresQueue(dead_letters(name), stage=args.stage, opts=below)
        queue = aws.sqs.Queue(
            name,
            name=queue_name(args.stage, name),
            visibility_timeout_seconds=VISIBILITY_FACTOR * args.worker_timeout_seconds,
            sqs_managed_sse_enabled=True,
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": self.dead.arn, "maxReceiveCount": MAXIMUM_RECEIVES}
            ),
            opts=below,
        )
        self.spec = args.spec
        self.maximum_concurrency = args.maximum_concurrency
        self.url = queue.url
        self.arn = queue.arn
        self.register_outputs({"url": self.url, "arn": self.arn})

    def grant_send(self) -> Grant:
        """Let a function put work here. A batch of messages needs no other right."""
        return Grant(
            environment={queue_variable(self.spec.name): self.url},
            statements=(Statement(actions=("sqs:SendMessage",), resource=self.arn),),
        )

    def pace(self) -> Grant:
        """Tell a sender of much work how many messages a second take half of what the workers do.

        So work for which somebody waits fits in between. A call takes some 2.5 s for a batch of 5
        (docs/scale.md), so that a worker's call does two a second.
        """
        return Grant(environment={pace_variable(self.spec.name): str(self.maximum_concurrency)})

    def grant_consume(self) -> Grant:
        """Let Lambda take messages for a function, which it does with the function's own role."""
        actions = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
        return Grant(statements=(Statement(actions=actions, resource=self.arn),))
