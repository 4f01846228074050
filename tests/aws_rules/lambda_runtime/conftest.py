"""Every function of the deployed stage, started as Lambda starts it, over the local AWS with its own rights."""

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from local_aws.clients import session
from local_aws.running import RunningStack
from local_aws.stack import Stack
from local_aws.testing import running_local_stack
from saai_infra.build import build_all
from saai_infra.catalog import PACKAGES

from tests.aws_rules.lambda_runtime.environment import FOLDER, PYTHON, host_target, runs_here
from tests.aws_rules.lambda_runtime.runtime_api import Configuration, Place, RunningFunction

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
    if not (FOLDER / ".installed").exists():
        pytest.skip("Lambda's runtime client is not installed: `make test` does it")
    folder = tmp_path_factory.mktemp("lambda")
    place = _unpacked(folder)
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


def _unpacked(folder: Path) -> Place:
    """Build the zips as for a stage, and unpack them as Lambda does: the code together, the layer apart."""
    target = host_target()
    artifacts = build_all(target, packages=PACKAGES)
    place = Place(python=PYTHON, python_version=target.python_version, task=folder / "task", opt=folder / "opt")
    for archive, into in ((artifacts.layer, place.opt), *((code, place.task) for code in artifacts.code.values())):
        with zipfile.ZipFile(archive.path) as file:
            file.extractall(into)
    return place


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
