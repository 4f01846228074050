"""What a store is notified of: from the publishers, over SNS, to the owner's list."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from local_aws.schedules import call_targets
from saai_domain.auth import Claims
from saai_domain.aws.admission import Admission
from saai_domain.aws.commands import CommandExecutor
from saai_domain.aws.event_log import EventLog
from saai_domain.codes import ProductCode, TenantId, UserCode
from saai_domain.component import replace
from saai_domain.roles import Rol
from saai_domain.settings import load_settings
from saai_domain.time import lima_now
from saai_events.analytics.calculation import Analyst, AnalystSettings
from saai_events.forecasts.demand import Demand, DemandSettings
from saai_events.forecasts.on_request import predict_product
from saai_events.sales.register_sale import RegisterSale
from saai_events.sales.sale_request import SaleRequest

from tests.e2e.store import Store, eventually

Tables = TypeVar("Tables")


def _listed(store: Store, rol: Rol = Rol.ADMIN) -> list[Any]:
    status, envelope = store.get("/notificaciones", rol=rol)
    assert status == 200
    return envelope["data"]["items"]


def _tipos(store: Store, rol: Rol = Rol.ADMIN) -> list[str]:
    return [item["tipo"] for item in _listed(store, rol)]


def test_a_sale_is_in_the_stores_list(store: Store, other_store: Store) -> None:
    """Cashier and owner find it under its stable id; the store beside does not."""
    assert store.sell({"P001": 2}).status_code == 201
    assert eventually(lambda: _tipos(store, Rol.TRABAJADOR) == ["ventaRegistrada"])
    (notification,) = _listed(store, Rol.TRABAJADOR)
    assert notification in _listed(store)
    event = store.row("eventos", "tienda#000000000001")
    assert event is not None
    assert notification["id"] == f"{event['data']['timestamp']}#tienda#000000000001#0"
    assert notification["mensaje"] == f"Venta {store.tenant_id}V001 por S/ 7.00 (YAPE)."
    assert (notification["severidad"], notification["estado"]) == ("INFO", "ACTIVO")
    assert _listed(other_store) == []


def test_the_list_is_newest_first_and_paged(store: Store) -> None:
    """Each once."""
    for _ in range(3):
        assert store.sell({"P001": 1}).status_code == 201
    assert eventually(lambda: len(_listed(store, Rol.TRABAJADOR)) == 3)
    everything = [item["id"] for item in _listed(store, Rol.TRABAJADOR)]
    assert everything == sorted(everything, reverse=True)
    first = store.get("/notificaciones", limite="2")[1]["data"]
    second = store.get("/notificaciones", limite="2", siguiente=first["siguiente"])[1]["data"]
    assert [item["id"] for item in first["items"] + second["items"]] == everything


def _publish(store: Store, message: object, **attributes: str) -> None:
    """Publish as any SAAI service may."""
    attributes = {"tenant_id": store.tenant_id, "severidad": "WARNING", "origen": "Otro", "ts": "hoy"} | attributes
    store.running.clients.sns.publish(
        TopicArn=store.running.stack.outputs["alertas_sns_topic_arn"],
        Message=json.dumps(message),
        MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    )


def test_another_services_notification_is_the_owners_and_is_kept_once(store: Store) -> None:
    """However often it is published."""
    notice = {"id": "cad-1", "tipo": "porCaducar", "titulo": "Por caducar", "mensaje": "Leche", "detalle": "mañana"}
    for _ in range(2):
        _publish(store, notice, tipo="porCaducar")
    assert eventually(lambda: _tipos(store) == ["porCaducar"])
    assert _tipos(store, Rol.TRABAJADOR) == []


def test_what_is_no_notification_waits_in_a_queue(store: Store) -> None:
    """Nothing that was published is lost. SNS's call is made here, since the local AWS doesn't repeat its own."""
    record = {"Sns": {"MessageId": f"{store.tenant_id}-mal", "Message": "{}"}}
    store.running.clients.lambda_.invoke(
        FunctionName=store.running.stack.functions["GuardarNotificacion"],
        InvocationType="Event",
        Payload=json.dumps({"Records": [record]}).encode(),
    )
    queue = store.running.stack.queues["notificaciones-fallidas"]

    def arrived() -> bool:
        received = store.running.clients.sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)
        return any(f"{store.tenant_id}-mal" in message["Body"] for message in received.get("Messages", []))

    assert eventually(arrived)


def _settings(store: Store, settings: type[Tables]) -> Tables:
    """Return the tables of this stage."""
    tables = {f"{name.replace('-', '_').upper()}_TABLE": table for name, table in store.running.stack.tables.items()}
    return load_settings(settings, tables)


def _a_minute_ago() -> datetime:
    """A moment for which the sweep doesn't wait any longer."""
    return lima_now() - timedelta(minutes=1)


def _sale(store: Store) -> None:
    tables, client = store.running.stack.tables, store.running.clients.dynamodb
    events = EventLog(
        client=client,
        eventos_table=tables["eventos"],
        counters_table=tables["counters"],
        idempotencia_table=tables["idempotencia"],
    )
    seller = CommandExecutor(
        command=_settings(store, RegisterSale),
        client=client,
        events=events,
        admission=Admission(tiendas_table=tables["tiendas"], usuarios_table=tables["usuarios"]),
        clock=_a_minute_ago,
    )
    tenant = TenantId(store.tenant_id)
    claims = Claims(tenant_id=tenant, codigo_usuario=UserCode(f"{tenant}U001"), rol=Rol.TRABAJADOR, exp=4_000_000_000)
    seller.execute(SaleRequest(units={ProductCode(f"{tenant}P001"): 1}, metodo_pago="YAPE"), claims, key="k")


def _analytics(store: Store) -> None:
    analyst = Analyst.over(store.running.clients.dynamodb, _settings(store, AnalystSettings))
    replace(analyst, clock=_a_minute_ago).refresh(TenantId(store.tenant_id))


def _forecast(store: Store) -> None:
    store.sold_daily("P002", 9, days=20)
    demand = Demand.over(store.running.clients.dynamodb, _settings(store, DemandSettings))
    code = ProductCode(f"{store.tenant_id}P002")
    predict_product(replace(demand, clock=_a_minute_ago), TenantId(store.tenant_id), code)


@pytest.mark.parametrize(
    ("publish", "tipos"),
    [
        (_sale, ["ventaRegistrada"]),
        (_analytics, ["gananciaDiaBaja", "totalventas_0"]),
        (_forecast, ["stockBajoManana"]),
    ],
    ids=["RegistrarVenta", "ActualizarAnalitica", "PrediccionDemanda"],
)
def test_notices_arrive_after_a_crash_between_commit_and_publish(
    store: Store, publish: Callable[[Store], None], tipos: list[str]
) -> None:
    """The process dies before it invokes EmitirEventosWs: the sweep finds the event, and SNS gets its notices."""
    publish(store)
    assert _listed(store) == []
    call_targets(store.running.stack.rules["barrer-eventos"], clients=store.running.clients)
    # A sale has the analytics refreshed, which may have alerts of their own.
    assert eventually(lambda: set(tipos) <= set(_tipos(store)))
    assert eventually(lambda: not any("pendiente" in row for row in store.rows("eventos")))
