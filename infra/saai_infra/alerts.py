"""SNS: the business notices that other parts of SAAI read."""

from typing import final

import pulumi
import pulumi_aws as aws

from saai_infra.names import alerts_topic_name
from saai_infra.permissions import Grant, Statement


@final
class AlertsTopic(pulumi.ComponentResource):
    """`AlertasSAAI`: notices in the form of docs/domain.md, "SNS message"."""

    def __init__(self, *, stage: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:AlertsTopic", "alertas", None, opts)
        topic = aws.sns.Topic("alertas", name=alerts_topic_name(stage), opts=pulumi.ResourceOptions(parent=self))
        self.arn = topic.arn
        self.register_outputs({"arn": self.arn})

    def grant_publish(self) -> Grant:
        """Let a function publish notices."""
        return Grant(
            environment={"ALERTAS_SNS_TOPIC_ARN": self.arn},
            statements=(Statement(actions=("sns:Publish",), resource=self.arn),),
        )
