"""Lambda: Invoke, without waiting for what the function returns."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from aws_lite.client import ServiceClient
from aws_lite.http_exchange import HttpResponse
from aws_lite.protocols import ERROR, Call, ServiceError, error_message, header, object_or_empty, short_code
from aws_lite.sigv4 import encode_segment

if TYPE_CHECKING:
    from aws_lite.outputs import InvokeOutput

__all__ = ["LambdaClient"]


class LambdaProtocol:
    """REST with JSON (Smithy, "AWS restJson1 protocol"), as far as Invoke goes."""

    def call(self, _operation: str, params: Mapping[str, Any]) -> Call:
        """Make the request: the name goes into the path, the type into a header, the payload is the body."""
        headers = (("content-type", "application/json"), ("x-amz-invocation-type", params["InvocationType"]))
        path = f"/2015-03-31/functions/{encode_segment(params['FunctionName'])}/invocations"
        return Call(path, headers, params["Payload"])

    def read(self, response: HttpResponse) -> dict[str, Any]:
        """Return the status. An error's code is a header."""
        if response.status >= ERROR:
            code = short_code(header(response, b"x-amzn-errortype") or str(response.status))
            raise ServiceError(response, code=code, message=error_message(object_or_empty(response.body)))
        return {"StatusCode": response.status}


class LambdaClient(ServiceClient):
    """Lambda's client."""

    service = "lambda"
    protocol = LambdaProtocol()

    def invoke(self, *, FunctionName: str, InvocationType: Literal["Event"], Payload: bytes) -> "InvokeOutput":
        """Queue an event for a function, given by its name or ARN; returns when it is queued.

        The event may be queued twice: where a kept connection was closed before Lambda responded, which happens to a
        process that was frozen, the request is sent once more on a new connection even with ``attempts=1``, and Lambda
        may have accepted the first one. Let the function recognise repeats, as Lambda asks of every asynchronous
        function anyway (Lambda Developer Guide, "Asynchronous invocation").

        Raises:
            ValueError: ``InvocationType`` is another: what the function returns would be dropped.
        """
        if InvocationType != "Event":
            msg = f"only events are invoked, not {InvocationType}"
            raise ValueError(msg)
        return self._call("Invoke", FunctionName=FunctionName, InvocationType=InvocationType, Payload=Payload)
