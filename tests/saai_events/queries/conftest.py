"""ConsultarTienda over moto's tables, called as API Gateway does."""

from collections.abc import Iterator

import pytest
from saai_support.aws_tables import dynamodb_with

from tests.saai_events.queries.tienda import TABLES, Tienda


@pytest.fixture
def tienda() -> Iterator[Tienda]:
    """The store T001, still empty."""
    with dynamodb_with(*TABLES) as client:
        yield Tienda.over(client)
