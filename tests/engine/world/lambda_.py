"""Lambda: functions, layers, and what may invoke them or takes from queues for them.

Sources: the Lambda API reference (CreateFunction, AddPermission, CreateEventSourceMapping,
PutFunctionEventInvokeConfig) and the developer guide's "Creating and configuring an Amazon SQS event source mapping".
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.engine.world.resources import REGION, Inputs, Kind, Refused, Resource, arn

if TYPE_CHECKING:
    from tests.engine.world.world import World

EVENT_SOURCE_MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
FUNCTION = "aws:lambda/function:Function"
INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
LAYER_VERSION = "aws:lambda/layerVersion:LayerVersion"
PERMISSION = "aws:lambda/permission:Permission"

_ENVIRONMENT_BYTES = 4096
"""Developer guide, "Lambda quotas": all variables of a function together."""


def _function_arn(name: str) -> str:
    return arn("lambda", f"function:{name}")


def _named(world: "World", function: str) -> Resource:
    found = world.find(FUNCTION, function.rsplit(":", 1)[-1])
    if found is None:
        raise Refused("ResourceNotFoundException", f"Function not found: {function}")
    return found


def _check_function(world: "World", inputs: Inputs) -> None:
    roles = {role.outputs["arn"] for role in world.all("aws:iam/role:Role")}
    role: str = inputs["role"]
    if role not in roles and not role.endswith(":role/LabRole"):
        raise Refused(
            "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."
        )
    layers = {layer.outputs["arn"] for layer in world.all(LAYER_VERSION)}
    for layer in inputs["layers"]:
        if layer not in layers:
            raise Refused("InvalidParameterValueException", f"Layer version {layer} does not exist.")
    variables: Mapping[str, str] = inputs["environment"]["variables"]
    if len(json.dumps(variables)) > _ENVIRONMENT_BYTES:
        raise Refused("InvalidParameterValueException", "Environment variables exceed 4 KB")


def _function_outputs(_world: "World", identity: str, _inputs: Inputs) -> Mapping[str, str]:
    own = _function_arn(identity)
    return {
        "arn": own,
        "version": "$LATEST",
        "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{own}/invocations",
    }


def _take_along(world: "World", function: Resource) -> None:
    """A deleted function's policy goes with it, and so does how its failed calls are kept."""
    for part in (*world.all(PERMISSION), *world.all(INVOKE_CONFIG)):
        if function.key in {part.inputs.get("function"), part.inputs.get("functionName")}:
            world.remove(part)


def _layer_outputs(world: "World", _identity: str, inputs: Inputs) -> Mapping[str, Any]:
    """Versions count up, and no number comes twice."""
    name = inputs["layerName"]
    version = 1 + sum(1 for layer in world.all(LAYER_VERSION) if layer.inputs["layerName"] == name)
    return {"arn": arn("lambda", f"layer:{name}:{version}"), "version": str(version)}


def _check_permission(world: "World", inputs: Inputs) -> None:
    _named(world, inputs["function"])


def _check_mapping(world: "World", inputs: Inputs) -> None:
    """Lambda looks at the function's rights and at the queue's times when it makes a mapping."""
    function = _named(world, inputs["functionName"])
    queue = next(
        (found for found in world.all("aws:sqs/queue:Queue") if found.outputs["arn"] == inputs["eventSourceArn"]), None
    )
    if queue is None:
        raise Refused("InvalidParameterValueException", f"there is no queue {inputs['eventSourceArn']}")
    _require(world, function, "sqs:ReceiveMessage", inputs["eventSourceArn"])
    if queue.inputs.get("visibilityTimeoutSeconds", 30) < function.inputs["timeout"]:
        raise Refused("InvalidParameterValueException", "Queue visibility timeout is less than Function timeout")


def _check_invoke_config(world: "World", inputs: Inputs) -> None:
    """Lambda sends with the function's role, and looks at its rights when the destination is set."""
    function = _named(world, inputs["functionName"])
    _require(world, function, "sqs:SendMessage", inputs["destinationConfig"]["onFailure"]["destination"])


def _require(world: "World", function: Resource, action: str, resource: str) -> None:
    role: str = function.inputs["role"].rsplit("/", 1)[1]
    if role == "LabRole":
        return
    for policy in world.all("aws:iam/rolePolicy:RolePolicy"):
        if policy.inputs["role"] == role:
            for statement in json.loads(policy.inputs["policy"])["Statement"]:
                if action in statement["Action"] and statement["Resource"] == resource:
                    return
    raise Refused(
        "InvalidParameterValueException",
        f"The provided execution role does not have permissions to call {action} on {resource}",
    )


KINDS: Mapping[str, Kind] = {
    FUNCTION: Kind(
        key=lambda inputs: inputs["name"],
        taken="ResourceConflictException",
        check=_check_function,
        outputs=_function_outputs,
        replace_on=frozenset({"name", "packageType"}),
        deleted=_take_along,
    ),
    LAYER_VERSION: Kind(
        outputs=_layer_outputs,
        # Nothing of a version can be changed.
        replace_on=frozenset(
            {"layerName", "code", "sourceCodeHash", "description", "compatibleRuntimes", "compatibleArchitectures"}
        ),
    ),
    PERMISSION: Kind(
        key=lambda inputs: f"{inputs['function']}/{inputs['statementId']}",
        id=lambda key: key.split("/", 1)[1],
        taken="ResourceConflictException",
        check=_check_permission,
        replace_on=frozenset({"action", "function", "principal", "sourceArn", "statementId", "qualifier"}),
    ),
    EVENT_SOURCE_MAPPING: Kind(
        key=lambda inputs: f"{inputs['eventSourceArn']}/{inputs['functionName']}",
        taken="ResourceConflictException",
        check=_check_mapping,
        replace_on=frozenset({"eventSourceArn"}),
    ),
    INVOKE_CONFIG: Kind(
        key=lambda inputs: inputs["functionName"],
        check=_check_invoke_config,
        replace_on=frozenset({"functionName", "qualifier"}),
    ),
}
