"""AWS clients, made once per process.

One botocore session serves them all; botocore alone starts faster than boto3 and makes the same clients.
Timeouts are short everywhere: a call that hangs must not eat the function's whole time.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient


def client_config(
    *, connect_timeout: float = 1.0, read_timeout: float = 2.0, attempts: int = 2, pool: int = 10
) -> Config:
    """Return a client's configuration: times in seconds, ``attempts`` counts the first one."""
    return Config(
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        max_pool_connections=pool,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )


@cache
def dynamodb_client() -> "DynamoDBClient":
    """Return the process's DynamoDB client."""
    return make_client("dynamodb", client_config())


@cache
def lambda_client() -> "LambdaClient":
    """Return the process's Lambda client. One attempt: an invoke that may have been accepted is not repeated."""
    return make_client("lambda", client_config(attempts=1))


@cache
def sns_client() -> "SNSClient":
    """Return the process's SNS client."""
    return make_client("sns", client_config())


@cache
def sqs_client() -> "SQSClient":
    """Return the process's SQS client."""
    return make_client("sqs", client_config())


@cache
def ssm_client() -> "SSMClient":
    """Return the process's SSM client."""
    return make_client("ssm", client_config())


def make_client(service: str, config: Config, endpoint_url: str | None = None) -> Any:  # noqa: ANN401 - the callers name the type
    """Make a client of the shared session. Not safe on several threads at once: make clients before starting any."""
    return _session().create_client(service, config=config, endpoint_url=endpoint_url)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()
