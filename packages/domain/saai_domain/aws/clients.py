"""AWS clients, made once per process.

Timeouts are short everywhere: a call that hangs must not eat the function's whole time.
"""

import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from aws_lite.client import AwsClient
from aws_lite.connection_pool import SECONDS, ConnectionPool, Endpoint, tls_context
from aws_lite.credentials import credentials_of, region_of
from aws_lite.protocols import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

ATTEMPTS: Final = 2


@cache
def dynamodb_client() -> "DynamoDBClient":
    """Return the process's DynamoDB client."""
    return make_client("dynamodb")


@cache
def lambda_client() -> "LambdaClient":
    """Return the process's Lambda client. One attempt: an invoke that may have been accepted is not repeated."""
    return make_client("lambda", attempts=1)


@cache
def sns_client() -> "SNSClient":
    """Return the process's SNS client."""
    return make_client("sns")


@cache
def sqs_client() -> "SQSClient":
    """Return the process's SQS client."""
    return make_client("sqs")


@cache
def ssm_client() -> "SSMClient":
    """Return the process's SSM client."""
    return make_client("ssm")


def make_client(
    service: str, *, attempts: int = ATTEMPTS, seconds: float = SECONDS, environment: "Mapping[str, str]" = os.environ
) -> Any:  # noqa: ANN401 - the callers name the type
    """Make a client. ``attempts`` counts the first one; ``seconds`` are for each.

    Raises:
        MissingVariables: The environment has no credentials or no Region.
    """
    region = region_of(environment)
    endpoint = Endpoint.parse(endpoint_url(service, region, environment))
    if endpoint.tls:
        # Now, while the function starts: reading the certificates takes longer than a call.
        tls_context()
    return AwsClient(
        pool=ConnectionPool(endpoint),
        protocol=PROTOCOLS[service],
        credentials=credentials_of(environment),
        region=region,
        service=service,
        attempts=attempts,
        seconds=seconds,
        now=time.time,
    )


def endpoint_url(service: str, region: str, environment: "Mapping[str, str]") -> str:
    """Return a service's address: the environment's, as every AWS SDK understands it, or the Region's own."""
    return (
        environment.get(f"AWS_ENDPOINT_URL_{service.upper()}")
        or environment.get("AWS_ENDPOINT_URL")
        or f"https://{service}.{region}.amazonaws.com"
    )
