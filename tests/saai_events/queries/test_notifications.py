"""``GET /notificaciones``: newest first, and to cashiers no alert."""

import pytest

from tests.saai_events.queries.tienda import Tienda, codes


def notified(tienda: Tienda, minute: int, tipo: str = "ventaRegistrada", estado: str = "ACTIVO") -> str:
    """Write a notification; return its id."""
    notification = f"2025-12-31T15:{minute:02d}:00-05:00#tienda#{minute:012d}#0"
    tienda.has("notificaciones", notification, tipo=tipo, estado=estado)
    return notification


def test_the_newest_comes_first_with_its_id(tienda: Tienda) -> None:
    """The id is the row's key, which begins with the time."""
    earlier, later = notified(tienda, 1), notified(tienda, 2, "stockBajoManana")
    status, envelope = tienda.get("/notificaciones")
    assert status == 200
    assert envelope["data"]["items"] == [
        {"id": later, "tipo": "stockBajoManana", "estado": "ACTIVO"},
        {"id": earlier, "tipo": "ventaRegistrada", "estado": "ACTIVO"},
    ]


@pytest.mark.parametrize("tipo", ["stockBajoManana", "totalventas_0", "algoDeOtroServicio"])
def test_a_cashier_sees_the_sales_only(tienda: Tienda, tipo: str) -> None:
    """Alerts, and what isn't known here, are the owner's."""
    sale, alert = notified(tienda, 1), notified(tienda, 2, tipo)
    assert codes(tienda.get("/notificaciones", rol="worker")[1], "id") == [sale]
    assert codes(tienda.get("/notificaciones", rol="saai")[1], "id") == [alert, sale]


def test_a_deleted_notification_is_not_shown(tienda: Tienda) -> None:
    """Other services set INACTIVO."""
    notified(tienda, 1, estado="INACTIVO")
    assert tienda.get("/notificaciones")[1]["data"]["items"] == []


def test_a_row_without_data_is_not_shown(tienda: Tienda) -> None:
    """It is no notification."""
    tienda.client.put_item(TableName="notificaciones", Item={"tenant_id": {"S": "T001"}, "entity_id": {"S": "x"}})
    assert tienda.get("/notificaciones")[1]["data"]["items"] == []


def test_pages_show_every_notification_once(tienda: Tienda) -> None:
    """To a cashier too, between whose sales alerts lie."""
    ids = [notified(tienda, minute, "ventaRegistrada" if minute % 2 else "gananciaDiaBaja") for minute in range(9)]
    pages = tienda.pages("/notificaciones", "id", limite="2")
    assert ([one for page in pages for one in page], len(pages)) == (ids[::-1], 5)
    sales = tienda.pages("/notificaciones", "id", rol="worker", limite="3")
    assert [one for page in sales for one in page] == ids[::-1][1::2]


def test_notifications_are_read_consistently(tienda: Tienda) -> None:
    """As every snapshot's data."""
    with tienda.reads() as reads:
        tienda.get("/notificaciones")
    assert [read.params["ConsistentRead"] for read in reads if read.operation == "query"] == [True]
