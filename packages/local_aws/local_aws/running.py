"""A whole stage on a local AWS, for as long as a block lasts."""

import contextlib
import runpy
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

from local_aws.clients import Clients, connect
from local_aws.deploy import Deployment, Settings, deploy
from local_aws.ministack import ACCOUNT, REGION, running_ministack
from local_aws.resources import Aws
from local_aws.stack import Stack
from local_aws.stage import describe, infrastructure, settings

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
        clients = connect(endpoint_url=ministack.endpoint_url, region=REGION)
        aws = Aws(clients=clients, endpoint_url=ministack.endpoint_url, region=REGION, account=ACCOUNT)
        jwt_secret = secrets.token_urlsafe(48)
        deployment = deploy(
            infrastructure, aws=aws, settings=settings(endpoint_url=ministack.endpoint_url, jwt_secret=jwt_secret)
        )
        stack = describe(deployment, endpoint_url=ministack.endpoint_url, jwt_secret=jwt_secret)
        tell(_what(deployment, stack), time.monotonic() - began)
        yield RunningStack(stack=stack, deployment=deployment, clients=clients)


def deploy_beside(running: RunningStack, program: Path, *, project: str) -> Deployment:
    """Deploy the Pulumi program of another repository to the local AWS, as a stack of the running stage's name.

    Args:
        running: The stage that it takes what it needs from.
        program: Its `__main__.py`.
        project: Its name in `Pulumi.yaml`.

    Raises:
        LocalAwsError: It can't be deployed.
    """
    stack = running.stack
    aws = Aws(clients=running.clients, endpoint_url=stack.endpoint_url, region=stack.region, account=ACCOUNT)
    return deploy(
        lambda: runpy.run_path(str(program), run_name="__main__"),
        aws=aws,
        settings=Settings(project=project, stage=stack.stage, config={}),
    )


def _what(deployment: Deployment, stack: Stack) -> str:
    total = len(deployment.resources)
    return f"{total} resources deployed from infra/: {len(stack.functions)} functions, {len(stack.tables)} tables"
