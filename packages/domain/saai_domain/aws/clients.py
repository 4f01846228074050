"""AWS clients, made once per process: ``aws_lite``'s, or boto3's where the environment asks for them.

This is the one place that knows of both. Timeouts are short everywhere: a call that hangs must not eat the function's
whole time.
"""

import os
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

from aws_lite.client import endpoint_url
from aws_lite.connection_pool import CONNECT_SECONDS, SECONDS
from aws_lite.credentials import credentials_of, region_of
from aws_lite.services import client_class

from saai_domain.aws.ahead import Ahead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import mypy_boto3_dynamodb
    import mypy_boto3_lambda
    import mypy_boto3_sns
    import mypy_boto3_sqs
    import mypy_boto3_ssm
    from aws_lite.services import dynamodb, lambda_, sns, sqs, ssm

    # Either client serves, so what is asked of one must be what both have.
    DynamoDBClient = dynamodb.DynamoDBClient | mypy_boto3_dynamodb.DynamoDBClient
    LambdaClient = lambda_.LambdaClient | mypy_boto3_lambda.LambdaClient
    SNSClient = sns.SNSClient | mypy_boto3_sns.SNSClient
    SQSClient = sqs.SQSClient | mypy_boto3_sqs.SQSClient
    SSMClient = ssm.SSMClient | mypy_boto3_ssm.SSMClient

__all__ = ["AWS_CLIENT", "AwsClients", "make_client", "process_clients"]

AWS_CLIENT: Final = "SAAI_AWS_CLIENT"
"""The variable that chooses: ``lite``, also where it isn't set, or ``boto3``, which the Lambda runtime brings."""
ATTEMPTS: Final = 2
"""How often a call is tried, the first time included."""
INVOKE_ATTEMPTS: Final = 1
"""An invoke that may have been accepted is repeated only where ``LambdaClient.invoke`` says so."""
_AWAITED: "Final[Mapping[str, str]]" = {
    "_TABLE": "dynamodb",
    "JWT_SECRET_PARAMETER": "ssm",
    "EMITIR_EVENTOS_WS_FUNCTION_NAME": "lambda_",
}
"""For whose answers a user waits: how the variables end that name something of a service, and its client here."""


def _not_ahead(_work: "Callable[[], object]") -> None:
    """Leave it to the call that needs it."""


class AwsClients:
    """One client for each service, made when it is first asked for: by a handler's ``build``, as the function starts.

    ``make`` makes the client of a service by AWS's name for it. A test passes one that looks up its own.
    ``ahead`` begins some work while the process starts (``saai_domain.aws.ahead``); outside Lambda it does nothing.
    """

    def __init__(
        self, make: "Callable[[str], Any]", *, ahead: "Callable[[Callable[[], object]], object]" = _not_ahead
    ) -> None:
        self._make = make
        self.ahead: Final = ahead

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
    return AwsClients(make_client, ahead=process_ahead().begin if starts_in_lambda() else _not_ahead)


@cache
def process_ahead() -> Ahead:
    """Return what is under way while the process starts."""
    return Ahead()


def starts_in_lambda(environment: "Mapping[str, str]" = os.environ) -> bool:
    """Tell whether this is a function's process, and what it opens now will be open when its first event comes.

    With SnapStart it won't: a snapshot that is taken now is restored hours later, many times.
    """
    kind = environment.get("AWS_LAMBDA_INITIALIZATION_TYPE")
    return "AWS_LAMBDA_FUNCTION_NAME" in environment and kind != "snap-start"


def connect_ahead(aws: AwsClients, environment: "Mapping[str, str]" = os.environ) -> None:
    """Begin to open a connection to each service of which the environment names something and for which a user waits.

    boto3's clients open theirs at their first call.
    """
    if environment.get(AWS_CLIENT, "lite") != "lite":
        return
    for ending, service in _AWAITED.items():
        if any(name.endswith(ending) for name in environment):
            aws.ahead(getattr(aws, service).open_ahead)


def make_client(service: str, environment: "Mapping[str, str]" = os.environ) -> Any:  # noqa: ANN401 - AwsClients names the type
    """Make a service's client: the one place where a client is made.

    Raises:
        MissingVariables: The environment has no credentials or no Region.
        ValueError: It asks for a client that doesn't exist.
    """
    attempts = INVOKE_ATTEMPTS if service == "lambda" else ATTEMPTS
    chosen = environment.get(AWS_CLIENT, "lite")
    if chosen == "lite":
        return client_class(service).from_environment(environment, attempts=attempts, seconds=SECONDS)
    if chosen == "boto3":
        return _boto3_client(service, environment, attempts)
    msg = f"{AWS_CLIENT} is {chosen!r}, and may be lite, boto3"
    raise ValueError(msg)


def _boto3_client(service: str, environment: "Mapping[str, str]", attempts: int) -> Any:  # noqa: ANN401 - as above
    """Make boto3's client of the same account, Region and endpoint, and no more patient."""
    import boto3  # noqa: PLC0415 - a third of a second, for those who ask for it
    from botocore.config import Config  # noqa: PLC0415

    credentials, region = credentials_of(environment), region_of(environment)
    name: Any = service
    return boto3.client(
        name,
        region_name=region,
        endpoint_url=endpoint_url(service, region, environment),
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=credentials.session_token,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=SECONDS,
            retries={"mode": "standard", "total_max_attempts": attempts},
        ),
    )
