"""Lambda functions, layers, and what may invoke them."""

from pathlib import Path
from typing import Any

import pulumi

from local_aws.errors import ResourceFailed
from local_aws.resources.request import Aws, Created, Request


def create_layer_version(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "layerName": "LayerName",
            "description": "Description",
            "compatibleRuntimes": "CompatibleRuntimes",
            "compatibleArchitectures": "CompatibleArchitectures",
            "licenseInfo": "LicenseInfo",
        },
        by_hand=("code",),
        ignored=("sourceCodeHash",),
    )
    made = aws.clients.lambda_.publish_layer_version(
        **arguments, Content={"ZipFile": archive_path(request).read_bytes()}
    )
    arn = made["LayerVersionArn"]
    return Created(id=arn, outputs={"arn": arn, "layerArn": made["LayerArn"], "version": str(made["Version"])})


def create_function(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "role": "Role",
            "handler": "Handler",
            "runtime": "Runtime",
            "layers": "Layers",
            "memorySize": "MemorySize",
            "timeout": "Timeout",
            "architectures": "Architectures",
            "description": "Description",
            "publish": "Publish",
            "tags": "Tags",
        },
        by_hand=("name", "code", "loggingConfig", "environment"),
        ignored=("sourceCodeHash",),
    )
    name = request.physical_name()
    environment = request.inputs.get("environment") or {}
    arguments["Environment"] = {"Variables": environment.get("variables") or {}}
    if request.inputs.get("loggingConfig"):
        arguments["LoggingConfig"] = _logging(request.inputs["loggingConfig"])
    made = aws.clients.lambda_.create_function(
        FunctionName=name, **arguments, Code={"ZipFile": archive_path(request).read_bytes()}
    )
    arn = made["FunctionArn"]
    return Created(
        id=name,
        outputs={
            "name": name,
            "arn": arn,
            "version": made["Version"],
            "qualifiedArn": f"{arn}:{made['Version']}",
            "invokeArn": f"arn:aws:apigateway:{aws.region}:lambda:path/2015-03-31/functions/{arn}/invocations",
            "lastModified": made["LastModified"],
        },
    )


def create_permission(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "action": "Action",
            "function": "FunctionName",
            "principal": "Principal",
            "sourceArn": "SourceArn",
            "sourceAccount": "SourceAccount",
            "qualifier": "Qualifier",
        },
        by_hand=("statementId",),
    )
    statement = request.physical_name("statementId")
    aws.clients.lambda_.add_permission(StatementId=statement, **arguments)
    return Created(id=statement, outputs={"statementId": statement})


def create_invoke_config(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "functionName": "FunctionName",
            "qualifier": "Qualifier",
            "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds",
            "maximumRetryAttempts": "MaximumRetryAttempts",
        },
        by_hand=("destinationConfig",),
    )
    destinations = request.inputs.get("destinationConfig") or {}
    if destinations:
        arguments["DestinationConfig"] = {
            _pascal(when): {"Destination": where["destination"]} for when, where in destinations.items() if where
        }
    aws.clients.lambda_.put_function_event_invoke_config(**arguments)
    return Created(id=request.inputs["functionName"])


def create_event_source_mapping(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "eventSourceArn": "EventSourceArn",
            "functionName": "FunctionName",
            "batchSize": "BatchSize",
            "enabled": "Enabled",
            "maximumBatchingWindowInSeconds": "MaximumBatchingWindowInSeconds",
            "functionResponseTypes": "FunctionResponseTypes",
            "tags": "Tags",
        },
        by_hand=("scalingConfig",),
    )
    scaling = request.inputs.get("scalingConfig")
    if scaling:
        arguments["ScalingConfig"] = {"MaximumConcurrency": scaling["maximumConcurrency"]}
    made = aws.clients.lambda_.create_event_source_mapping(**arguments)
    return Created(id=made["UUID"], outputs={"uuid": made["UUID"], "functionArn": made["FunctionArn"]})


def archive_path(request: Request) -> Path:
    """The zip that a function or layer is made of.

    Raises:
        ResourceFailed: the code is not a zip file on this machine.
    """
    code: object = request.inputs.get("code")
    if not isinstance(code, pulumi.FileArchive) or not Path(code.path).is_file():
        raise ResourceFailed(type=request.type, name=request.name, reason="its code is not a zip file on this machine")
    return Path(code.path)


def _logging(config: dict[str, Any]) -> dict[str, Any]:
    return {_pascal(key): value for key, value in config.items()}


def _pascal(camel: str) -> str:
    return camel[0].upper() + camel[1:]
