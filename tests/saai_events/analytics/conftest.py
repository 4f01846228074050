"""A store in AWS in memory."""

import pytest
from saai_domain.testing.aws import InMemoryAws

from tests.saai_events.analytics.tienda import Tienda


@pytest.fixture
def tienda(aws: InMemoryAws) -> Tienda:
    return Tienda(aws.client("dynamodb"))
