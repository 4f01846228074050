"""SNS: Publish to a topic."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aws_lite.client import ServiceClient
from aws_lite.http_exchange import HttpResponse, MalformedResponse
from aws_lite.protocols import ERROR, Call, ServiceError
from aws_lite.sigv4 import encode_segment

if TYPE_CHECKING:
    from aws_lite.outputs import PublishOutput

__all__ = ["SNSClient"]


class SnsProtocol:
    """AWS's Query protocol: a form, answered in XML (Smithy, "AWS query protocol"), as far as Publish goes."""

    def call(self, _operation: str, params: Mapping[str, Any]) -> Call:
        """Make the request."""
        form = {"Action": "Publish", "Version": "2010-03-31", "TopicArn": params["TopicArn"]}
        form["Message"] = params["Message"]
        for number, (name, attribute) in enumerate(params.get("MessageAttributes", {}).items(), start=1):
            if attribute.keys() != {"DataType", "StringValue"}:
                msg = f"attribute {name} is not one of DataType and StringValue"
                raise ValueError(msg)
            entry = f"MessageAttributes.entry.{number}"
            form[f"{entry}.Name"] = name
            form[f"{entry}.Value.DataType"] = attribute["DataType"]
            form[f"{entry}.Value.StringValue"] = attribute["StringValue"]
        body = "&".join(f"{name}={encode_segment(value)}" for name, value in form.items())
        headers = (("content-type", "application/x-www-form-urlencoded; charset=utf-8"),)
        return Call("/", headers, body.encode())

    def read(self, response: HttpResponse) -> dict[str, Any]:
        """Return the message's id."""
        if response.status >= ERROR:
            code = _element(response.body, "Code") or str(response.status)
            raise ServiceError(response, code=code, message=_element(response.body, "Message"))
        message_id = _element(response.body, "MessageId")
        if not message_id:
            raise MalformedResponse("no MessageId")
        return {"MessageId": message_id}


class SNSClient(ServiceClient):
    """SNS's client."""

    service = "sns"
    protocol = SnsProtocol()

    def publish(
        self, *, TopicArn: str, Message: str, MessageAttributes: Mapping[str, Mapping[str, str]] | None = None
    ) -> "PublishOutput":
        """Send a message to a topic's subscribers. An attribute has a ``DataType`` and a ``StringValue``.

        Raises:
            ValueError: An attribute is not a text.
        """
        return self._call("Publish", TopicArn=TopicArn, Message=Message, MessageAttributes=MessageAttributes)


def _element(xml: bytes, name: str) -> str:
    found = re.search(rf"<{name}>([^<]*)</{name}>".encode(), xml)
    text = found[1].decode("utf-8", "replace") if found else ""
    for escaped, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(escaped, character)
    return text
