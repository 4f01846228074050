"""``python -m benchmarks.analytics.lag``: how far the owner's dashboard is behind the sales, on the local AWS.

A cashier sells at a steady pace while the owner's screen listens. A sale is on the dashboard with the first
``analitica_actualizada`` that counts it; its lag is from the moment the cashier has the answer to that frame.
"""

import argparse
import statistics
import threading
import time
from collections.abc import Sequence
from typing import Any

import attrs
import httpx
from aws_lite.wire import decode_json_with_decimals
from local_aws.catalogue import Store, catalogue, load_catalogue
from local_aws.running import RunningStack, running_stack
from local_aws.tokens import issue
from saai_domain.roles import Rol
from websockets.sync.client import ClientConnection, connect

LAST_FRAME_SECONDS = 20.0
"""How long to wait for the refresh that counts the last sale."""


@attrs.define
class Dashboard:
    """What the owner's screen was told: the moments, and how many of today's sales were counted at each."""

    refreshes: list[tuple[float, int]] = attrs.field(factory=list)

    def listen(self, screen: ClientConnection, until_sales: int) -> None:
        """Listen until a refresh counts so many sales."""
        while not self.refreshes or self.refreshes[-1][1] < until_sales:
            frame: Any = decode_json_with_decimals(screen.recv(timeout=LAST_FRAME_SECONDS + 60))
            if frame.get("event_type") == "analitica_actualizada":
                self.refreshes.append((time.monotonic(), frame["data"]["resumen"]["ventas_hoy"]))


def lags(sold_at: Sequence[float], refreshes: Sequence[tuple[float, int]]) -> list[float]:
    """Return the seconds from each sale to the first refresh that counts it."""
    return [
        next(moment for moment, counted in refreshes if counted > place) - sold for place, sold in enumerate(sold_at)
    ]


def measure(running: RunningStack, *, sales: int, pause: float) -> None:
    """Sell, listen, and print the lags."""
    tienda = catalogue()[0]
    load_catalogue(running.stack, dynamodb=running.clients.dynamodb, tiendas=[tienda])
    dashboard = Dashboard()
    owner = _token(running, tienda, Rol.ADMIN)
    with connect(f"{running.stack.ws_url}?token={owner}", proxy=None, open_timeout=60) as screen:
        warm = 1
        listener = threading.Thread(target=dashboard.listen, args=(screen, sales + warm))
        listener.start()
        with httpx.Client(timeout=60, trust_env=False) as http:
            # The first calls start every function; they count for nothing.
            _sell(running, http, tienda)
            time.sleep(LAST_FRAME_SECONDS)
            sold_at = [_sell(running, http, tienda, pause=pause) for _ in range(sales)]
        listener.join()
    measured = sorted(lags(sold_at, [(moment, counted - warm) for moment, counted in dashboard.refreshes]))
    print(f"{sales} sales, one every {pause} s; {len(dashboard.refreshes) - warm} refreshes")
    print(f"seconds behind: median {statistics.median(measured):.1f}, longest {measured[-1]:.1f}")


def _sell(running: RunningStack, http: httpx.Client, tienda: Store, *, pause: float = 0.0) -> float:
    """Sell one unit and return the moment of the answer."""
    time.sleep(pause)
    answer = http.post(
        f"{running.stack.api_url}/ventas",
        json={
            "productos": [{"codigo_producto": tienda.productos[0].codigo_producto, "cantidad": 1}],
            "metodo_pago": "YAPE",
        },
        headers={"authorization": f"Bearer {_token(running, tienda, Rol.TRABAJADOR)}"},
    )
    answer.raise_for_status()
    return time.monotonic()


def _token(running: RunningStack, tienda: Store, rol: Rol) -> str:
    user = tienda.with_role(rol)[0]
    return issue(
        secret=running.stack.jwt_secret,
        tenant_id=tienda.codigo_tienda,
        codigo_usuario=user.codigo_usuario,
        rol=rol,
    )


def main() -> None:
    """Start the local AWS and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.analytics.lag", description=__doc__)
    parser.add_argument("--sales", type=int, default=40, help="at most the stock of the catalogue's first product")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two sales")
    chosen = parser.parse_args()
    with running_stack() as running:
        measure(running, sales=chosen.sales, pause=chosen.pause)


if __name__ == "__main__":
    main()
