"""What AWS would refuse is not sent. Nothing here needs a service: a request that passes finds nobody."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ParamValidationError
from local_aws.clients import Clients, connect
from local_aws.ministack import REGION

NOWHERE = "http://127.0.0.1:9"
PERMISSION = {"FunctionName": "f", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
FILES = {
    "Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0",
    "LocalMountPath": "/mnt/f",
}
TABLE = {"TableName": "t", "KeySchema": [{"AttributeName": "tenant_id", "KeyType": "HASH"}]}


@pytest.fixture(scope="module")
def clients() -> Clients:
    return connect(endpoint_url=NOWHERE, region=REGION)


BROKEN: dict[str, tuple[Callable[[Any], object], str]] = {
    "a pattern": (
        lambda aws: aws.lambda_.add_permission(StatementId="http-POST /ventas-1a2b3c4", **PERMISSION),
        r"AddPermission: StatementId is 'http-POST /ventas-1a2b3c4', AWS takes \(\[a-zA-Z0-9-_\]\+\)",
    ),
    "a pattern that only the beginning fits": (
        lambda aws: aws.events.put_rule(Name="cada minuto"),
        r"PutRule: Name is 'cada minuto'",
    ),
    "an enumeration, within a list": (
        lambda aws: aws.dynamodb.create_table(
            **TABLE, AttributeDefinitions=[{"AttributeName": "tenant_id", "AttributeType": "text"}]
        ),
        r"CreateTable: AttributeDefinitions\[0\]\.AttributeType is 'text', AWS takes one of S, N, B",
    ),
    "a length": (
        lambda aws: aws.lambda_.add_permission(StatementId="a" * 101, **PERMISSION),
        "StatementId has 101, AWS takes at most 100",
    ),
    "a number's limit": (
        lambda aws: aws.lambda_.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=3),
        "MaximumRetryAttempts has 3, AWS takes at most 2",
    ),
    "a list's length": (
        lambda aws: aws.lambda_.update_function_configuration(FunctionName="f", FileSystemConfigs=[FILES] * 2),
        "FileSystemConfigs has 2, AWS takes at most 1",
    ),
    "a map's key": (
        lambda aws: aws.lambda_.update_function_configuration(
            FunctionName="f", Environment={"Variables": {"WS-TABLE": "t"}}
        ),
        r"Environment\.Variables\.WS-TABLE is 'WS-TABLE'",
    ),
}


@pytest.mark.parametrize(("call", "text"), BROKEN.values(), ids=BROKEN)
def test_a_request_that_breaks_a_rule_is_not_sent(clients: Clients, call: Callable[[Any], object], text: str) -> None:
    """The error says where, what, and what AWS takes."""
    with pytest.raises(ParamValidationError, match=text):
        call(clients)


KEPT: dict[str, Callable[[Any], object]] = {
    "a statement id": lambda aws: aws.lambda_.add_permission(StatementId="http-POST-ventas-1a2b3c4", **PERMISSION),
    "tags in Spanish": lambda aws: aws.lambda_.tag_resource(
        Resource="arn:aws:lambda:us-east-1:123456789012:function:f", Tags={"dueño": "Bodega de la Señora Ñusta"}
    ),
    "a pattern with a hyphen that Java takes for itself": lambda aws: aws.logs.describe_resource_policies(),
    "an item": lambda aws: aws.dynamodb.put_item(TableName="t", Item={"tenant_id": {"S": "T001"}}),
}


@pytest.mark.parametrize("call", KEPT.values(), ids=KEPT)
def test_what_keeps_the_rules_is_sent(clients: Clients, call: Callable[[Any], object]) -> None:
    """Patterns are Java's, and mean here what they mean there."""
    with pytest.raises(EndpointConnectionError):
        call(clients)
