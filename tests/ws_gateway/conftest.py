"""What every test of the gateway may count on: AWS in memory, and no socket."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.lambda_context import Invocation
from saai_support.functions import Functions


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Everything is in the process."""


@pytest.fixture
def aws() -> InMemoryAws:
    return InMemoryAws()


@pytest.fixture
def dynamodb(aws: InMemoryAws) -> Any:
    """The client that functions get."""
    return aws.client("dynamodb")


@pytest.fixture
def call(aws: InMemoryAws) -> Callable[..., Any]:
    """Build a function, with some of its environment changed, and call it."""
    functions = Functions(aws)

    def build_and_call(
        name: str, event: Mapping[str, Any], context: Invocation | None = None, **environment: str
    ) -> Any:
        return functions.build(name, **environment)(event, context or Invocation())

    return build_and_call
