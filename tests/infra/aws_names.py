"""AWS's rules on the names of the resources that the program makes, by Pulumi's resource types.

Most are read from botocore's service models; where a model leaves them to prose, they stand here with their page.
"""

import functools
import re
from collections.abc import Mapping

import attrs
import botocore.session
from botocore.model import ListShape, Shape, StructureShape

AUTONAME_SUFFIX = "-0a1b2c3"
"""What the provider appends to a logical name where the program gives no name (Pulumi, "Auto-naming")."""


@attrs.frozen
class NameRule:
    """A pattern that the whole name must match, and how long it may be."""

    pattern: str
    minimum: int
    maximum: int

    def refuses(self, name: str) -> bool:
        """Whether AWS would refuse the name."""
        return not self.minimum <= len(name) <= self.maximum or re.fullmatch(self.pattern, name) is None


@attrs.frozen
class Naming:
    """The input of a resource type that holds its physical name, and AWS's rule on it."""

    input: str
    service: str
    operation: str
    path: str
    """Where the name stands in the operation's request: `Targets.Id`."""
    prose: NameRule | None = None
    """The rule, where the model only describes it."""

    @property
    def rule(self) -> NameRule:
        """AWS's rule, from the model unless it is prose."""
        return self.prose or _of_model(self.service, self.operation, self.path)


@functools.cache
def _of_model(service: str, operation: str, path: str) -> NameRule:
    model = botocore.session.get_session().get_service_model(service).operation_model(operation)
    shape: Shape | None = model.input_shape
    for member in path.split("."):
        if isinstance(shape, ListShape):
            shape = shape.member
        assert isinstance(shape, StructureShape)
        shape = shape.members[member]
    assert shape is not None
    limits = shape.metadata
    return NameRule(limits["pattern"], limits["min"], limits["max"])


NAMINGS: Mapping[str, Naming | None] = {
    # API Gateway developer guide, "Quotas"; the API reference has no pattern for these names.
    "aws:apigatewayv2/api:Api": Naming("name", "apigatewayv2", "CreateApi", "Name", NameRule(r".+", 1, 128)),
    "aws:apigatewayv2/authorizer:Authorizer": Naming(
        "name", "apigatewayv2", "CreateAuthorizer", "Name", NameRule(r".+", 1, 128)
    ),
    # API reference, UpdateStage: letters, digits, hyphens and underscores, or $default.
    "aws:apigatewayv2/stage:Stage": Naming(
        "name", "apigatewayv2", "CreateStage", "StageName", NameRule(r"\$default|[0-9A-Za-z_-]+", 1, 128)
    ),
    "aws:apigatewayv2/integration:Integration": None,
    "aws:apigatewayv2/route:Route": None,
    "aws:apigatewayv2/routeResponse:RouteResponse": None,
    "aws:cloudwatch/eventRule:EventRule": Naming("name", "events", "PutRule", "Name"),
    "aws:cloudwatch/eventTarget:EventTarget": Naming("targetId", "events", "PutTargets", "Targets.Id"),
    "aws:cloudwatch/logGroup:LogGroup": Naming("name", "logs", "CreateLogGroup", "logGroupName"),
    # The model has its length alone.
    "aws:cloudwatch/metricAlarm:MetricAlarm": Naming(
        "name", "cloudwatch", "PutMetricAlarm", "AlarmName", NameRule(r"[\x20-\x7e]+", 1, 255)
    ),
    # DynamoDB developer guide, "Naming rules and data types".
    "aws:dynamodb/table:Table": Naming(
        "name", "dynamodb", "CreateTable", "TableName", NameRule(r"[0-9A-Za-z_.-]+", 3, 255)
    ),
    "aws:iam/role:Role": Naming("name", "iam", "CreateRole", "RoleName"),
    "aws:iam/rolePolicy:RolePolicy": Naming("name", "iam", "PutRolePolicy", "PolicyName"),
    "aws:lambda/alias:Alias": Naming("name", "lambda", "CreateAlias", "Name"),
    "aws:lambda/eventSourceMapping:EventSourceMapping": None,
    # The model's pattern also takes ARNs; a name alone has 64 characters (API reference, CreateFunction).
    "aws:lambda/function:Function": Naming(
        "name", "lambda", "CreateFunction", "FunctionName", NameRule(r"[0-9A-Za-z_-]+", 1, 64)
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": None,
    "aws:lambda/layerVersion:LayerVersion": Naming("layerName", "lambda", "PublishLayerVersion", "LayerName"),
    "aws:lambda/permission:Permission": Naming("statementId", "lambda", "AddPermission", "StatementId"),
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": None,
    # SNS API reference, CreateTopic.
    "aws:sns/topic:Topic": Naming("name", "sns", "CreateTopic", "Name", NameRule(r"[0-9A-Za-z_-]+", 1, 256)),
    "aws:sns/topicSubscription:TopicSubscription": None,
    # SQS API reference, CreateQueue.
    "aws:sqs/queue:Queue": Naming("name", "sqs", "CreateQueue", "QueueName", NameRule(r"[0-9A-Za-z_-]+", 1, 80)),
    "aws:sqs/queuePolicy:QueuePolicy": None,
    # Systems Manager user guide, "Parameter naming".
    "aws:ssm/parameter:Parameter": Naming(
        "name", "ssm", "PutParameter", "Name", NameRule(r"[0-9A-Za-z_./-]+", 1, 1011)
    ),
}
"""None: AWS gives the resource an id of its own, and asks for no name."""
