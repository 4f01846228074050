"""boto3 clients for the local AWS, made once for an endpoint and shared by every thread."""

from typing import TYPE_CHECKING

import attrs
import boto3.session
from botocore.config import Config

from local_aws import service_models

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

ROOT_KEY = "test"
"""MiniStack's root user, and its secret too: for deploying and looking, never for functions."""


@attrs.frozen(kw_only=True)
class Clients:
    """One client a service. boto3's clients may be shared by threads, making them may not; so all are made at once."""

    apigatewayv2: "ApiGatewayV2Client"
    cloudwatch: "CloudWatchClient"
    dynamodb: "DynamoDBClient"
    events: "EventBridgeClient"
    iam: "IAMClient"
    lambda_: "LambdaClient"
    logs: "CloudWatchLogsClient"
    sns: "SNSClient"
    sqs: "SQSClient"
    ssm: "SSMClient"


def session(region: str) -> boto3.session.Session:
    """A boto3 session of the local root user, whose requests keep AWS's rules or aren't sent."""
    made = boto3.session.Session(aws_access_key_id=ROOT_KEY, aws_secret_access_key=ROOT_KEY, region_name=region)
    service_models.watch(made)
    return made


def connect(*, endpoint_url: str, region: str) -> Clients:
    """The clients of an endpoint. Takes some 0.3 s; opens no connection yet."""
    # An empty mapping keeps botocore from asking the environment for a proxy: the local AWS is on loopback.
    config = Config(proxies={}, max_pool_connections=32, retries={"max_attempts": 2})
    made = session(region)
    names = {field.name: field.name.rstrip("_") for field in attrs.fields(Clients)}
    return Clients(**{name: made.client(aws, endpoint_url=endpoint_url, config=config) for name, aws in names.items()})
