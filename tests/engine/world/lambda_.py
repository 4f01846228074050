"""Lambda: functions with their versions and aliases, layers, and what may invoke them or takes from queues for them.

Sources: the Lambda API reference (CreateFunction, PublishVersion, CreateAlias, PutProvisionedConcurrencyConfig,
AddPermission, CreateEventSourceMapping, PutFunctionEventInvokeConfig), the developer guide's "Creating and configuring
an Amazon SQS event source mapping" and "Using Lambda aliases in event sources and permissions policies", and what the
Terraform provider makes of `publish` (resourceFunctionUpdate, resourceFunctionRead).
"""

import fnmatch
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.engine.world.resources import REGION, Inputs, Kind, Refused, Resource, arn

if TYPE_CHECKING:
    from tests.engine.world.world import World

ALIAS = "aws:lambda/alias:Alias"
EVENT_SOURCE_MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
FUNCTION = "aws:lambda/function:Function"
INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
LAYER_VERSION = "aws:lambda/layerVersion:LayerVersion"
PERMISSION = "aws:lambda/permission:Permission"
PROVISIONED = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"

_UNPUBLISHED = "$LATEST"

_ENVIRONMENT_BYTES = 4096
"""Developer guide, "Lambda quotas": all variables of a function together."""


def may_invoke(world: "World", invoke_arn: str, source: str) -> bool:
    """Whether Lambda lets API Gateway call what an integration or an authorizer names, on behalf of a source's ARN.

    A policy is the function's, or one version's or alias's: what may call the one may not call the other.
    """
    _, _, called = invoke_arn.removesuffix("/invocations").partition(":function:")
    name, _, qualifier = called.partition(":")
    if world.find(ALIAS, f"{name}/{qualifier}") is None if qualifier else world.find(FUNCTION, name) is None:
        return False
    return any(
        _permitted(statement) == (name, qualifier)
        and statement.inputs["principal"] == "apigateway.amazonaws.com"
        and fnmatch.fnmatchcase(source, statement.inputs["sourceArn"])
        for statement in world.all(PERMISSION)
    )


def _permitted(statement: Resource) -> tuple[str, str]:
    """The function that a statement lets be called, and the qualifier that it is called by, empty without one."""
    return statement.inputs["function"], statement.inputs.get("qualifier", "")


def _function_arn(name: str) -> str:
    return arn("lambda", f"function:{name}")


def _invoke_arn(called: str) -> str:
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{called}/invocations"


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


def _function_outputs(_world: "World", identity: str, inputs: Inputs) -> Mapping[str, Any]:
    return _with_versions(identity, [_snapshot(inputs)] if inputs.get("publish") else [])


def _publish(_world: "World", function: Resource, inputs: Inputs) -> None:
    """Publish what has changed since the last version; that one stays, though no state knows it."""
    versions: Sequence[str] = function.outputs["versions"]
    snapshot = _snapshot(inputs)
    if inputs.get("publish") and versions[-1:] != [snapshot]:
        versions = [*versions, snapshot]
    function.outputs = _with_versions(function.id, versions)


def _with_versions(name: str, versions: Sequence[str]) -> Mapping[str, Any]:
    """The provider names the newest version there is, whether or not the last change published it."""
    own = _function_arn(name)
    newest = str(len(versions)) if versions else _UNPUBLISHED
    return {
        "arn": own,
        "invokeArn": _invoke_arn(own),
        "version": newest,
        "qualifiedArn": f"{own}:{newest}",
        "versions": versions,
    }


def _snapshot(inputs: Inputs) -> str:
    """Code and configuration, which a version holds; tags are the function's."""
    held = {name: value for name, value in inputs.items() if name not in {"publish", "tags"}}
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def _check_version(world: "World", function: str, version: str) -> None:
    published: Sequence[str] = _named(world, function).outputs["versions"]
    if version not in map(str, range(1, len(published) + 1)):
        raise Refused("ResourceNotFoundException", f"Function not found: {_function_arn(function)}:{version}")


def _check_alias(world: "World", inputs: Inputs) -> None:
    if inputs["functionVersion"] != _UNPUBLISHED:
        _check_version(world, inputs["functionName"], inputs["functionVersion"])


def _alias_outputs(_world: "World", identity: str, _inputs: Inputs) -> Mapping[str, str]:
    return {"arn": identity, "invokeArn": _invoke_arn(identity)}


def _check_provisioned(world: "World", inputs: Inputs) -> None:
    """Of a version, or of an alias's; an alias that leads to the newest code has none."""
    function, qualifier = inputs["functionName"], inputs["qualifier"]
    alias = world.find(ALIAS, f"{function}/{qualifier}")
    version = qualifier if alias is None else alias.inputs["functionVersion"]
    if version == _UNPUBLISHED:
        raise Refused(
            "InvalidParameterValueException",
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
        )
    _check_version(world, function, version)


def _take_along(world: "World", function: Resource) -> None:
    """A deleted function's policies go with it, and so do its aliases, processes, and how failed calls are kept."""
    for type_ in (ALIAS, PERMISSION, PROVISIONED, INVOKE_CONFIG):
        for part in world.all(type_):
            if function.key in {part.inputs.get("function"), part.inputs.get("functionName")}:
                world.remove(part)


def _take_policy_along(world: "World", alias: Resource) -> None:
    """An alias's policy is its own."""
    for statement in world.all(PERMISSION):
        if _permitted(statement) == (alias.inputs["functionName"], alias.inputs["name"]):
            world.remove(statement)


def _layer_outputs(world: "World", _identity: str, inputs: Inputs) -> Mapping[str, Any]:
    """Versions count up, and no number comes twice."""
    name = inputs["layerName"]
    version = 1 + sum(1 for layer in world.all(LAYER_VERSION) if layer.inputs["layerName"] == name)
    return {"arn": arn("lambda", f"layer:{name}:{version}"), "version": str(version)}


def _check_permission(world: "World", inputs: Inputs) -> None:
    _named(world, inputs["function"])
    alias = inputs.get("qualifier")
    if alias is not None and world.find(ALIAS, f"{inputs['function']}/{alias}") is None:
        raise Refused(
            "ResourceNotFoundException", f"Cannot find alias arn: {_function_arn(inputs['function'])}:{alias}"
        )


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
        update=_publish,
        deleted=_take_along,
    ),
    ALIAS: Kind(
        key=lambda inputs: f"{inputs['functionName']}/{inputs['name']}",
        id=lambda key: _function_arn(key.replace("/", ":")),
        taken="ResourceConflictException",
        check=_check_alias,
        outputs=_alias_outputs,
        replace_on=frozenset({"functionName", "name"}),
        deleted=_take_policy_along,
    ),
    # A put: setting the number replaces what was there. The provider waits until the processes are started.
    PROVISIONED: Kind(
        key=lambda inputs: f"{inputs['functionName']},{inputs['qualifier']}",
        check=_check_provisioned,
        replace_on=frozenset({"functionName", "qualifier"}),
    ),
    LAYER_VERSION: Kind(
        outputs=_layer_outputs,
        # Nothing of a version can be changed.
        replace_on=frozenset(
            {"layerName", "code", "sourceCodeHash", "description", "compatibleRuntimes", "compatibleArchitectures"}
        ),
    ),
    PERMISSION: Kind(
        key=lambda inputs: f"{inputs['function']}:{inputs.get('qualifier', '')}/{inputs['statementId']}",
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
