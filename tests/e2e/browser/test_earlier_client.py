"""The client of version 1.0.0, which pages keep for as long as they like, against today's stage."""

from pathlib import Path

from local_aws.console import FOLDERS, Site, running_console

from tests.e2e.browser.chromium import Browser
from tests.e2e.store import Store
from tests.node import REPOSITORY

EARLIER = REPOSITORY / "tests" / "ws_client" / "ws-client-1.0.0" / "src"
ROTATE_AFTER = 1_500
"""Milliseconds: often enough that several rotations fall into the test."""

_FOLLOW = """
(async () => {
  const { connect } = await import("/earlier/index.js");
  const { ws_url, api_url, tiendas } = await (await fetch("/config.json")).json();
  const headers = { authorization: `Bearer ${tiendas[0].usuarios[0].token}` };
  const ask = async (path, method = "GET") => (await (await fetch(api_url + path, { method, headers })).json()).data;
  window.earlier = { seqs: [], states: [], errors: [] };
  window.client = connect({
    url: ws_url,
    cursor: (await ask("/ventas")).cursor,
    getTicket: async () => (await ask("/ws-ticket", "POST")).ticket,
    onEvent: ({ seq }) => earlier.seqs.push(seq),
    onReload: async () => (await ask("/ventas")).cursor,
    onState: ({ estado }) => earlier.states.push(estado),
    onError: (error) => earlier.errors.push(String(error)),
    pingEvery: 500,
    rotateAfter: ROTATE_AFTER,
    rotateJitter: 0,
  });
})()
""".replace("ROTATE_AFTER", str(ROTATE_AFTER))


def test_it_gets_everything_once_through_rotations_and_pings(chromium: Browser, store: Store, tmp_path: Path) -> None:
    """Keys that it doesn't know are no trouble to it."""
    folders = {**FOLDERS, "/earlier/": EARLIER, "/empty/": tmp_path}
    (tmp_path / "index.html").write_text("<!doctype html><title>1.0.0</title>", encoding="utf-8")
    site = Site(stack=store.running.stack, tiendas=[store.tienda], folders=folders)
    with running_console(site, port=0) as address:
        window = chromium.open(f"{address}empty/")
        window.wait_for("document.title === '1.0.0'")
        window.evaluate(_FOLLOW)
        window.wait_for("client.state.estado === 'al_dia'")
        for count in range(1, 6):
            store.sell({"P001": 1})
            window.wait_for(f"earlier.seqs.length >= {count}")
            window.evaluate(f"new Promise((resolve) => setTimeout(resolve, {ROTATE_AFTER // 2}))")
        assert window.evaluate("earlier.seqs") == [1, 2, 3, 4, 5]
        assert window.evaluate("earlier.errors") == []
        assert set(window.evaluate("earlier.states")) <= {"recuperando", "al_dia"}
        window.evaluate("client.close()")
        window.close()
