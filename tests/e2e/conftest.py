"""A whole stage on the local AWS, with the built layer and zips and IAM enforced; one store per test."""

import itertools
from collections.abc import Iterator

import httpx
import pytest
from local_aws.running import RunningStack
from local_aws.testing import local_stack, running_local_stack

from tests.e2e.checked import hooks
from tests.e2e.store import Store

__all__ = ["local_stack", "running_local_stack"]

_numbers = itertools.count(101)


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    # The first call of each function starts it.
    with httpx.Client(
        timeout=100, trust_env=False, limits=httpx.Limits(max_connections=64), event_hooks=hooks()
    ) as client:
        yield client


@pytest.fixture
def store(running_local_stack: RunningStack, http: httpx.Client) -> Store:
    """A store of the test's own, with two products: P001 at 3.50 with 40 units, P002 at 12.00 with 5."""
    return Store.opened(running_local_stack, http, next(_numbers))


@pytest.fixture
def other_store(running_local_stack: RunningStack, http: httpx.Client) -> Store:
    """A second store beside it."""
    return Store.opened(running_local_stack, http, next(_numbers))
