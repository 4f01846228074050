"""Let a schedule happen now, without waiting for its hour."""

import json
from pathlib import Path
from typing import Any, cast

from local_aws.clients import Clients, connect
from local_aws.errors import LocalAwsError
from local_aws.stack import STACK_FILE, Stack

Returned = Any
"""What a function returned, as JSON has it."""


def run_now(schedule: str, *, stack_file: Path = STACK_FILE) -> int:
    """Call what a schedule of the running `make dev` calls, and print the answers.

    Raises:
        LocalAwsError: no local AWS is running here, it has no such schedule, or a function ended with an error.
    """
    stack = Stack.read(stack_file)
    if schedule not in stack.rules:
        raise LocalAwsError(f"there is no schedule {schedule!r}, only {', '.join(sorted(stack.rules))}")
    clients = connect(endpoint_url=stack.endpoint_url, region=stack.region)
    for answer in call_targets(stack.rules[schedule], clients=clients):
        print(json.dumps(answer))
    return 0


def call_targets(rule: str, *, clients: Clients) -> tuple[Returned, ...]:
    """Call what a schedule calls, with the event that it would send, and wait for the answers.

    `rule` is the physical name (`Stack.rules`).

    Raises:
        LocalAwsError: a function ended with an error.
        ClientError: there is no such rule.
    """
    targets = clients.events.list_targets_by_rule(Rule=rule)["Targets"]
    return tuple(_call(rule, target["Arn"], target.get("Input", "{}"), clients) for target in targets)


def _call(rule: str, function: str, event: str, clients: Clients) -> Returned:
    answer = clients.lambda_.invoke(FunctionName=function, Payload=event.encode())
    payload = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise LocalAwsError(f"{function.rpartition(':')[2]}, called by {rule}, failed: {_reason(payload)}")
    return payload


def _reason(payload: object) -> str:
    """What Lambda answers for a call that failed."""
    if not isinstance(payload, dict):
        return str(payload)
    details = cast("dict[str, object]", payload)
    return f"{details.get('errorType', 'Error')}: {details.get('errorMessage', '')}"
