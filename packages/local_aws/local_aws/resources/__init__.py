"""Creates what the infrastructure program registers, on the local AWS: one function a resource type.

`CREATORS` and `CALLS` name everything that is known here. A resource type or call of the program that is missing makes
the deployment fail with its name.
"""

from collections.abc import Mapping

from local_aws.resources import apigatewayv2, calls, dynamodb, events, iam, lambda_, observability, sns, sqs, ssm
from local_aws.resources.calls import Call
from local_aws.resources.request import Aws, Created, Creator, Request

__all__ = ["CALLS", "CREATORS", "Aws", "Call", "Created", "Creator", "Request"]

CREATORS: Mapping[str, Creator] = {
    "aws:apigatewayv2/api:Api": apigatewayv2.create_api,
    "aws:apigatewayv2/authorizer:Authorizer": apigatewayv2.create_authorizer,
    "aws:apigatewayv2/integration:Integration": apigatewayv2.create_integration,
    "aws:apigatewayv2/route:Route": apigatewayv2.create_route,
    "aws:apigatewayv2/routeResponse:RouteResponse": apigatewayv2.create_route_response,
    "aws:apigatewayv2/stage:Stage": apigatewayv2.create_stage,
    "aws:cloudwatch/eventRule:EventRule": events.create_rule,
    "aws:cloudwatch/eventTarget:EventTarget": events.create_target,
    "aws:cloudwatch/logGroup:LogGroup": observability.create_log_group,
    "aws:cloudwatch/metricAlarm:MetricAlarm": observability.create_metric_alarm,
    "aws:dynamodb/table:Table": dynamodb.create_table,
    "aws:iam/role:Role": iam.create_role,
    "aws:iam/rolePolicy:RolePolicy": iam.create_role_policy,
    "aws:lambda/eventSourceMapping:EventSourceMapping": lambda_.create_event_source_mapping,
    "aws:lambda/function:Function": lambda_.create_function,
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": lambda_.create_invoke_config,
    "aws:lambda/layerVersion:LayerVersion": lambda_.create_layer_version,
    "aws:lambda/permission:Permission": lambda_.create_permission,
    "aws:sns/topic:Topic": sns.create_topic,
    "aws:sns/topicSubscription:TopicSubscription": sns.create_subscription,
    "aws:sqs/queue:Queue": sqs.create_queue,
    "aws:sqs/queuePolicy:QueuePolicy": sqs.create_queue_policy,
    "aws:ssm/parameter:Parameter": ssm.create_parameter,
}
"""Resource type token → what creates it."""

CALLS: Mapping[str, Call] = {
    "aws:dynamodb/getTable:getTable": calls.get_table,
    "aws:index/getCallerIdentity:getCallerIdentity": calls.get_caller_identity,
    "aws:index/getPartition:getPartition": calls.get_partition,
    "aws:index/getRegion:getRegion": calls.get_region,
    "aws:ssm/getParameter:getParameter": calls.get_parameter,
}
"""Call token → its answer."""
