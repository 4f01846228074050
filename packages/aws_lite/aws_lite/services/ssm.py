"""SSM Parameter Store."""

from typing import TYPE_CHECKING

from aws_lite.client import ServiceClient
from aws_lite.protocols import AwsJson

if TYPE_CHECKING:
    from aws_lite.outputs import GetParameterOutput

__all__ = ["SSMClient"]


class SSMClient(ServiceClient):
    """SSM's client."""

    service = "ssm"
    protocol = AwsJson("AmazonSSM", "1.1")

    def get_parameter(self, *, Name: str, WithDecryption: bool | None = None) -> "GetParameterOutput":
        """Read a parameter."""
        return self._call("GetParameter", Name=Name, WithDecryption=WithDecryption)
