"""A MiniStack for this process, and a way to run a small Pulumi program on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from local_aws.clients import Clients
from local_aws.ministack import Ministack, running_ministack
from local_aws.resources import Aws
from local_aws.testing import local_stack, running_local_stack

from tests.local_aws.support import Deployer, make_zip

__all__ = ["local_stack", "running_local_stack"]


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    """A MiniStack that the tests of this process share; each test uses names of its own."""
    with running_ministack(log=tmp_path_factory.mktemp("ministack") / "ministack.log") as running:
        yield running


@pytest.fixture(scope="session")
def aws(ministack: Ministack) -> Aws:
    return Aws.at(ministack.endpoint_url)


@pytest.fixture(scope="session")
def clients(aws: Aws) -> Clients:
    return aws.clients


@pytest.fixture(scope="session")
def deployer(aws: Aws) -> Deployer:
    return Deployer(aws)


@pytest.fixture
def code_zip(tmp_path: Path) -> Path:
    """A function's code: it answers with what it was called with, and with its environment."""
    source = """
import os

def lambda_handler(event, context):
    print("called")
    return {"event": event, "environment": dict(os.environ)}
"""
    return make_zip(tmp_path / "code.zip", {"echo.py": source})
