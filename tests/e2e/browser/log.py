"""The server's event log of a store: what a screen must have been given, and a fast way to make it longer."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from saai_domain import event_log
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import TenantId
from saai_domain.events import Canal, StoreEvent, decode_event
from saai_domain.time import iso_timestamp, lima_date, lima_now

from tests.e2e.store import Store

_BATCH = 25


def logged(store: Store, canal: Canal = Canal.TIENDA) -> Sequence[tuple[str, int]]:
    """Return each event's id and sequence number, in order."""
    rows = sorted((row["data"] for row in store.rows("eventos")), key=lambda data: data["seq"])
    return [(data["event_id"], int(data["seq"])) for data in rows if data["canal"] == canal]


def append_sales(store: Store, count: int) -> None:
    """Log sales that nobody posts, as if the store had sold while the screen was away: rows and counter only."""
    tables = store.running.stack.tables
    moment = lima_now()
    first = len(logged(store)) + 1
    rows = [
        msgspec.structs.replace(
            event_log.log_event(
                _sale(store, seq, date=lima_date(moment).isoformat()),
                tenant_id=TenantId(store.tenant_id),
                seq=seq,
                moment=moment,
                origen="RegistrarVenta",
            ),
            pending=False,
        )
        for seq in range(first, first + count)
    ]
    for start in range(0, count, _BATCH):
        puts: list[Any] = [
            {"PutRequest": {"Item": serialize(event_log.to_item(row))}} for row in rows[start : start + _BATCH]
        ]
        left = store.running.clients.dynamodb.batch_write_item(RequestItems={tables["eventos"]: puts})
        assert not left["UnprocessedItems"]
    now = iso_timestamp(moment)
    counter = {"value": first + count - 1, "estado": "ACTIVO", "created_at": now, "updated_at": now}
    store.running.clients.dynamodb.put_item(
        TableName=tables["counters"],
        Item=serialize(
            {
                "tenant_id": store.tenant_id,
                "entity_id": event_log.counter_name(Canal.TIENDA),
                "data": counter,
            }
        ),
    )


def _sale(store: Store, number: int, *, date: str) -> StoreEvent:
    line = {"codigo": f"{store.tenant_id}P001", "nombre": "Inca Kola 500 ml", "cantidad": 1}
    return decode_event(
        "venta_registrada",
        {
            "codigo_venta": f"{store.tenant_id}V{number:03d}",
            "items_count": 1,
            "total": Decimal("3.50"),
            "metodo_pago": "YAPE",
            "trabajador": f"{store.tenant_id}U001",
            "fecha": date,
            "productos_vendidos": [{**line, "subtotal": Decimal("3.50"), "stock": 40}],
        },
    )
