"""A screen loads a snapshot, then follows the events after its cursor without a gap."""

import json
import threading
from decimal import Decimal
from typing import Any

import pytest
from saai_domain.roles import Rol
from websockets.sync.client import ClientConnection

from tests.e2e.store import Store, frame


def _events_after(screen: ClientConnection, cursor: dict[str, int]) -> list[Any]:
    """Return what a screen is sent that resumes from a cursor."""
    events: list[Any] = []
    more = True
    while more:
        screen.send(json.dumps({"action": "resume", "cursor": cursor}))
        while (reply := frame(screen)).get("action") != "resumed":
            # Live frames, which have no action, are in the log as well.
            events += reply.get("events", [])
        cursor, more = reply["cursor"], reply["more"]
    return events


def test_the_newest_sales_are_listed_with_their_cursor(store: Store, other_store: Store) -> None:
    """Page by page, to everyone of the store and nobody else; amounts keep their céntimos."""
    for units in (1, 2, 3):
        assert store.sell({"P001": units}).status_code == 201
    assert other_store.sell({"P002": 1}).status_code == 201
    status, envelope = store.get("/ventas", limite="2")
    assert status == 200
    page = envelope["data"]
    assert [(item["codigo_venta"], str(item["total"])) for item in page["items"]] == [
        (f"{store.tenant_id}V003", "10.50"),
        (f"{store.tenant_id}V002", "7.00"),
    ]
    assert page["cursor"] == {"tienda": 3}
    rest = store.get("/ventas", limite="2", siguiente=page["siguiente"])[1]["data"]
    assert ([item["codigo_venta"] for item in rest["items"]], rest["siguiente"]) == ([f"{store.tenant_id}V001"], None)


def test_the_owners_cursor_names_the_owners_channel_too(store: Store) -> None:
    """Also before anything happened in it."""
    assert store.get("/productos", rol=Rol.ADMIN)[1]["data"]["cursor"] == {"tienda": 0, "administracion": 0}


def test_products_show_what_the_sales_before_the_cursor_left(store: Store) -> None:
    """Stock and cursor agree."""
    assert store.sell({"P001": 4, "P002": 1}).status_code == 201
    data = store.get("/productos")[1]["data"]
    assert [(item["nombre"], item["stock"], str(item["precio"])) for item in data["items"]] == [
        ("Inca Kola 500 ml", 36, "3.50"),
        ("Arroz 5 kg", 4, "12.00"),
    ]
    assert data["cursor"] == {"tienda": 1}


@pytest.mark.parametrize("path", ["/ventas", "/productos", "/notificaciones", "/analitica"])
def test_who_shows_no_token_is_told_so_in_the_envelope(store: Store, path: str) -> None:
    """401 from the function itself."""
    response = store.http.get(f"{store.running.stack.api_url}{path}")
    assert (response.status_code, response.json()["success"]) == (401, False)


def test_analytics_are_the_owners_and_may_not_be_there_yet(store: Store) -> None:
    """403 to the cashier; 404 to the owner of a store without any; 400 for no such period."""
    assert store.get("/analitica", periodo="dia")[0] == 403
    assert store.get("/analitica", rol=Rol.ADMIN, periodo="dia")[0] == 404
    assert store.get("/analitica", rol=Rol.ADMIN, periodo="siglo")[0] == 400


def test_a_screen_that_loads_while_the_store_sells_misses_nothing(store: Store) -> None:
    """Whatever moment the snapshot was taken at: with the events after its cursor it becomes what is stored."""
    snapshots: list[Any] = []
    selling = threading.Event()

    def look() -> None:
        while not selling.is_set():
            snapshots.append((store.get("/productos")[1]["data"], store.get("/ventas", limite="200")[1]["data"]))

    looking = threading.Thread(target=look)
    looking.start()
    for _ in range(15):
        assert store.sell({"P001": 1}).status_code == 201
    selling.set()
    looking.join()
    with store.screen() as screen:
        for products, sales in snapshots:
            assert _applied(products, _events_after(screen, products["cursor"])) == {"P001": 25, "P002": 5}
            known = {item["codigo_venta"] for item in sales["items"]}
            later = {event["data"]["codigo_venta"] for event in _events_after(screen, sales["cursor"])}
            assert known | later == {f"{store.tenant_id}V{number:03d}" for number in range(1, 16)}
    assert len({json.dumps(products["cursor"]) for products, _ in snapshots}) > 1


def _applied(products: Any, events: list[Any]) -> dict[str, Decimal]:
    """Return each product's stock as a screen shows it that applies events to a snapshot."""
    stock = {item["codigo_producto"][-4:]: item["stock"] for item in products["items"]}
    for event in events:
        stock |= {sold["codigo"][-4:]: sold["stock"] for sold in event["data"]["productos_vendidos"]}
    return stock
