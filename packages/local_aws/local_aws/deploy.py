"""Runs the infrastructure program in this process and creates what it registers on the local AWS.

Pulumi's own `runtime.set_mocks` hands every resource registration to a function; here that function creates the
resource with boto3. So what runs locally is what the program says.
"""

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

import attrs
import pulumi
from botocore.exceptions import BotoCoreError, ClientError

from local_aws import provider_rules
from local_aws.errors import LocalAwsError
from local_aws.loops import isolated
from local_aws.resources import CALLS, CREATORS, Aws, Created, Request
from local_aws.values import null_paths, plain

if TYPE_CHECKING:
    from pulumi.runtime.stack import Stack

Program = Callable[[], object]

_PROVIDER = "pulumi:providers:"


@attrs.frozen(kw_only=True)
class Settings:
    """What the Pulumi CLI would tell the program: its project, stage and configuration."""

    project: str
    stage: str
    config: Mapping[str, str]
    """Full keys (`project:name`) to values; what isn't text is JSON."""
    secrets: frozenset[str] = frozenset()
    """The keys whose values are secret."""


@attrs.frozen(kw_only=True)
class Resource:
    """A resource that was created: its type token, logical name, physical id, properties and outputs."""

    type: str
    name: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Deployment:
    """What the program created and exported."""

    exports: Mapping[str, Any]
    resources: tuple[Resource, ...]

    def of_type(self, token: str) -> tuple[Resource, ...]:
        """The resources of a type, by its token."""
        return tuple(resource for resource in self.resources if resource.type == token)


def deploy(program: Program, *, aws: Aws, settings: Settings) -> Deployment:
    """Run the program and create its resources.

    Raises:
        LocalAwsError: the program uses something that has no counterpart here, the local AWS refused a resource or AWS
            would, what the program asks for is not there, or an output of the program is null.
    """
    creation = Creation(aws=aws)
    exports = isolated(lambda: _run(program, creation, settings))
    empty = tuple(null_paths(exports))
    if empty:
        raise LocalAwsError(f"the program exported nothing for {', '.join(empty)}: a creator leaves out an output")
    return Deployment(exports=exports, resources=tuple(creation.resources))


class Creation(pulumi.runtime.Mocks):
    """Creates each resource as it is registered. Registrations come from several threads."""

    def __init__(self, *, aws: Aws) -> None:
        self._aws = aws
        self._lock = threading.Lock()
        self.resources: list[Resource] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        inputs: dict[str, Any] = {key: plain(value) for key, value in args.inputs.items()}
        if not args.custom or args.typ.startswith(_PROVIDER):
            return args.name, inputs
        created = self._create(Request(type=args.typ, name=args.name, inputs=inputs))
        outputs = {**inputs, **created.outputs}
        with self._lock:
            self.resources.append(
                Resource(type=args.typ, name=args.name, id=created.id, inputs=inputs, outputs=outputs)
            )
        return created.id, outputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        answer = CALLS.get(args.token)
        if answer is None:
            raise LocalAwsError(f"no answer for the provider call {args.token}: add one to local_aws.resources.calls")
        arguments: dict[str, Any] = {key: plain(value) for key, value in args.args.items()}
        try:
            return dict(answer(self._aws, arguments)), []
        except (ClientError, BotoCoreError) as error:
            raise LocalAwsError(f"the provider call {args.token}: {error}") from error

    def _create(self, request: Request) -> Created:
        creator = CREATORS.get(request.type)
        if creator is None:
            raise LocalAwsError(
                f"{request.type} {request.name}: no creator for this type, add one to local_aws.resources"
            )
        problems = "; ".join(provider_rules.broken_by(request))
        if problems:
            raise LocalAwsError(f"{request.type} {request.name}: {problems}")
        try:
            return creator(self._aws, request)
        except (ClientError, BotoCoreError) as error:
            raise LocalAwsError(f"{request.type} {request.name}: {error}") from error


def _run(program: Program, creation: Creation, settings: Settings) -> Mapping[str, Any]:
    """Run the program, as Pulumi's language host does, and return its exports."""
    pulumi.runtime.reset_options(project=settings.project, stack=settings.stage)
    pulumi.runtime.set_all_config(dict(settings.config), list(settings.secrets))
    pulumi.runtime.set_mocks(creation, project=settings.project, stack=settings.stage, preview=False)
    exports: dict[str, Any] = {}

    # Despite its name, it is how the SDK runs a program in process until every registration is done.
    @pulumi.runtime.test
    def run() -> pulumi.Output[None]:
        program()
        stack = cast("Stack", pulumi.runtime.get_root_resource())
        return pulumi.Output.all(**stack.outputs).apply(exports.update)

    run()
    return {name: plain(value) for name, value in exports.items()}
