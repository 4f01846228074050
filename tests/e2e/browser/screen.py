"""A console page in a window, in the words of its user."""

import json
from collections.abc import Sequence

import attrs

from tests.e2e.browser.chromium import Browser, Window
from tests.e2e.store import Store

_RECORDER = """
window.recibidos = [];
document.addEventListener("saai:evento", ({ detail: { event, recuperado } }) => {
  window.recibidos.push({ id: event.event_id, canal: event.canal, seq: event.seq, recuperado });
});
"""
"""Keeps every event that the application was given: the page shows the newest only."""


@attrs.frozen(kw_only=True)
class Received:
    """An event as the application got it."""

    event_id: str
    canal: str
    seq: int
    recovered: bool


@attrs.frozen(kw_only=True)
class Screen:
    """The console of one person of a store."""

    window: Window
    store: Store

    @classmethod
    def opened(cls, browser: Browser, address: str, store: Store, *, owner: bool = False) -> "Screen":
        """Open the page and wait until it follows its store."""
        user = f"{store.tenant_id}U00{2 if owner else 1}"
        window = browser.open(f"{address}console/#tienda={store.tenant_id}&usuario={user}", script=_RECORDER)
        screen = cls(window=window, store=store)
        screen.wait_until("al_dia")
        return screen

    def wait_until(self, estado: str) -> None:
        """Wait until the page claims a state of freshness."""
        self.window.wait_for(f"document.querySelector('#frescura')?.dataset.estado === {json.dumps(estado)}")

    def wait_for_events(self, count: int) -> None:
        """Wait until the application was given so many events."""
        self.window.wait_for(f"window.recibidos.length >= {count}")

    def wait_for_sale(self, codigo: str) -> None:
        """Wait until a sale is in the list."""
        self.window.wait_for(f"document.querySelector('#ventas-lista [data-codigo={json.dumps(codigo)}]') !== null")

    @property
    def received(self) -> Sequence[Received]:
        """The events that the application was given, in order."""
        events = self.window.evaluate("window.recibidos")
        return [
            Received(event_id=event["id"], canal=event["canal"], seq=event["seq"], recovered=event["recuperado"])
            for event in events
        ]

    @property
    def sales(self) -> Sequence[str]:
        """The codes of the sales in the list, as it shows them."""
        codes: list[str] = self.window.evaluate(
            "[...document.querySelectorAll('#ventas-lista > li')].map((row) => row.dataset.codigo)"
        )
        return codes

    def stock(self, code: str) -> str:
        """Return the stock that the list shows of a product, ``P001``."""
        return self.window.text(f"#productos-lista [data-codigo='{self.store.tenant_id}{code}'] .stock b")

    def put(self, code: str) -> None:
        """Add one of a product to the sale, at its button in the list."""
        self.window.click(f"#productos-lista [data-codigo='{self.store.tenant_id}{code}'] .mas")

    def quantity(self, code: str, value: str) -> None:
        """Write a quantity into a line of the sale."""
        self.window.fill(f"#venta-lineas [data-codigo='{self.store.tenant_id}{code}'] .cantidad", value)

    def register(self, *, outcome: str) -> str:
        """Press the button, and return what the page answers; ``outcome`` is ``bien`` or ``mal``."""
        self.window.click("#venta-registrar")
        self.window.wait_for(f"document.querySelector('#venta-resultado').classList.contains({json.dumps(outcome)})")
        return self.window.text("#venta-resultado")

    def pull_the_cable(self) -> None:
        """Press the button that cuts the connection."""
        self.window.click("#cortar")
        self.wait_until("sin_conexion")

    def plug_it_in(self) -> None:
        """Press it again."""
        self.window.click("#cortar")
        self.wait_until("al_dia")
