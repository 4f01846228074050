"""A headless Chromium for this process's tests, and the console page of the stores under test."""

import contextlib
from collections.abc import Iterator
from typing import Protocol

import attrs
import pytest
from local_aws.console import Site, running_console

from tests.e2e.browser.chromium import Browser, find, running_chromium
from tests.e2e.browser.screen import Screen
from tests.e2e.browser.wire import Wire, running_wire
from tests.e2e.store import Store


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.skip("Chromium is not installed: the console page was not tested in a browser")
    with running_chromium(path) as browser:
        yield browser


class Opener(Protocol):
    """Opens the console of a store's cashier or owner in a window of its own."""

    def __call__(self, store: Store, *, owner: bool = False, wire: Wire | None = None, **client: float) -> Screen: ...


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    """The way from the browser to the local AWS, to be interrupted by the test."""
    with running_wire(store.running.stack.endpoint_url) as made:
        yield made


@pytest.fixture
def open_screen(chromium: Browser) -> Iterator[Opener]:
    """Every window that a test opens is closed after it, and every console server stopped."""
    with contextlib.ExitStack() as stack:

        def open_one(store: Store, *, owner: bool = False, wire: Wire | None = None, **client: float) -> Screen:
            description = store.running.stack
            if wire is not None:
                description = attrs.evolve(
                    description, ws_url=wire.through(description.ws_url), api_url=wire.through(description.api_url)
                )
            site = Site(stack=description, tiendas=[store.tienda], client=client)
            address = stack.enter_context(running_console(site, port=0))
            screen = Screen.opened(chromium, address, store, owner=owner)
            stack.callback(screen.window.close)
            return screen

        yield open_one
