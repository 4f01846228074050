"""What operators are told of: the alarms of functions, queues and APIs.

Metrics of AWS's own: AWS Lambda developer guide, "Types of metrics for Lambda functions"; SQS developer guide,
"Available CloudWatch metrics for Amazon SQS"; API Gateway developer guide, "Monitor WebSocket API execution with
CloudWatch metrics" and "Monitor HTTP APIs with CloudWatch metrics".
"""

from collections.abc import Iterator
from typing import Literal

import pulumi

from saai_infra.alarm_topic import AlarmSpec
from saai_infra.function_spec import FunctionSpec
from saai_infra.names import function_name, queue_name

Api = Literal["websocket", "http"]


def function_alarms(stage: str, spec: FunctionSpec) -> Iterator[AlarmSpec]:
    """Every alarm of a function: on what Lambda counts, and on what the function prints."""
    yield _lambda(stage, spec, "errores", "Errors", "a call failed: see its log group")
    if spec.is_called_asynchronously:
        yield _lambda(stage, spec, "eventos-perdidos", "AsyncEventsDropped", "Lambda gave up calling it with an event")
    if spec.failures_queue is not None:
        yield _lambda(
            stage,
            spec,
            "fallidos-perdidos",
            "DestinationDeliveryFailures",
            "what failed could not be kept",
        )
    for alarm in spec.alarms:
        yield alarm.of(stage, spec.name)
    if spec.silence_alarm_minutes is not None:
        yield _silence(stage, spec.name, minutes=spec.silence_alarm_minutes)


def throttles_alarm() -> AlarmSpec:
    """The account runs as many calls as it may, all functions of the Region together, since they share the limit.

    A single function's throttles show where they hurt: in its API's errors, its queue's age, its dropped events.
    """
    return AlarmSpec(
        name="lambda-frenada",
        description="Lambda refuses calls: the account's limit of calls at a time is reached",
        namespace="AWS/Lambda",
        metric="Throttles",
        dimensions={},
    )


def api_alarms(api: Api, api_id: pulumi.Input[str], api_stage: str) -> Iterator[AlarmSpec]:
    """Errors that clients get and no function knows of, or that are a function's own fault."""
    dimensions = {"ApiId": api_id, "Stage": api_stage}

    def alarm(name: str, metric: str, description: str) -> AlarmSpec:
        return AlarmSpec(
            name=f"{api}-{name}",
            description=description,
            namespace="AWS/ApiGateway",
            metric=metric,
            dimensions=dimensions,
        )

    if api == "http":
        yield alarm("5xx", "5xx", "The HTTP API answered with an error of ours")
    else:
        yield alarm("ejecucion", "ExecutionError", "The WebSocket API could not run a route")
        yield alarm("integracion", "IntegrationError", "A route's function did not answer the WebSocket API")


def backlog_alarm(stage: str, queue: str, *, seconds: int) -> AlarmSpec:
    """Work has waited too long: its worker is throttled or too slow, or does not take from the queue."""
    return AlarmSpec(
        name=f"{queue}-atrasada",
        description=f"The oldest message of {queue_name(stage, queue)} has waited {seconds} s",
        namespace="AWS/SQS",
        metric="ApproximateAgeOfOldestMessage",
        dimensions={"QueueName": queue_name(stage, queue)},
        statistic="Maximum",
        threshold=seconds,
    )


def messages_alarm(stage: str, queue: str) -> AlarmSpec:
    """A message waits in a queue that should be empty. SQS tells a queue's length every minute."""
    return AlarmSpec(
        name=f"{queue}-mensajes",
        description=f"What failed for good waits in {queue_name(stage, queue)}",
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": queue_name(stage, queue)},
        statistic="Maximum",
    )


def _lambda(stage: str, spec: FunctionSpec, name: str, metric: str, description: str) -> AlarmSpec:
    return AlarmSpec(
        name=f"{spec.name}-{name}",
        description=f"{spec.name}: {description}",
        namespace="AWS/Lambda",
        metric=metric,
        dimensions={"FunctionName": function_name(stage, spec.name)},
    )


def _silence(stage: str, function: str, *, minutes: int) -> AlarmSpec:
    """A function that a clock calls was not called: its rule is off, or its calls are throttled."""
    return AlarmSpec(
        name=f"{function}-parado",
        description=f"{function} was not called for {minutes} minutes: is its rule on?",
        namespace="AWS/Lambda",
        metric="Invocations",
        dimensions={"FunctionName": function_name(stage, function)},
        silent_minutes=minutes,
    )
