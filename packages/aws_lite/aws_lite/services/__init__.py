"""One client a service: its operations with boto3's names, parameters and outputs, and no other."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lite.client import ServiceClient

__all__ = ["CLIENTS", "client_class"]

CLIENTS: Final["Mapping[str, tuple[str, str]]"] = {
    "dynamodb": ("dynamodb", "DynamoDBClient"),
    "lambda": ("lambda_", "LambdaClient"),
    "sns": ("sns", "SNSClient"),
    "sqs": ("sqs", "SQSClient"),
    "ssm": ("ssm", "SSMClient"),
}
"""AWS's name of a service to the module and the class of its client."""


def client_class(service: str) -> "type[ServiceClient]":
    """Return the class of a service's client. A process imports those that it uses.

    Raises:
        KeyError: There is none.
    """
    module, name = CLIENTS[service]
    found: type[ServiceClient] = getattr(import_module(f"{__name__}.{module}"), name)
    return found
