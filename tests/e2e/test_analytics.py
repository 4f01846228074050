"""The owner's dashboard follows the store's sales, and is calculated by the clock as well."""

from decimal import Decimal
from typing import Any

from local_aws.schedules import call_targets
from saai_domain.roles import Rol
from websockets.sync.client import ClientConnection

from tests.e2e.store import Store, eventually, frame, is_silent


def _until_analytics(screen: ClientConnection) -> Any:
    """Return the next frame that is not a sale's."""
    while (seen := frame(screen))["event_type"] == "venta_registrada":
        pass
    return seen


def _notifications(store: Store) -> list[str]:
    return sorted(row["data"]["tipo"] for row in store.rows("notificaciones"))


def test_a_burst_of_sales_refreshes_the_owners_dashboard_once(store: Store) -> None:
    """Seconds later the owner sees today's income; the cashier sees the sales only."""
    with store.screen() as cashier, store.screen(store.token(Rol.ADMIN)) as owner:
        for _ in range(3):
            assert store.sell({"P001": 2}).status_code == 201
        refreshed = _until_analytics(owner)
        assert [frame(cashier)["event_type"] for _ in range(3)] == ["venta_registrada"] * 3
        assert is_silent(owner)
        assert is_silent(cashier)
    assert (refreshed["event_type"], refreshed["canal"]) == ("analitica_actualizada", "administracion")
    # 21 soles are under 50, and that is the only alert.
    assert refreshed["data"]["resumen"] == {"ventas_hoy": 3, "ingresos_hoy": Decimal("21.00"), "alertas": 1}
    assert eventually(lambda: "gananciaDiaBaja" in _notifications(store))


def test_the_dashboard_reads_what_was_calculated(store: Store) -> None:
    """`GET /analitica` answers with the stored figures, to the owner only."""
    with store.screen(store.token(Rol.ADMIN)) as owner:
        assert store.sell({"P001": 1, "P002": 3}).status_code == 201
        _until_analytics(owner)
    answer = _analytics(store, Rol.ADMIN)
    assert answer.status_code == 200
    semana = answer.json()["data"]
    assert semana["ventas"] == {"total_ventas": 1, "total_ingresos": 39.5}
    assert semana["productos_top"][0]["nombre"] == "Arroz 5 kg"
    assert semana["ventas_por_trabajador"][0]["nombre"] == "Luz"
    assert semana["usuarios"] == {"administradores": 1, "trabajadores": 1}
    assert _analytics(store, Rol.TRABAJADOR).status_code == 403


def test_the_schedule_refreshes_every_active_store(store: Store, other_store: Store) -> None:
    """By the rule's own input, through the queue; a store without a sale in a week has its alert."""
    with store.screen(store.token(Rol.ADMIN)) as owner, other_store.screen(other_store.token(Rol.ADMIN)) as other:
        call_targets(store.running.stack.rules["refrescar-analitica"], clients=store.running.clients)
        assert frame(owner)["event_type"] == "analitica_actualizada"
        assert frame(other)["event_type"] == "analitica_actualizada"
    expected = ["gananciaDiaBaja", "totalventas_0"]
    assert eventually(lambda: _notifications(store) == expected)


def _analytics(store: Store, rol: Rol) -> Any:
    return store.http.get(
        f"{store.running.stack.api_url}/analitica",
        params={"periodo": "semana"},
        headers={"authorization": f"Bearer {store.token(rol)}"},
    )
