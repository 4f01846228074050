"""A whole stage on a local AWS, for as long as a block lasts."""

import contextlib
import os
import runpy
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

from local_aws.clients import Clients
from local_aws.deploy import Deployment, Settings, deploy
from local_aws.ministack import running_ministack
from local_aws.paths import INFRASTRUCTURE_PROGRAM
from local_aws.resources import Aws
from local_aws.stack import Stack

PROJECT = "saai"
STAGE = "local"
_JWT_SECRET = f"{PROJECT}:jwtSecret"

Progress = Callable[[str, float], None]
"""Told of each step that is done, and of the seconds it took."""


@attrs.frozen(kw_only=True)
class RunningStack:
    """A deployed stage: what tools need, what was deployed, and clients of the local root user."""

    stack: Stack
    deployment: Deployment
    clients: Clients


@contextlib.contextmanager
def running_stack(*, log: Path | None = None, progress: Progress | None = None) -> Iterator[RunningStack]:
    """Start MiniStack and deploy the infrastructure program to it; everything ends with the block.

    Raises:
        LocalAwsError: MiniStack doesn't start, or the program can't be deployed.
    """
    tell = progress or (lambda _text, _seconds: None)
    began = time.monotonic()
    with running_ministack(log=log) as ministack:
        tell(f"MiniStack listens on {ministack.endpoint_url}", time.monotonic() - began)
        began = time.monotonic()
        aws = Aws.at(ministack.endpoint_url)
        settings = _settings(aws, jwt_secret=secrets.token_urlsafe(48))
        deployment = _deploy_program(INFRASTRUCTURE_PROGRAM, aws, settings)
        stack = _stack_of(deployment, aws, settings)
        counts = f"{len(stack.functions)} functions, {len(stack.tables)} tables"
        tell(f"{len(deployment.resources)} resources deployed from infra/: {counts}", time.monotonic() - began)
        yield RunningStack(stack=stack, deployment=deployment, clients=aws.clients)


def deploy_beside(running: RunningStack, program: Path, *, project: str) -> Deployment:
    """Deploy the Pulumi program of another repository to the local AWS, as a stack of the running stage's name.

    Args:
        running: The stage that it takes what it needs from.
        program: Its `__main__.py`.
        project: Its name in `Pulumi.yaml`.

    Raises:
        LocalAwsError: It can't be deployed.
    """
    aws = Aws(clients=running.clients, endpoint_url=running.stack.endpoint_url)
    return _deploy_program(program, aws, Settings(project=project, stage=running.stack.stage, config={}))


def _deploy_program(program: Path, aws: Aws, settings: Settings) -> Deployment:
    """Run a `__main__.py` as the Pulumi CLI does."""
    return deploy(lambda: runpy.run_path(str(program), run_name="__main__"), aws=aws, settings=settings)


def _settings(aws: Aws, *, jwt_secret: str) -> Settings:
    """What `pulumi config` would hold for the stage. SAAI_AWS_CLIENT=boto3 tries the other client for AWS."""
    config = {
        f"{PROJECT}:region": aws.region,
        f"{PROJECT}:endpointUrl": aws.endpoint_url,
        f"{PROJECT}:awsClient": os.environ.get("SAAI_AWS_CLIENT", "lite"),
        _JWT_SECRET: jwt_secret,
    }
    return Settings(project=PROJECT, stage=STAGE, config=config, secrets=frozenset({_JWT_SECRET}))


def _stack_of(deployment: Deployment, aws: Aws, settings: Settings) -> Stack:
    """What tools need to know about a deployment of the stage."""
    exports = deployment.exports
    return Stack(
        ws_url=exports["websocket_url"],
        api_url=exports["api_url"],
        endpoint_url=aws.endpoint_url,
        region=aws.region,
        stage=settings.stage,
        jwt_secret=settings.config[_JWT_SECRET],
        tables=exports["tables"],
        functions=exports["functions"],
        queues=exports["queues"],
        rules=exports["rules"],
        outputs=exports,
    )
