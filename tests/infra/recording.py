"""Run the program on mocks that record every registration, and ask typed questions about them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pulumi
from local_aws.loops import isolated
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor

ACCOUNT = "123456789012"
REGION = "us-east-1"
SECRET_TEXT = "un secreto de prueba bastante largo"

Program = Callable[[], Mapping[str, pulumi.Input[object]]]


@attrs.frozen(kw_only=True)
class Resource:
    """One registration, as the engine would see it."""

    urn: str
    type: str
    name: str
    custom: bool
    parent: str
    inputs: Mapping[str, Any]
    dependencies: frozenset[str]
    """URNs of what must exist before."""
    protect: bool
    retain_on_delete: bool
    delete_before_replace: bool
    provider: str
    former_names: tuple[tuple[str, str], ...] = ()
    """Of the resource's own aliases: name and type."""

    @property
    def physical_name(self) -> str:
        """The name on AWS."""
        return str(self.inputs["name"])


@attrs.frozen(kw_only=True)
class Graph:
    """What a run of the program registered and returned."""

    resources: tuple[Resource, ...]
    outputs: Mapping[str, Any]

    def of_type(self, type_: str) -> tuple[Resource, ...]:
        """Resources by the end of their type: `lambda/function:Function`."""
        return tuple(resource for resource in self.resources if resource.type == f"aws:{type_}")

    def one(self, type_: str, name: str) -> Resource:
        """The only resource of that type with that physical name."""
        (found,) = (resource for resource in self.of_type(type_) if resource.physical_name == name)
        return found

    def custom(self) -> tuple[Resource, ...]:
        """What exists on AWS: neither components nor providers."""
        return tuple(resource for resource in self.resources if resource.type.startswith("aws:"))

    def function(self, name: str) -> Resource:
        """A function by the name docs/domain.md gives it."""
        (found,) = (function for function in self.functions if function.name == name)
        return found

    @property
    def functions(self) -> tuple[Resource, ...]:
        return self.of_type("lambda/function:Function")

    @property
    def permissions(self) -> tuple[Resource, ...]:
        return self.of_type("lambda/permission:Permission")

    def policy(self, function: str) -> tuple[Mapping[str, Any], ...]:
        """The statements that the function's role allows."""
        role = self.function(function).physical_name
        (policy,) = (found for found in self.of_type("iam/rolePolicy:RolePolicy") if found.inputs["role"] == role)
        return tuple(json.loads(policy.inputs["policy"])["Statement"])

    def one_stage(self) -> str:
        """The name of the stage that was run."""
        (stage,) = (resource for resource in self.resources if resource.type == "saai:infra:Stage")
        return stage.name.removeprefix("saai-")


def function_arn(name: object) -> str:
    """A function's ARN."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def aws_outputs(type_: str, name: str, inputs: Mapping[str, Any]) -> dict[str, str]:
    """What AWS computes for a resource, in AWS's own forms: only what the program may use."""
    physical = inputs.get("name", name)
    invoke = "2015-03-31/functions"
    function = function_arn(physical)
    scheme = "wss" if inputs.get("protocolType") == "WEBSOCKET" else "https"
    computed = {
        "aws:apigatewayv2/api:Api": {
            "apiEndpoint": f"{scheme}://{name}.execute-api.{REGION}.amazonaws.com",
            "executionArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{name}",
        },
        "aws:apigatewayv2/stage:Stage": {"invokeUrl": f"https://{name}.execute-api.{REGION}.amazonaws.com/"},
        "aws:lambda/function:Function": {
            "arn": function,
            "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:path/{invoke}/{function}/invocations",
            "version": "7",
        },
        "aws:lambda/alias:Alias": {
            "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:path/{invoke}/"
            f"{function_arn(inputs.get('functionName'))}:{physical}/invocations",
        },
        "aws:lambda/layerVersion:LayerVersion": {
            "arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:{inputs.get('layerName')}:7"
        },
        "aws:dynamodb/table:Table": {"arn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{physical}"},
        "aws:cloudwatch/logGroup:LogGroup": {"arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{physical}"},
        "aws:iam/role:Role": {"arn": f"arn:aws:iam::{ACCOUNT}:role/{physical}"},
        "aws:sqs/queue:Queue": {
            "arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{physical}",
            "url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{physical}",
        },
        "aws:cloudwatch/eventRule:EventRule": {"arn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{physical}"},
        "aws:sns/topic:Topic": {"arn": f"arn:aws:sns:{REGION}:{ACCOUNT}:{physical}"},
        "aws:ssm/parameter:Parameter": {"arn": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{physical}"},
    }
    return computed.get(type_, {})


class Aws(pulumi.runtime.Mocks):
    """An AWS where everything can be made. Under preview its outputs are unknown, as the engine leaves them."""

    def __init__(self, *, preview: bool, tables: Mapping[str, tuple[str, str]]) -> None:
        self._preview = preview
        self._tables = tables

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        computed = aws_outputs(args.typ, args.name, args.inputs)
        if self._preview:
            computed = dict.fromkeys(computed, rpc.UNKNOWN)
        return (None if self._preview else f"{args.name}-id"), {**args.inputs, **computed}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        if args.token != "aws:dynamodb/getTable:getTable":
            raise AssertionError(f"the program calls {args.token}")
        name = args.args["name"]
        hash_key, range_key = self._tables[name]
        arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
        return {"name": name, "arn": arn, "id": name, "hashKey": hash_key, "rangeKey": range_key}, []


class RecordingMonitor(MockMonitor):
    """Keeps of each registration also what mocks are not told: parents, dependencies, protection."""

    def __init__(self, mocks: pulumi.runtime.Mocks) -> None:
        super().__init__(mocks)
        self.recorded: list[Resource] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the engine's name
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self.recorded.append(
                Resource(
                    urn=response.urn,
                    type=request.type,
                    name=request.name,
                    custom=request.custom,
                    parent=request.parent,
                    inputs=rpc.deserialize_properties(request.object, keep_unknowns=True),
                    dependencies=frozenset(request.dependencies),
                    protect=request.protect,
                    retain_on_delete=request.retainOnDelete,
                    delete_before_replace=request.deleteBeforeReplace,
                    provider=request.provider,
                    former_names=tuple(
                        (alias.spec.name or request.name, alias.spec.type or request.type) for alias in request.aliases
                    ),
                )
            )
        return response


def record(
    program: Program,
    *,
    stage: str,
    preview: bool = False,
    tables: Mapping[str, tuple[str, str]] | None = None,
) -> Graph:
    """Run the program for a stage, recorded and not deployed.

    Args:
        program: what `infra/__main__.py` does; it returns the outputs.
        stage: Pulumi's stack.
        preview: whether computed outputs are unknown.
        tables: existing tables, by physical name: their two keys.
    """
    return isolated(lambda: _run(program, stage, preview=preview, tables=tables or {}))


def _run(program: Program, stage: str, *, preview: bool, tables: Mapping[str, tuple[str, str]]) -> Graph:
    monitor = RecordingMonitor(Aws(preview=preview, tables=tables))
    outputs: dict[str, Any] = {}

    async def outputs_of_program() -> None:
        outputs.update(await pulumi.Output.all(**program()).future(with_unknowns=True) or {})

    pulumi.runtime.reset_options(project="saai", stack=stage)
    pulumi.runtime.set_mocks(monitor.mocks, project="saai", stack=stage, preview=preview, monitor=monitor)
    # Despite its name, it is how the SDK runs a program in process until every registration is done.
    pulumi.runtime.test(outputs_of_program)()
    return Graph(resources=tuple(monitor.recorded), outputs=outputs)
