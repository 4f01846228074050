"""AWS clients, made once per process.

Timeouts are short everywhere: a call that hangs must not eat the function's whole time.
"""

import os
import time
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

from aws_lite.client import AwsClient
from aws_lite.connection_pool import SECONDS, ConnectionPool, Endpoint, tls_context
from aws_lite.credentials import credentials_of, region_of
from aws_lite.protocols import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

ATTEMPTS: Final = 2
"""How often a call is tried, the first time included."""
INVOKE_ATTEMPTS: Final = 1
"""An invoke that may have been accepted is not repeated."""


class AwsClients:
    """One client for each service, made when it is first asked for: by a handler's ``build``, as the function starts.

    ``make`` makes the client of a service by AWS's name for it. A test passes one that looks up its own.
    """

    def __init__(self, make: "Callable[[str], Any]") -> None:
        self._make = make

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        return self._make("dynamodb")

    @cached_property
    def lambda_(self) -> "LambdaClient":
        return self._make("lambda")

    @cached_property
    def sns(self) -> "SNSClient":
        return self._make("sns")

    @cached_property
    def sqs(self) -> "SQSClient":
        return self._make("sqs")

    @cached_property
    def ssm(self) -> "SSMClient":
        return self._make("ssm")


@cache
def process_clients() -> AwsClients:
    """Return the process's clients, for the account and the Region that its environment names."""
    return AwsClients(make_client)


def make_client(service: str, environment: "Mapping[str, str]" = os.environ) -> Any:  # noqa: ANN401 - AwsClients names the type
    """Make a service's client: the one place where a client is made.

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
        attempts=INVOKE_ATTEMPTS if service == "lambda" else ATTEMPTS,
        seconds=SECONDS,
        now=time.time,
    )


def endpoint_url(service: str, region: str, environment: "Mapping[str, str]") -> str:
    """Return a service's address: the environment's, as every AWS SDK understands it, or the Region's own."""
    return (
        environment.get(f"AWS_ENDPOINT_URL_{service.upper()}")
        or environment.get("AWS_ENDPOINT_URL")
        or f"https://{service}.{region}.amazonaws.com"
    )
