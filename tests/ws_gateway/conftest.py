"""What every test of the gateway may count on: no socket, and moto's tables."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.aws_tables import dynamodb_with


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Moto answers below the socket."""


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    tables = ("ws-connections", "tiendas", "usuarios", "counters", "eventos", "idempotencia")
    with dynamodb_with(*tables) as client:
        yield client
