"""What holds for every test."""

import pytest
from hypothesis import settings
from pytest_socket import enable_socket

# A test's time says something about the machine only.
settings.register_profile("saai", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=2_000)
settings.load_profile("saai")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin with sockets: who replaces a guarded function of `socket` puts the guard back after it was taken away."""
    enable_socket()
