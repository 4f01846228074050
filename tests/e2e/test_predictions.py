"""Forecasts: on the owner's request, and every night for the whole store."""

from typing import Any

from local_aws.schedules import call_targets
from saai_domain.roles import Rol
from saai_domain.time import lima_date, lima_now

from tests.e2e.store import Store, eventually, frame, is_silent


def _notified(store: Store) -> list[Any]:
    return store.get("/notificaciones", rol=Rol.ADMIN)[1]["data"]["items"]


def _night(store: Store) -> None:
    """Let the nightly schedule's message for a store come."""
    store.running.clients.sqs.send_message(
        QueueUrl=store.running.stack.queues["predicciones"], MessageBody=f'{{"tenant_id":"{store.tenant_id}"}}'
    )


def test_a_forecast_is_answered_and_told_to_the_owner_only(store: Store) -> None:
    """9 a day, 5 in stock: not enough for tomorrow, and the owner is notified."""
    store.sold_daily("P002", 9, days=30)
    with store.screen() as cashier, store.screen(store.token(Rol.ADMIN)) as owner:
        status, envelope = store.predict("P002")
        seen = frame(owner)
        assert is_silent(cashier)
    answer = {"codigo_producto": f"{store.tenant_id}P002", "demanda_manana": 9, "demanda_proxima_semana": 63}
    assert (status, envelope["data"]) == (200, answer)
    assert (seen["event_type"], seen["canal"]) == ("prediccion_generada", "administracion")
    assert seen["data"] == {**answer, "stock_actual": 5, "alerta": "stockBajoManana"}
    assert eventually(lambda: [item["tipo"] for item in _notified(store)] == ["stockBajoManana"])
    assert _notified(store)[0]["severidad"] == "CRITICAL"
    row = store.row("predicciones", f"{store.tenant_id}P002#{lima_date(lima_now())}")
    assert row is not None
    assert (row["data"]["metodo"], len(row["data"]["forecast_7_dias"])) == ("suavizado_combinado", 7)
    assert row["ttl"] > 0


def test_a_forecast_is_kept_for_the_day(store: Store) -> None:
    """Asked again it is the same, and nobody is told again."""
    store.sold_daily("P001", 2, days=30)
    first = store.predict("P001")
    assert first[0] == 200
    assert store.predict("P001") == first
    assert len(store.rows("eventos")) == 1


def test_who_may_not_and_what_cant_be_forecast(store: Store) -> None:
    """403 to the cashier, 404 for a product that is not there, a clear 400 for one with too few sales."""
    store.sold_daily("P001", 2, days=4)
    assert store.predict("P001", rol=Rol.TRABAJADOR)[0] == 403
    assert store.predict("P009")[0] == 404
    status, envelope = store.predict("P001")
    assert (status, envelope["data"][0]["mensaje"]) == (400, "Tiene 4 de las 5 ventas necesarias.")


def test_the_night_forecasts_the_store_and_tells_the_owner_once(store: Store) -> None:
    """Even if its message comes twice; the cashier hears nothing of it."""
    store.sold_daily("P002", 9, days=30)
    with store.screen() as cashier, store.screen(store.token(Rol.ADMIN)) as owner:
        _night(store)
        seen = frame(owner)
        _night(store)
        assert is_silent(cashier)
    assert seen["event_type"] == "prediccion_generada"
    assert seen["data"] == {"productos": 1, "alertas": 1}
    assert store.predict("P002")[1]["data"]["demanda_proxima_semana"] == 63
    assert eventually(lambda: [item["tipo"] for item in _notified(store)] == ["stockBajoManana"])
    assert len(store.rows("eventos")) == 1


def test_the_schedule_brings_the_night_to_every_active_store(store: Store, other_store: Store) -> None:
    """By the rule's own input, through the queue."""
    with store.screen(store.token(Rol.ADMIN)) as owner, other_store.screen(other_store.token(Rol.ADMIN)) as other:
        call_targets(store.running.stack.rules["predecir-demanda"], clients=store.running.clients)
        assert frame(owner)["data"] == {"productos": 0, "alertas": 0}
        assert frame(other)["event_type"] == "prediccion_generada"
