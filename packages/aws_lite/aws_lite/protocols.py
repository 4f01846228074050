"""How AWS's services take a call and answer it: the shape of a protocol, and the one that most services speak.

Pure. Parameters and outputs are botocore's: a call is the same whichever client makes it. The two services that speak
another protocol have it beside their client (``services.lambda_``, ``services.sns``).
"""

from collections.abc import Mapping
from typing import Any, Final, NoReturn, Protocol

import msgspec

from aws_lite.http_exchange import HttpResponse, MalformedResponse
from aws_lite.wire import decode_json_with_floats, encode_json

__all__: list[str] = []

ERROR: Final = 300
"""From this status on a response is an error: no service redirects."""


class Call(msgspec.Struct, frozen=True):
    """What goes over the wire, but for the host and the signature. ``path`` is encoded once."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class ServiceError(Exception):
    """What a service said instead of doing what it was asked.

    ``details`` are the error's further fields, such as ``CancellationReasons``.
    """

    def __init__(
        self, response: HttpResponse, *, code: str, message: str, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(code, message)
        self.response = response
        self.code = code
        self.message = message
        self.details = details or {}


class ServiceProtocol(Protocol):
    """How one service takes calls and answers them."""

    def call(self, operation: str, params: Mapping[str, Any], /) -> Call:
        """Make the request of an operation.

        Raises:
            TypeError, ValueError: A parameter is none that can be sent.
        """
        ...

    def read(self, response: HttpResponse) -> dict[str, Any]:
        """Read what an operation returned.

        Raises:
            ServiceError: The status is ERROR or more, whatever the body holds.
            MalformedResponse: It isn't what the service sends.
        """
        ...


class AwsJson(msgspec.Struct, frozen=True):
    """AWS JSON (Smithy, "AWS JSON 1.0 protocol" and 1.1): DynamoDB, SQS and SSM, all their operations."""

    target: str
    version: str

    def call(self, operation: str, params: Mapping[str, Any]) -> Call:
        """Make the request of an operation."""
        headers = (
            ("content-type", f"application/x-amz-json-{self.version}"),
            ("x-amz-target", f"{self.target}.{operation}"),
        )
        return Call("/", headers, encode_json(params).encode())

    def read(self, response: HttpResponse) -> dict[str, Any]:
        """Read what an operation returned."""
        if response.status >= ERROR:
            self._fail(response)
        if not response.body:
            return {}
        try:
            output = decode_json_with_floats(response.body)
        except ValueError as error:
            raise MalformedResponse(f"no JSON: {error}") from error
        if not isinstance(output, dict):
            raise MalformedResponse("not an object")
        return output

    @staticmethod
    def _fail(response: HttpResponse) -> NoReturn:
        """Read an error: its code stands behind the ``#`` of ``__type``."""
        body = object_or_empty(response.body)
        code = short_code(str(body.get("__type") or header(response, b"x-amzn-errortype") or response.status))
        # SQS keeps the codes of its earlier protocol in a header: "code;Sender".
        code = header(response, b"x-amzn-query-error").partition(";")[0] or code
        raise ServiceError(response, code=code, message=error_message(body), details=body)


def object_or_empty(body: bytes) -> dict[str, Any]:
    """Read an error's JSON object; an empty one where the body is something else, such as a proxy's page."""
    try:
        value = decode_json_with_floats(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def error_message(body: Mapping[str, Any]) -> str:
    """Return an error's text, which services write in either case."""
    return str(body.get("message") or body.get("Message") or "")


def header(response: HttpResponse, name: bytes) -> str:
    """Return a header's value, empty without one. ``name`` in lower case."""
    return response.headers.get(name, b"").decode("ascii", "replace")


def short_code(code: str) -> str:
    """``com.amazonaws.dynamodb.v20120810#ThrottlingException`` or ``ThrottlingException:http://…``."""
    return code.rpartition("#")[2].partition(":")[0]
