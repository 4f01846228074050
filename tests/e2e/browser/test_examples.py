"""What stands in `examples/`, as a new frontend's developer would run it, against the whole stage."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_aws.console import FOLDERS, Site, running_console

from tests.e2e.browser.chromium import Browser, Window
from tests.e2e.browser.examples import REACT, built_react
from tests.e2e.store import Store
from tests.node import CLIENT, needs_tools

MOST_LINES = 40
"""Of one's own, the test included: what a page of sales, stock and connection may cost."""


@pytest.fixture(scope="module", params=["react", "vanilla"])
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The path under which an example is served, and its folder."""
    if request.param == "vanilla":
        return "/vanilla/", FOLDERS["/vanilla/"]
    return "/react/", built_react(tmp_path_factory.mktemp("react"))


@pytest.fixture
def window(example: tuple[str, Path], chromium: Browser, store: Store) -> Iterator[Window]:
    """The example's page, on a store."""
    path, folder = example
    site = Site(stack=store.running.stack, tiendas=[store.tienda], folders={**FOLDERS, path: folder})
    with running_console(site, port=0) as address:
        window = chromium.open(address.rstrip("/") + path)
        yield window
        window.close()


def test_a_sale_and_what_is_left_are_on_the_page_at_once(window: Window, store: Store) -> None:
    """Without a reload."""
    window.wait_for("document.querySelector('[role=status]')?.textContent === 'Al día'")
    assert store.sell({"P001": 3}).status_code == 201
    window.wait_for(f"document.querySelector('ol')?.textContent.includes('{store.tenant_id}V001: S/ 10.50')")
    window.wait_for("document.querySelector('ul').textContent.includes('Inca Kola 500 ml: 37')")
    assert [each for each in window.complaints if "favicon" not in each] == []


def test_axe_finds_nothing_to_complain_about(window: Window, store: Store) -> None:
    """Of what WCAG 2.2 asks for on levels A and AA, with sales on the page."""
    needs_tools()
    store.sell({"P001": 1})
    window.wait_for("document.querySelector('ol')?.children.length === 1")
    window.evaluate((CLIENT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8") + "; undefined")
    found = window.evaluate("axe.run().then(({ violations }) => violations.map(({ id, help }) => `${id}: ${help}`))")
    assert found == [], json.dumps(found)


def test_the_react_page_and_its_test_are_forty_lines_of_ones_own() -> None:
    """Three components, StrictMode and a test."""
    sources = sorted((REACT / "src").glob("*.tsx"))
    lines = [line for source in sources for line in source.read_text("utf-8").splitlines() if line.strip()]
    assert [source.name for source in sources] == ["App.test.tsx", "App.tsx", "main.tsx"]
    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= 120
