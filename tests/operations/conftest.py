"""A store in AWS in memory. No test here opens a socket."""

from typing import Any

import pytest
from saai_domain.testing.aws import InMemoryAws

from tests.saai_events.selling_store import SellingStore


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Everything is in the process."""


@pytest.fixture
def dynamodb() -> Any:
    return InMemoryAws().client("dynamodb")


@pytest.fixture
def store(dynamodb: Any) -> SellingStore:
    return SellingStore(dynamodb)
