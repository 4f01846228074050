"""How AWS takes what a function answers, logs and measures; each rule with where AWS says so."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import botocore.session

MAX_LOG_LINE_BYTES: Final = 262_144
"""CloudWatch Logs: an event ("CloudWatch Logs quotas")."""
MAX_AUTHORIZER_BYTES: Final = 8_192
MAX_METRICS: Final = 100
MAX_DIMENSIONS: Final = 30
_UNITS: Final = frozenset(
    botocore.session.get_session().get_service_model("cloudwatch").shape_for("StandardUnit").metadata["enum"]
)

Event = Mapping[str, Any]


def http(answer: Any, _event: Event) -> Iterator[str]:
    """API Gateway Developer Guide, "Lambda proxy integrations for HTTP APIs", response format 2.0."""
    yield from websocket(answer, _event)
    if not isinstance(answer.get("isBase64Encoded", False), bool):
        yield "isBase64Encoded is no boolean"
    if set(answer) - {"statusCode", "headers", "body", "isBase64Encoded", "cookies"}:
        yield f"unknown keys: {sorted(answer)}"


def websocket(answer: Any, _event: Event) -> Iterator[str]:
    """API Gateway Developer Guide, "Set up Lambda proxy integrations": anything else is a 502."""
    status = answer.get("statusCode")
    if not isinstance(status, int) or not 100 <= status <= 599:
        yield f"statusCode is {status!r}"
    if not all(isinstance(value, str | int | bool) for value in answer.get("headers", {}).values()):
        yield "a header is no text, number or boolean"
    if not isinstance(answer.get("body", ""), str):
        yield "body is no text"


def authorizer(answer: Any, event: Event) -> Iterator[str]:
    """API Gateway Developer Guide, "Output from an API Gateway Lambda authorizer"."""
    if not isinstance(answer.get("principalId"), str):
        yield "principalId is no text"
    for statement in answer["policyDocument"]["Statement"]:
        if statement["Action"] != "execute-api:Invoke" or statement["Effect"] not in {"Allow", "Deny"}:
            yield f"a statement that API Gateway doesn't know: {statement}"
        if statement["Effect"] == "Allow" and statement["Resource"] != event["methodArn"]:
            yield "another connection may be allowed by it"
    if not all(isinstance(value, str | int | bool) for value in answer.get("context", {}).values()):
        yield "context is not flat"
    if len(json.dumps(answer)) > MAX_AUTHORIZER_BYTES:
        yield "more than 8 KB"


def queue(answer: Any, event: Event) -> Iterator[str]:
    """Lambda Developer Guide, "Implementing partial batch responses": anything else fails the whole batch."""
    sent = {record["messageId"] for record in event["Records"]}
    failed = {entry["itemIdentifier"] for entry in answer["batchItemFailures"]}
    if not failed <= sent:
        yield f"messages that weren't sent: {failed - sent}"


def event(_answer: Any, _event: Event) -> Iterator[str]:
    """Nobody reads what an asynchronous invocation returns."""
    yield from ()


TAKERS: Final[Mapping[str, Callable[[Any, Event], Iterator[str]]]] = {
    "http": http,
    "websocket": websocket,
    "authorizer": authorizer,
    "queue": queue,
    "event": event,
}
"""By who called the function."""


def log_line(line: str) -> Iterator[str]:
    """A line is an event; ours are JSON, and one with ``_aws`` is a metric."""
    if len(line.encode()) > MAX_LOG_LINE_BYTES:
        yield "longer than 256 KB"
    try:
        entry = json.loads(line)
    except ValueError:
        yield f"no JSON: {line}"
        return
    if not {"level", "message"} <= entry.keys():
        yield f"without level or message: {line}"
    if "_aws" in entry:
        yield from _metrics(entry)


def _metrics(entry: Mapping[str, Any]) -> Iterator[str]:
    """CloudWatch User Guide, "Specification: Embedded metric format": what breaks it is logged and not counted."""
    if not isinstance(entry["_aws"].get("Timestamp"), int):
        yield "Timestamp is no number of milliseconds"
    for directive in entry["_aws"]["CloudWatchMetrics"]:
        if not 0 < len(directive["Namespace"]) <= 255 or ":" in directive["Namespace"]:
            yield f"Namespace is {directive['Namespace']!r}"
        for names in directive["Dimensions"]:
            if len(names) > MAX_DIMENSIONS or not all(
                entry.get(name) and isinstance(entry[name], str) for name in names
            ):
                yield f"dimensions {names} are not texts of the entry"
        if not 0 < len(directive["Metrics"]) <= MAX_METRICS:
            yield f"{len(directive['Metrics'])} metrics"
        for metric in directive["Metrics"]:
            value = entry.get(metric["Name"])
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield f"{metric['Name']} is {value!r}"
            if metric.get("Unit", "None") not in _UNITS:
                yield f"unit {metric['Unit']!r}"
