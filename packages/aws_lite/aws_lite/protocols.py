"""How AWS's services take a call and answer it: the three protocols that SAAI's services speak.

Pure. Parameters and answers are botocore's: a call is the same whichever client makes it.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, Protocol

import attrs

from aws_lite.http_exchange import Answer
from aws_lite.sigv4 import encode_segment
from aws_lite.wire import decode_json_with_floats, encode_json


@attrs.frozen
class Call:
    """What goes over the wire, but for the host and the signature."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@attrs.frozen(kw_only=True)
class Refusal:
    """What a service said instead of answering. ``details`` are further fields, such as ``CancellationReasons``."""

    code: str
    message: str
    details: Mapping[str, Any] = attrs.field(factory=dict)


class ServiceProtocol(Protocol):
    """One service's way."""

    def call(self, operation: str, params: Mapping[str, Any]) -> Call:
        """Make the request of an operation."""
        ...

    def read(self, answer: Answer) -> dict[str, Any]:
        """Read what an operation returned.

        Raises:
            ValueError: It isn't what the service sends.
        """
        ...

    def refusal(self, answer: Answer) -> Refusal:
        """Read an answer of status 300 or more, whatever it holds."""
        ...


@attrs.frozen
class AwsJson:
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

    def read(self, answer: Answer) -> dict[str, Any]:
        """Read what an operation returned."""
        return _object(answer.body) if answer.body else {}

    def refusal(self, answer: Answer) -> Refusal:
        """Read a refusal: its code stands behind the ``#`` of ``__type``."""
        body = _object_or_nothing(answer.body)
        code = _short(str(body.get("__type") or _header(answer, b"x-amzn-errortype") or answer.status))
        # SQS keeps the codes of its earlier protocol in a header: "code;Sender".
        code = _header(answer, b"x-amzn-query-error").partition(";")[0] or code
        return Refusal(code=code, message=_message(body), details=body)


@attrs.frozen
class LambdaInvoke:
    """Lambda's one operation that is used: Invoke, without waiting for what it returns."""

    def call(self, operation: str, params: Mapping[str, Any]) -> Call:
        """Make the request; ``params`` are FunctionName, InvocationType and Payload."""
        _only(operation, "Invoke")
        headers = (("content-type", "application/json"), ("x-amz-invocation-type", params["InvocationType"]))
        path = f"/2015-03-31/functions/{encode_segment(params['FunctionName'])}/invocations"
        return Call(path, headers, params["Payload"])

    def read(self, answer: Answer) -> dict[str, Any]:
        """Return the status: 202 where the event is queued."""
        return {"StatusCode": answer.status}

    def refusal(self, answer: Answer) -> Refusal:
        """Read a refusal: its code is a header."""
        code = _short(_header(answer, b"x-amzn-errortype") or str(answer.status))
        return Refusal(code=code, message=_message(_object_or_nothing(answer.body)))


@attrs.frozen
class SnsPublish:
    """SNS's one operation that is used, in AWS's Query protocol: a form, answered in XML."""

    def call(self, operation: str, params: Mapping[str, Any]) -> Call:
        """Make the request; ``params`` are TopicArn, Message and MessageAttributes of strings."""
        _only(operation, "Publish")
        form = {"Action": "Publish", "Version": "2010-03-31", "TopicArn": params["TopicArn"]}
        form["Message"] = params["Message"]
        for number, (name, attribute) in enumerate(params.get("MessageAttributes", {}).items(), start=1):
            entry = f"MessageAttributes.entry.{number}"
            form[f"{entry}.Name"] = name
            form[f"{entry}.Value.DataType"] = attribute["DataType"]
            form[f"{entry}.Value.StringValue"] = attribute["StringValue"]
        body = "&".join(f"{name}={encode_segment(value)}" for name, value in form.items())
        headers = (("content-type", "application/x-www-form-urlencoded; charset=utf-8"),)
        return Call("/", headers, body.encode())

    def read(self, answer: Answer) -> dict[str, Any]:
        """Return the message's id."""
        message_id = _element(answer.body, "MessageId")
        if not message_id:
            raise ValueError("no MessageId")
        return {"MessageId": message_id}

    def refusal(self, answer: Answer) -> Refusal:
        """Read a refusal."""
        code = _element(answer.body, "Code") or str(answer.status)
        return Refusal(code=code, message=_element(answer.body, "Message"))


def pascal_case(name: str) -> str:
    """Return an operation's name for its method's: ``batch_get_item`` is BatchGetItem."""
    return "".join(map(str.capitalize, name.split("_")))


PROTOCOLS: Final[Mapping[str, ServiceProtocol]] = {
    "dynamodb": AwsJson("DynamoDB_20120810", "1.0"),
    "sqs": AwsJson("AmazonSQS", "1.0"),
    "ssm": AwsJson("AmazonSSM", "1.1"),
    "lambda": LambdaInvoke(),
    "sns": SnsPublish(),
}


def _only(operation: str, known: str) -> None:
    if operation != known:
        msg = f"only {known} is known here, not {operation}"
        raise AttributeError(msg)


def _object(body: bytes) -> dict[str, Any]:
    value = decode_json_with_floats(body)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _object_or_nothing(body: bytes) -> dict[str, Any]:
    try:
        return _object(body)
    except (ValueError, TypeError):
        return {}


def _message(body: Mapping[str, Any]) -> str:
    return str(body.get("message") or body.get("Message") or "")


def _header(answer: Answer, name: bytes) -> str:
    return answer.headers.get(name, b"").decode("ascii", "replace")


def _short(code: str) -> str:
    """``com.amazonaws.dynamodb.v20120810#ThrottlingException`` or ``ThrottlingException:http://…``."""
    return code.rpartition("#")[2].partition(":")[0]


def _element(xml: bytes, name: str) -> str:
    found = re.search(rf"<{name}>([^<]*)</{name}>".encode(), xml)
    text = found[1].decode("utf-8", "replace") if found else ""
    for escaped, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(escaped, character)
    return text
