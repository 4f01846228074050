"""EventBridge rules and their targets."""

from typing import Any

from local_aws.resources.request import Aws, Created, Request, tag_list


def create_rule(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "scheduleExpression": "ScheduleExpression",
            "eventPattern": "EventPattern",
            "description": "Description",
            "state": "State",
            "eventBusName": "EventBusName",
        },
        by_hand=("name", "tags"),
    )
    name = request.physical_name()
    arguments["Tags"] = tag_list(request.inputs.get("tags"))
    arn = aws.clients.events.put_rule(Name=name, **arguments)["RuleArn"]
    return Created(id=name, outputs={"name": name, "arn": arn})


def create_target(aws: Aws, request: Request) -> Created:
    target = request.arguments(
        {"arn": "Arn", "input": "Input", "inputPath": "InputPath"},
        by_hand=("rule", "targetId", "eventBusName", "retryPolicy", "deadLetterConfig"),
    )
    given = request.inputs
    target["Id"] = identity = request.physical_name("targetId")
    if given.get("retryPolicy"):
        policy = given["retryPolicy"]
        target["RetryPolicy"] = {
            "MaximumRetryAttempts": policy.get("maximumRetryAttempts", 185),
            "MaximumEventAgeInSeconds": policy.get("maximumEventAgeInSeconds", 86400),
        }
    if given.get("deadLetterConfig"):
        target["DeadLetterConfig"] = {"Arn": given["deadLetterConfig"]["arn"]}
    arguments: dict[str, Any] = {"Rule": given["rule"], "Targets": [target]}
    if given.get("eventBusName"):
        arguments["EventBusName"] = given["eventBusName"]
    aws.clients.events.put_targets(**arguments)
    return Created(id=f"{given['rule']}-{identity}", outputs={"targetId": identity})
