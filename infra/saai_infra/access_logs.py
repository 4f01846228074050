"""API Gateway's access logs: one JSON line a request, never with a query string, since that may hold a token."""

import json
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws


def access_logs(
    api_name: str, fields: Mapping[str, str], retention_days: int | None, *, parent: pulumi.ComponentResource
) -> aws.apigatewayv2.StageAccessLogSettingsArgsDict | None:
    """A stage's log settings, with the log group they need; None without a retention.

    The account needs API Gateway's CloudWatch role, one per Region: docs/deploy.md.
    """
    if retention_days is None:
        return None
    group = aws.cloudwatch.LogGroup(
        f"{parent.pulumi_resource_name}-access",
        name=f"/aws/apigateway/{api_name}",
        retention_in_days=retention_days,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return {"destination_arn": group.arn, "format": json.dumps(dict(fields))}
