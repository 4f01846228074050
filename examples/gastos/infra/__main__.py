"""RegistrarGasto beside the stage of SAAI that has this stack's name: `pulumi up` runs it."""
# ruff: noqa: INP001 - Pulumi runs this folder; it is no package

import json
from pathlib import Path
from typing import Any, Final

import pulumi
import pulumi_aws as aws

DOMAIN_MAJOR: Final = "2"
"""Of `saai_domain`, as the requirement in pyproject.toml: both are raised together."""
SOURCES: Final = sorted(Path(__file__).parents[1].joinpath("gastos").glob("*.py"))

stage = pulumi.get_stack()
name = f"saai-{stage}-RegistrarGasto"
saai: pulumi.Output[Any] = aws.ssm.get_parameter_output(name=f"/saai/{stage}/outputs").insecure_value.apply(json.loads)
layer = aws.ssm.get_parameter_output(name=f"/saai/{stage}/layers/domain/{DOMAIN_MAJOR}").insecure_value
tables, table_arns, function_arns = saai["tables"], saai["table_arns"], saai["function_arns"]

logs = aws.cloudwatch.LogGroup("logs", name=f"/aws/lambda/{name}", retention_in_days=30)


def allow(actions: list[str], *resources: pulumi.Input[str], **condition: object) -> dict[str, object]:
    """Make a statement of the role's policy."""
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources), **condition}


# Rows of stores alone, not the platform's. To one store IAM can't tie it (docs/layer.md, "Rights of a service that
# publishes").
of_stores: Final = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["T*"]}}
read = [table_arns[table] for table in ("counters", "idempotencia", "tiendas", "usuarios")]
written = [table_arns[table] for table in ("gastos", "counters", "eventos", "idempotencia")]
statements = [
    allow(["dynamodb:BatchGetItem"], *read),
    allow(["dynamodb:PutItem"], *written, Condition=of_stores),
    allow(["dynamodb:UpdateItem"], table_arns["counters"], Condition=of_stores),
    allow(["lambda:InvokeFunction"], function_arns["EmitirEventosWs"]),
    allow(["ssm:GetParameter"], saai["jwt_secret_parameter_arn"]),
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.Output.concat(logs.arn, ":*")),
]
trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
role = aws.iam.Role("role", name=name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
policy = aws.iam.RolePolicy(
    "policy", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements})
)

function = aws.lambda_.Function(
    "function",
    name=name,
    handler="gastos.registrar_gasto.lambda_handler",
    code=pulumi.AssetArchive({f"gastos/{path.name}": pulumi.FileAsset(str(path)) for path in SOURCES}),
    layers=[layer],
    runtime=saai["domain_layer_runtime"],
    architectures=[saai["domain_layer_architecture"]],
    role=role.arn,
    memory_size=512,
    timeout=20,
    environment={
        "variables": {
            "SAAI_STAGE": stage,
            "JWT_SECRET_PARAMETER": saai["jwt_secret_parameter"],
            "EMITIR_EVENTOS_WS_FUNCTION_NAME": function_arns["EmitirEventosWs"],
            **{
                f"{table.upper()}_TABLE": tables[table]
                for table in ("gastos", "counters", "eventos", "idempotencia", "tiendas", "usuarios")
            },
        }
    },
    logging_config={"log_format": "Text", "log_group": logs.name},
    opts=pulumi.ResourceOptions(depends_on=[policy]),
)

permission = aws.lambda_.Permission(
    "route",
    action="lambda:InvokeFunction",
    function=function.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(saai["http_api_execution_arn"], "/*/POST/gastos"),
)
integration = aws.apigatewayv2.Integration(
    "route",
    api_id=saai["http_api_id"],
    integration_type="AWS_PROXY",
    integration_method="POST",
    integration_uri=function.invoke_arn,
    payload_format_version="2.0",
)
aws.apigatewayv2.Route(
    "route",
    api_id=saai["http_api_id"],
    route_key="POST /gastos",
    target=pulumi.Output.concat("integrations/", integration.id),
    opts=pulumi.ResourceOptions(depends_on=[permission]),
)

ALARMS: Final = {"ExpensesFailed": "An expense was answered 500", "PublishFailed": "An event waits for the next sweep"}
for metric, meaning in ALARMS.items():
    aws.cloudwatch.MetricAlarm(
        metric,
        name=f"{name}-{metric}",
        alarm_description=meaning,
        namespace="SAAI",
        metric_name=metric,
        dimensions={"stage": stage, "function": name},
        statistic="Sum",
        period=60,
        evaluation_periods=1,
        comparison_operator="GreaterThanOrEqualToThreshold",
        threshold=1,
        treat_missing_data="notBreaching",
        alarm_actions=[saai["alarmas_sns_topic_arn"]],
    )

pulumi.export("url", pulumi.Output.concat(saai["api_url"], "/gastos"))
