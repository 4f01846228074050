"""A store in AWS in memory."""

import pytest
from saai_domain.testing.aws import InMemoryAws

from tests.saai_events.analytics.analysed_store import AnalysedStore


@pytest.fixture
def store(aws: InMemoryAws) -> AnalysedStore:
    return AnalysedStore(aws.client("dynamodb"))
