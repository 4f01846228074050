"""Cashiers that sell at once for a while."""

import itertools
import threading
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import attrs
from saai_domain.auth import Claims
from saai_domain.aws.admission import Admission
from saai_domain.aws.commands import CommandExecutor
from saai_domain.aws.dynamodb import serialize
from saai_domain.aws.event_log import EventLog
from saai_domain.codes import ProductCode, TenantId, UserCode
from saai_domain.errors import SaaiError
from saai_domain.roles import Rol
from saai_domain.settings import load_settings
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_events.sales.register_sale import RegisterSale
from saai_events.sales.sale_request import SaleRequest

STORE = TenantId("T001")
PRODUCTS = 6


@attrs.frozen(kw_only=True)
class Measured:
    """What so many cashiers did. ``waits`` are the seconds that each sale took, sorted."""

    cashiers: int
    seconds: float
    waits: Sequence[float]
    attempts: int
    refused: int

    @property
    def sales_per_second(self) -> float:
        return len(self.waits) / self.seconds


def measure(*, cashiers: int, seconds: float, latency: float) -> Measured:
    """Have cashiers sell for so many seconds; each finishes the sale it has begun."""
    client: Any = SimulatedDynamoDB(seconds=latency)
    seller = _store(client, latency)
    waits: list[float] = []
    attempts = itertools.count()
    refused = itertools.count()
    began = time.monotonic()

    def sell(cashier: int) -> None:
        claims = Claims(
            tenant_id=STORE, codigo_usuario=UserCode(f"{STORE}U{cashier:03d}"), rol=Rol.TRABAJADOR, exp=2**40
        )
        for number in itertools.count():
            at = time.monotonic()
            if at - began >= seconds:
                return
            product = ProductCode(f"{STORE}P{1 + (cashier + number) % PRODUCTS:03d}")
            request = SaleRequest(units={product: 1}, metodo_pago="YAPE")
            try:
                registered = seller.execute(request, claims, key=f"{cashier}-{number}")
            except SaaiError:
                next(refused)
                continue
            waits.append(time.monotonic() - at)
            for _ in range(registered.attempts):
                next(attempts)

    threads = [threading.Thread(target=sell, args=(cashier,)) for cashier in range(1, cashiers + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Measured(
        cashiers=cashiers,
        seconds=time.monotonic() - began,
        waits=sorted(waits),
        attempts=next(attempts),
        refused=next(refused),
    )


def _store(client: Any, latency: float) -> CommandExecutor[SaleRequest]:
    client.seconds = 0.0
    for number in range(1, PRODUCTS + 1):
        code = f"{STORE}P{number:03d}"
        data = {"codigo_producto": code, "nombre": code, "precio": Decimal("3.50"), "stock": 10**6, "estado": "ACTIVO"}
        client.put_item(TableName="productos", Item=serialize({"tenant_id": STORE, "entity_id": code, "data": data}))
    client.seconds = latency
    events = EventLog(
        client=client, eventos_table="eventos", counters_table="counters", idempotencia_table="idempotencia"
    )
    return CommandExecutor(
        command=load_settings(RegisterSale, {"VENTAS_TABLE": "ventas", "PRODUCTOS_TABLE": "productos"}),
        client=client,
        events=events,
        admission=Admission(tiendas_table="tiendas", usuarios_table="usuarios"),
    )
