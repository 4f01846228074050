"""The stores as the month begins: what other services have written, and the first store's sales of long ago."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import PLATFORM, TenantId, product_code_for, sale_code_for
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_domain.time import LIMA, lima_date

from tests.faults.clients import Seat

START: Final = datetime(2026, 1, 5, 0, 0, tzinfo=LIMA)
PRODUCTS: Final = 4
STOCK: Final = 1_000_000
OLD_SALES: Final = 999_900
"""Of the first store: its codes pass the million within the month."""
OLD_ROWS: Final = 100
"""Of them, as many as are read at once: the others are in no table any more."""
OLD_DAYS: Final = 120
"""How long before the month they were made: longer than anybody looks back."""


def tenants_of(seats: Sequence[Seat]) -> Sequence[TenantId]:
    """Return the stores of these seats, each once."""
    return list({seat.tenant_id: None for seat in seats})


def open_stores(dynamodb: SimulatedDynamoDB, seats: Sequence[Seat]) -> None:
    """Write the stores, their people and products, and the first store's old sales."""

    def put(table: str, tenant: str, entity: str, data: Mapping[str, Any]) -> None:
        dated = {"created_at": START.isoformat(), "updated_at": START.isoformat(), **data}
        item = serialize({"tenant_id": tenant, "entity_id": entity, "data": dated})
        dynamodb.put_item(TableName=table, Item=item)

    for seat in seats:
        user = {"codigo_usuario": seat.codigo_usuario, "rol": seat.rol.value, "estado": "ACTIVO"}
        put("usuarios", seat.tenant_id, seat.codigo_usuario, user)
    for tenant in tenants_of(seats):
        put("tiendas", PLATFORM, tenant, {"codigo_tienda": tenant, "nombre": tenant, "estado": "ACTIVA"})
        for number in range(1, PRODUCTS + 1):
            code, price = product_code_for(tenant, number), Decimal(350 + 25 * number) / 100
            product = {"codigo_producto": code, "nombre": code, "precio": price, "stock": STOCK, "estado": "ACTIVO"}
            put("productos", tenant, code, product)
    first, fecha = seats[0].tenant_id, lima_date(START - timedelta(days=OLD_DAYS)).isoformat()
    line = {"codigo_producto": product_code_for(first, 1), "nombre_producto": "Piña", "precio_unitario": 3}
    lines = [{**line, "cantidad": 1, "subtotal_item": 3}]
    sale = {"productos": lines, "total": 3, "metodo_pago": "YAPE", "fecha": fecha, "codigo_usuario": f"{first}U001"}
    for number in range(OLD_SALES - OLD_ROWS + 1, OLD_SALES + 1):
        code = sale_code_for(first, number)
        put("ventas", first, code, {"codigo_venta": code, **sale, "estado": "COMPLETADA"})
    put("counters", first, "ventas", {"value": OLD_SALES})
