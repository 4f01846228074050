"""ConsultarTienda over AWS in memory, called as API Gateway does."""

import pytest
from saai_support.functions import Functions

from tests.saai_events.queries.queried_store import QueriedStore


@pytest.fixture
def store(functions: Functions) -> QueriedStore:
    """The store T001, still empty."""
    return QueriedStore(functions=functions)
