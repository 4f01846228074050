"""A store for the tests of sales: its rows, what makes sales in it, and what a sale left behind."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs
from aws_lite.backoff import Backoff
from saai_domain.auth import Claims
from saai_domain.aws.admission import Admission
from saai_domain.aws.commands import CommandExecutor, Executed
from saai_domain.aws.dynamodb import deserialize, key_of, serialize
from saai_domain.aws.event_log import EventLog
from saai_domain.codes import ProductCode, TenantId, UserCode
from saai_domain.roles import Rol
from saai_domain.settings import load_settings
from saai_domain.time import LIMA
from saai_events.sales.register_sale import RegisterSale
from saai_events.sales.sale_request import SaleRequest

from tests.domain import fakes

TENANT = TenantId("T001")
NOON = datetime(2025, 12, 31, 12, 0, tzinfo=LIMA)
CASHIER = Claims(tenant_id=TENANT, codigo_usuario=UserCode("T001U001"), rol=Rol.TRABAJADOR, exp=2_000_000_000)


def request(metodo_pago: str = "YAPE", /, **units: int) -> SaleRequest:
    """A request for products by the last part of their code."""
    return SaleRequest(units={ProductCode(TENANT + code): n for code, n in units.items()}, metodo_pago=metodo_pago)


@attrs.define
class SellingStore:
    """The store T001."""

    client: Any
    moment: datetime = NOON

    def has(self, code: str, *, precio: Any = Decimal("3.50"), stock: Any = 40, estado: str = "ACTIVO") -> None:
        """Put a product on the shelf."""
        data = {"codigo_producto": TENANT + code, "nombre": code, "precio": precio, "stock": stock, "estado": estado}
        item = {"tenant_id": TENANT, "entity_id": TENANT + code, "data": data}
        self.client.put_item(TableName="productos", Item=serialize(item))

    def seller(self, client: Any = None, backoff: Backoff | None = None) -> CommandExecutor[SaleRequest]:
        """Return what makes sales over a client; the store's own by default."""
        client = client or self.client
        events = EventLog(
            client=client, eventos_table="eventos", counters_table="counters", idempotencia_table="idempotencia"
        )
        return CommandExecutor(
            command=load_settings(RegisterSale, {"VENTAS_TABLE": "ventas", "PRODUCTOS_TABLE": "productos"}),
            client=client,
            events=events,
            admission=Admission(tiendas_table="tiendas", usuarios_table="usuarios"),
            clock=lambda: self.moment,
            backoff=backoff or fakes.backoff(),
        )

    def sell(self, wanted: SaleRequest, *, key: str = "", claims: Claims = CASHIER) -> Executed:
        """Register a sale, by default under a key of its own."""
        return self.seller().execute(wanted, claims, key=key or f"key-{len(self.rows('idempotencia'))}")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return every row of a table, in the order of their keys."""
        items = [deserialize(item) for item in self.client.scan(TableName=table)["Items"]]
        return sorted(items, key=lambda item: item["entity_id"])

    def stock(self, code: str) -> int:
        """Return what is left of a product."""
        item = self.client.get_item(TableName="productos", Key=key_of(TENANT, TENANT + code))["Item"]
        return int(deserialize(item)["data"]["stock"])
