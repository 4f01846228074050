"""What every test of the domain may count on: no socket."""

import pytest


@pytest.fixture(autouse=True)
def no_sockets(socket_disabled: None) -> None:
    """The domain's tests reach no network; moto answers below the socket."""
