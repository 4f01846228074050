"""A history in AWS in memory."""

import pytest
from saai_domain.testing.aws import InMemoryAws

from tests.saai_events.summaries.historia import Historia


@pytest.fixture
def historia(aws: InMemoryAws) -> Historia:
    return Historia(aws.client("dynamodb"))
