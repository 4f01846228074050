"""AWS in memory, with the functions and a store over it. No test here opens a socket."""

from typing import Any

import pytest
from saai_domain.testing.aws import InMemoryAws
from saai_support.functions import Functions

from tests.saai_events.selling_store import SellingStore


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Everything is in the process."""


@pytest.fixture
def aws() -> InMemoryAws:
    return InMemoryAws()


@pytest.fixture
def functions(aws: InMemoryAws) -> Functions:
    return Functions(aws)


@pytest.fixture
def dynamodb(aws: InMemoryAws) -> Any:
    """The client that functions get."""
    return aws.client("dynamodb")


@pytest.fixture
def store(dynamodb: Any) -> SellingStore:
    return SellingStore(dynamodb)
