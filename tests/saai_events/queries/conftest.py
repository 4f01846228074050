"""ConsultarTienda over AWS in memory, called as API Gateway does."""

import pytest
from saai_support.functions import Functions

from tests.saai_events.queries.tienda import Tienda


@pytest.fixture
def tienda(functions: Functions) -> Tienda:
    """The store T001, still empty."""
    return Tienda(functions=functions)
