"""What AWS hands to the functions, as its developer guides show it: files, and the few values that a test changes.

| file | from |
|---|---|
| ``http_request`` | API Gateway, HTTP API, payload format 2.0 |
| ``authorizer_…``, ``websocket_…`` | API Gateway, WebSocket API |
| ``sqs_batch`` | a queue's event source |
| ``sns_notification`` | a topic |
| ``schedule``, ``schedule_with_input`` | an EventBridge rule, without and with a constant input |
| ``failure_destination`` | Lambda, of an asynchronous invoke that failed for good |
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from saai_domain.time import lima_now

_FOLDER: Final = Path(__file__).parent / "payloads"
_RECORDS: Final = "Records"
CONNECTION_ID: Final = "L0SM9cOFvHcCIhw="
"""Of the recorded connection."""


def payload(name: str, **changes: Any) -> dict[str, Any]:
    """Return a payload with some of its top-level keys replaced."""
    return {**json.loads(_text(name)), **changes}


@cache
def _text(name: str) -> str:
    return (_FOLDER / f"{name}.json").read_text(encoding="utf-8")


def http_request(
    route: str,
    *,
    token: str | None = None,
    body: object = None,
    query: Mapping[str, str] | None = None,
    idempotency_key: str | None = None,
) -> dict[str, Any]:
    """Return a request of the HTTP API.

    Args:
        route: As ``POST /ventas``.
        token: Of the ``Authorization`` header; None for no such header.
        body: JSON text, or what is to be written as JSON; None for none.
        query: The query string's parameters.
        idempotency_key: The header of this name; None for no such header.
    """
    event = payload("http_request", routeKey=route)
    method, _, path = route.partition(" ")
    context = event["requestContext"]
    context |= {"routeKey": route, "http": {**context["http"], "method": method, "path": f"/dev{path}"}}
    event["rawPath"] = f"/dev{path}"
    dropped = {"authorization", "idempotency-key", "content-length"}
    event["headers"] = {name: value for name, value in event["headers"].items() if name not in dropped}
    if idempotency_key is not None:
        event["headers"]["idempotency-key"] = idempotency_key
    if token is not None:
        event["headers"]["authorization"] = f"Bearer {token}"
    if query is not None:
        event["queryStringParameters"] = dict(query)
    if body is None:
        del event["body"]
    else:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


def handshake(*, token: str | None = None, ticket: str | None = None) -> dict[str, Any]:
    """Return a handshake's authorizer request, with these in its query."""
    query = {name: value for name, value in (("token", token), ("ticket", ticket)) if value is not None}
    return payload("authorizer_query_token", queryStringParameters=query or None)


def websocket(name: str, connection_id: str = CONNECTION_ID, **authorizer: str) -> dict[str, Any]:
    """Return an event of a WebSocket's connection: ``connect``, ``message`` or ``disconnect``.

    ``authorizer`` replaces values of its context, as ``exp``; ``connectedAt`` those of the request's.
    """
    event = payload(f"websocket_{name}")
    context = event["requestContext"]
    context["connectionId"] = connection_id
    if "connectedAt" in authorizer:
        context["connectedAt"] = int(authorizer.pop("connectedAt"))
    if authorizer:
        context["authorizer"] |= authorizer
    return event


def message(sent: object, connection_id: str = CONNECTION_ID, **authorizer: str) -> dict[str, Any]:
    """Return a screen's message: JSON text, or what is to be written as JSON."""
    text = sent if isinstance(sent, str) else json.dumps(sent)
    return websocket("message", connection_id, **authorizer) | {"body": text}


def sqs_batch(*bodies: str, sent: float | None = None) -> dict[str, Any]:
    """Return a queue's batch of messages with these bodies, whose ids are ``m-0``, ``m-1``, …

    ``sent`` is when they were sent, in epoch seconds; just now by default.
    """
    event = payload("sqs_batch")
    (record,) = event[_RECORDS]
    sent = lima_now().timestamp() if sent is None else sent
    record["attributes"]["SentTimestamp"] = str(int(sent * 1000))
    event[_RECORDS] = [{**record, "messageId": f"m-{place}", "body": body} for place, body in enumerate(bodies)]
    return event


def sns_notification(message: str | None = None, attributes: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a topic's message, with this text and these attributes; by default a sale's notice."""
    event = payload("sns_notification")
    sns = event[_RECORDS][0]["Sns"]
    if message is not None:
        sns["Message"] = message
    if attributes is not None:
        sns["MessageAttributes"] = {name: {"Type": "String", "Value": value} for name, value in attributes.items()}
    return event
