"""Reading a store's products, expenses and users: one Query each, all pages."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from saai_domain.aws.dynamodb import deserialize, serialize
from saai_domain.codes import ProductCode, TenantId
from saai_domain.errors import SaaiError

from saai_events.analytics.store_rows import Gasto, UnreadableRow, Usuario, read_gasto, read_usuario
from saai_events.sales.errors import UnreadableProduct
from saai_events.sales.sale import Product, readable_product

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class StoreRows:
    """What other services keep of a store; ``unreadable`` are the rows that can't be counted."""

    productos: Sequence[Product]
    gastos: Sequence[Gasto]
    usuarios: Sequence[Usuario]
    unreadable: Sequence[SaaiError]

    @property
    def out_of_stock(self) -> frozenset[str]:
        """The products that are sold and have no stock."""
        return frozenset(product.codigo for product in self.productos if product.stock <= 0)


@attrs.frozen(kw_only=True)
class StoreReader:
    """Reads the rows of a store, eventually consistent: half the price, and a refresh comes seconds after a sale."""

    client: "DynamoDBClient"
    productos_table: str
    gastos_table: str
    usuarios_table: str

    def read(self, tenant_id: TenantId, *, since: date) -> StoreRows:
        """Read products that are sold, expenses from a day on, and all users.

        Expenses have no index on their day, and their codes follow no day either: all of a store's are read, 50 or
        so for a read unit.
        """
        unreadable: list[SaaiError] = []
        productos = self._rows(self.productos_table, tenant_id, _product, ("nombre", "precio", "stock"), unreadable)
        gastos = self._rows(self.gastos_table, tenant_id, read_gasto, ("monto", "fecha"), unreadable)
        usuarios = self._rows(self.usuarios_table, tenant_id, read_usuario, ("nombre", "rol"), unreadable)
        return StoreRows(
            productos=productos,
            gastos=[gasto for gasto in gastos if gasto.fecha >= since],
            usuarios=usuarios,
            unreadable=unreadable,
        )

    def _rows(
        self,
        table: str,
        tenant_id: TenantId,
        read: Callable[[str, object], T | None],
        fields: Sequence[str],
        unreadable: list[SaaiError],
    ) -> list[T]:
        rows: list[T] = []
        for entity_id, data in self._items(table, tenant_id, (*fields, "estado")):
            try:
                row = read(entity_id, data)
            except (UnreadableRow, UnreadableProduct) as problem:
                unreadable.append(problem)
                continue
            if row is not None:
                rows.append(row)
        return rows

    def _items(self, table: str, tenant_id: TenantId, fields: Sequence[str]) -> Iterator[tuple[str, Any]]:
        pages = self.client.get_paginator("query").paginate(
            TableName=table,
            KeyConditionExpression="tenant_id = :tenant",
            ExpressionAttributeValues=serialize({":tenant": tenant_id}),
            ProjectionExpression=", ".join(("entity_id", *(f"#data.#{field}" for field in fields))),
            ExpressionAttributeNames={"#data": "data", **{f"#{field}": field for field in fields}},
        )
        for page in pages:
            for item in page["Items"]:
                row = deserialize(item)
                yield row["entity_id"], row.get("data")


def _product(entity_id: str, data: object) -> Product | None:
    return readable_product(ProductCode(entity_id), data)
