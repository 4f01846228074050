"""``GET /notificaciones``: newest first, and to cashiers no alert."""

import pytest

from tests.saai_events.queries.queried_store import QueriedStore, codes


def notified(store: QueriedStore, minute: int, tipo: str = "ventaRegistrada", estado: str = "ACTIVO") -> str:
    """Write a notification; return its id."""
    notification = f"2025-12-31T15:{minute:02d}:00-05:00#tienda#{minute:012d}#0"
    store.has("notificaciones", notification, tipo=tipo, estado=estado)
    return notification


def test_the_newest_comes_first_with_its_id(store: QueriedStore) -> None:
    """The id is the row's key, which begins with the time."""
    earlier, later = notified(store, 1), notified(store, 2, "stockBajoManana")
    status, envelope = store.get("/notificaciones")
    assert status == 200
    assert envelope["data"]["items"] == [
        {"id": later, "tipo": "stockBajoManana", "estado": "ACTIVO"},
        {"id": earlier, "tipo": "ventaRegistrada", "estado": "ACTIVO"},
    ]


@pytest.mark.parametrize("tipo", ["stockBajoManana", "totalventas_0", "algoDeOtroServicio"])
def test_a_cashier_sees_the_sales_only(store: QueriedStore, tipo: str) -> None:
    """Alerts, and what isn't known here, are the owner's."""
    sale, alert = notified(store, 1), notified(store, 2, tipo)
    assert codes(store.get("/notificaciones", rol="worker")[1], "id") == [sale]
    assert codes(store.get("/notificaciones", rol="saai")[1], "id") == [alert, sale]


def test_a_deleted_notification_is_not_shown(store: QueriedStore) -> None:
    """Other services set INACTIVO."""
    notified(store, 1, estado="INACTIVO")
    assert store.get("/notificaciones")[1]["data"]["items"] == []


def test_a_row_without_data_is_not_shown(store: QueriedStore) -> None:
    """It is no notification."""
    store.client.put_item(TableName="notificaciones", Item={"tenant_id": {"S": "T001"}, "entity_id": {"S": "x"}})
    assert store.get("/notificaciones")[1]["data"]["items"] == []


def test_pages_show_every_notification_once(store: QueriedStore) -> None:
    """To a cashier too, between whose sales alerts lie."""
    ids = [notified(store, minute, "ventaRegistrada" if minute % 2 else "gananciaDiaBaja") for minute in range(9)]
    pages = store.pages("/notificaciones", "id", limite="2")
    assert ([one for page in pages for one in page], len(pages)) == (ids[::-1], 5)
    sales = store.pages("/notificaciones", "id", rol="worker", limite="3")
    assert [one for page in sales for one in page] == ids[::-1][1::2]


def test_notifications_are_read_consistently(store: QueriedStore) -> None:
    """As every snapshot's data."""
    with store.reads() as reads:
        store.get("/notificaciones")
    assert [read.params["ConsistentRead"] for read in reads if read.operation == "query"] == [True]
