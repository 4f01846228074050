"""What every test of the domain may count on: no socket, no hurry."""

import pytest
from hypothesis import settings

settings.register_profile("domain", deadline=None)
settings.load_profile("domain")


@pytest.fixture(autouse=True)
def no_sockets(socket_disabled: None) -> None:
    """The domain's tests reach no network; moto answers below the socket."""
