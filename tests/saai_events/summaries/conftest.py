"""A history in moto's DynamoDB."""

from collections.abc import Iterator

import pytest
from saai_support.aws_tables import dynamodb_with

from tests.saai_events.summaries.historia import TABLES, Historia


@pytest.fixture
def historia() -> Iterator[Historia]:
    with dynamodb_with(*TABLES) as client:
        yield Historia(client)
