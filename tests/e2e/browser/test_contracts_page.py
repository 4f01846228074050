"""The page of the HTTP API beside a local AWS: who reads it can try it, with a token that is there already."""

import json
from pathlib import Path

import pytest
from local_aws.console import CONTRACTS, FOLDERS, Site, running_console
from saai_contracts.published import PUBLISHED

from tests.e2e.browser.chromium import Browser, Window
from tests.e2e.store import Store
from tests.node import needs_tools, node, output_of

PACKAGE = PUBLISHED.parent
ROUTE = 'button.show-api-client-button[method="post"]'


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_a_route_is_tried_with_the_owners_token(
    chromium: Browser, store: Store, tmp_path: Path, width: int, height: int
) -> None:
    """On a desktop and on a phone: two presses on the first route, and the ticket is for this store."""
    needs_tools(PACKAGE)
    output_of([node(), "tools/build_pages.mjs", str(tmp_path)], package=PACKAGE)
    site = Site(stack=store.running.stack, tiendas=[store.tienda], folders={**FOLDERS, CONTRACTS: tmp_path})
    with running_console(site, port=0) as address:
        window = chromium.open(f"{address}{CONTRACTS.removeprefix('/')}", width=width, height=height)
        try:
            window.wait_for(f"document.querySelector({json.dumps(ROUTE)}) !== null")
            window.click(ROUTE)
            _press(window, "Send")
            window.wait_for(f"document.body.innerText.includes('{store.tenant_id}.')")
            assert window.complaints == []
        finally:
            window.close()


def _press(window: Window, text: str) -> None:
    """Press the first visible button that begins with a text."""
    shown = f"each.offsetParent && each.innerText.startsWith({json.dumps(text)})"
    button = f"[...document.querySelectorAll('button')].find((each) => {shown})"
    window.wait_for(f"{button} !== undefined")
    window.evaluate(f"{button}.id = 'pressed-by-test'")
    window.click("#pressed-by-test")
