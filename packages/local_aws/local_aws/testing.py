"""Fixtures for tests against a whole stage; a conftest imports the ones it uses."""

import warnings
from collections.abc import Iterator

import pulumi_aws
import pytest

from local_aws.running import RunningStack, running_stack
from local_aws.stack import Stack

__all__ = ["local_stack", "running_local_stack"]

with warnings.catch_warnings():
    # The provider's Lambda module warns of names of its own while it is imported, which happens at this first use.
    warnings.simplefilter("ignore", DeprecationWarning)
    _ = pulumi_aws.lambda_.Function


@pytest.fixture(scope="session")
def running_local_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The whole infrastructure program, deployed once for this process's tests.

    Each test keeps to tenants of its own: the tables are everybody's.
    """
    with running_stack(log=tmp_path_factory.mktemp("local-aws") / "ministack.log") as running:
        yield running


@pytest.fixture(scope="session")
def local_stack(running_local_stack: RunningStack) -> Stack:
    """Addresses, names and the token secret of the deployed stage."""
    return running_local_stack.stack
