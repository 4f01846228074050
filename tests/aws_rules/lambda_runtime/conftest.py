"""Every function of the deployed stage, started as Lambda starts it, over the local AWS with its own rights."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import pytest
from local_aws.clients import session
from local_aws.running import RunningStack
from local_aws.stack import Stack
from local_aws.testing import running_local_stack
from saai_support.lambda_runtime.environment import installed, runs_here
from saai_support.lambda_runtime.process import Configuration, Place, RunningFunction

__all__ = ["running_local_stack"]


@attrs.frozen
class Functions:
    """The functions by the name that docs/domain.md gives them, and what they are unpacked from."""

    running: Mapping[str, RunningFunction]
    place: Place
    stack: RunningStack


@pytest.fixture(scope="module")
def functions(running_local_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Functions]:
    """All of them, running."""
    if not runs_here():
        pytest.skip("Lambda's runtime client runs on Linux with glibc")
    if not installed():
        pytest.skip("Lambda's runtime client is not installed: `make test` does it")
    folder = tmp_path_factory.mktemp("lambda")
    place = Place.unpacked(folder)
    stack = running_local_stack.stack
    sts = session(stack.region).client("sts", endpoint_url=stack.endpoint_url)
    running: dict[str, RunningFunction] = {}
    try:
        for resource in running_local_stack.deployment.of_type("aws:lambda/function:Function"):
            configuration = _configuration(resource.inputs, str(resource.outputs["arn"]))
            credentials = _credentials(sts, stack, role_arn=str(resource.inputs["role"]))
            log = folder / f"{resource.name}.log"
            running[resource.name] = RunningFunction(configuration, place, credentials=credentials, log=log)
        yield Functions(running, place, running_local_stack)
    finally:
        for function in running.values():
            function.stop()


def _configuration(inputs: Mapping[str, object], arn: str) -> Configuration:
    environment = inputs["environment"]
    assert isinstance(environment, Mapping)
    return Configuration(
        name=str(inputs["name"]),
        arn=arn,
        handler=str(inputs["handler"]),
        timeout_seconds=int(str(inputs["timeout"])),
        memory_mb=int(str(inputs["memorySize"])),
        variables=environment["variables"],
    )


def _credentials(sts: Any, stack: Stack, *, role_arn: str) -> Mapping[str, str]:
    """Lend a role's credentials, as Lambda does; the local AWS asks for each right."""
    lent = sts.assume_role(RoleArn=role_arn, RoleSessionName="lambda")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": lent["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": lent["SecretAccessKey"],
        "AWS_SESSION_TOKEN": lent["SessionToken"],
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        "AWS_ENDPOINT_URL": stack.endpoint_url,
    }
