"""A history in AWS in memory."""

import pytest
from saai_domain.testing.aws import InMemoryAws

from tests.saai_events.summaries.sales_history import SalesHistory


@pytest.fixture
def history(aws: InMemoryAws) -> SalesHistory:
    return SalesHistory(aws.client("dynamodb"))
