"""Lambda functions, layers, and what may invoke them."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi

from local_aws.errors import LocalAwsError
from local_aws.resources.request import Aws, Created, Request


def create_layer_version(aws: Aws, request: Request) -> Created:
    made = request.call(
        aws.clients.lambda_,
        "publish_layer_version",
        {"code": "Content"},
        code={"zipFile": archive(request)},
        without=("sourceCodeHash",),
    )
    arn = made["LayerVersionArn"]
    return Created(id=arn, outputs={"arn": arn, "layerArn": made["LayerArn"], "version": str(made["Version"])})


def create_function(aws: Aws, request: Request) -> Created:
    name = request.physical_name()
    made = request.call(
        aws.clients.lambda_,
        "create_function",
        {"name": "FunctionName"},
        name=name,
        code={"zipFile": archive(request)},
        without=("sourceCodeHash",),
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
    statement = request.physical_name("statementId")
    request.call(aws.clients.lambda_, "add_permission", {"function": "FunctionName"}, statementId=statement)
    return Created(id=statement, outputs={"statementId": statement})


def create_invoke_config(aws: Aws, request: Request) -> Created:
    request.call(aws.clients.lambda_, "put_function_event_invoke_config")
    return Created(id=request.inputs["functionName"])


def create_event_source_mapping(aws: Aws, request: Request) -> Created:
    made = request.call(aws.clients.lambda_, "create_event_source_mapping")
    return Created(id=made["UUID"], outputs={"uuid": made["UUID"], "functionArn": made["FunctionArn"]})


def archive(request: Request) -> bytes:
    """The zip that a function or layer is made of: one on this machine, or made of files here as Pulumi makes it.

    Raises:
        LocalAwsError: the code is neither.
    """
    code: object = request.inputs.get("code")
    match code:
        case pulumi.FileArchive() if Path(code.path).is_file():
            return Path(code.path).read_bytes()
        case pulumi.AssetArchive():
            return _zipped(request, code.assets)
        case _:
            raise LocalAwsError(f"{request.type} {request.name}: its code is neither a zip nor files on this machine")


def _zipped(request: Request, assets: Mapping[str, Any]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        for path, asset in sorted(assets.items()):
            if not isinstance(asset, pulumi.FileAsset):
                raise LocalAwsError(f"{request.type} {request.name}: {path} is no file on this machine")
            zipped.writestr(path, Path(asset.path).read_bytes())
    return content.getvalue()
