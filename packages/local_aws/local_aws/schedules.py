"""Let a schedule happen now, without waiting for its hour."""

import json
from typing import Any, cast

from local_aws.clients import Clients
from local_aws.errors import ScheduleFailed

Answer = Any
"""What a function returned, as JSON has it."""


def call_targets(rule: str, *, clients: Clients) -> tuple[Answer, ...]:
    """Call what a schedule calls, with the event that it would send, and wait for the answers.

    `rule` is the physical name (`Stack.rules`).

    Raises:
        ScheduleFailed: a function ended with an error.
        ClientError: there is no such rule.
    """
    targets = clients.events.list_targets_by_rule(Rule=rule)["Targets"]
    return tuple(_call(rule, target["Arn"], target.get("Input", "{}"), clients) for target in targets)


def _call(rule: str, function: str, event: str, clients: Clients) -> Answer:
    answer = clients.lambda_.invoke(FunctionName=function, Payload=event.encode())
    payload = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise ScheduleFailed(rule=rule, function=function.rpartition(":")[2], reason=_reason(payload))
    return payload


def _reason(payload: object) -> str:
    """What Lambda answers for a call that failed."""
    if not isinstance(payload, dict):
        return str(payload)
    details = cast("dict[str, object]", payload)
    return f"{details.get('errorType', 'Error')}: {details.get('errorMessage', '')}"
