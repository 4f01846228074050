"""A store in moto's DynamoDB and its ledger; and the functions over AWS in memory. No test here opens a socket."""

from collections.abc import Iterator
from typing import Any

import pytest
from saai_domain.testing.aws import InMemoryAws
from saai_support.aws_tables import dynamodb_with
from saai_support.functions import Functions

from tests.saai_events.bodega import TABLES, Bodega


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Moto answers in the process."""


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with dynamodb_with(*TABLES) as client:
        yield client


@pytest.fixture
def aws() -> InMemoryAws:
    return InMemoryAws()


@pytest.fixture
def functions(aws: InMemoryAws) -> Functions:
    return Functions(aws)


@pytest.fixture
def bodega(dynamodb: Any) -> Bodega:
    return Bodega(dynamodb)
