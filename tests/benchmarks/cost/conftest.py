"""A small store whose paths are counted once. No test here opens a socket."""

import pytest

from benchmarks.cost.paths import Paths, count
from benchmarks.cost.prices import Assumptions

SCREENS = 4


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Everything is in memory."""


@pytest.fixture(scope="session")
def assumed() -> Assumptions:
    return Assumptions(products=12, days_of_history=9)


@pytest.fixture(scope="session")
def paths(assumed: Assumptions) -> Paths:
    """Four screens, of which one is the owner's, and ten sales a day of two lines."""
    return count(assumed, screens=SCREENS, sales=10)
