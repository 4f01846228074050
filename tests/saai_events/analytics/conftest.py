"""A store in moto's DynamoDB."""

from collections.abc import Iterator

import pytest
from saai_support.aws_tables import dynamodb_with

from tests.saai_events.analytics.tienda import TABLES, Tienda


@pytest.fixture
def tienda() -> Iterator[Tienda]:
    with dynamodb_with(*TABLES) as client:
        yield Tienda(client)
