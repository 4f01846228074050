"""The products in DynamoDB: table ``productos``, which other services write."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from saai_domain.aws.dynamodb import Item, Key, update
from saai_domain.codes import ProductCode, TenantId, tenant_of
from saai_domain.component import component
from saai_domain.errors import NotFound
from saai_domain.time import iso_timestamp

from saai_events.entities import UnreadableEntity, entities_of_store
from saai_events.products.product import Product, read_product

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient


@component
class StoreProducts:
    """The products that a store sells, and those whose rows can't be read."""

    products: Sequence[Product]
    unreadable: Sequence[UnreadableEntity] = ()

    @property
    def out_of_stock(self) -> frozenset[str]:
        """The codes of what is sold and has no stock."""
        return frozenset(product.codigo for product in self.products if product.stock <= 0)


@component
class ProductRows:
    """The rows of all stores' products, for who reads and writes them together with other rows."""

    table: str

    @classmethod
    def of(cls, table: str) -> "ProductRows":
        """Return those of a physical table, as a setting reads it."""
        return cls(table=table)

    def keys(self, tenant_id: TenantId, codes: Iterable[ProductCode]) -> Mapping[ProductCode, Key]:
        """Return the keys of a store's products, to be read with whatever else a decision reads.

        Another store's code has no key here: it is as unknown as one that never existed.
        """
        return {code: Key(self.table, tenant_id, code) for code in codes if tenant_of(code) == tenant_id}

    def among(self, rows: Mapping[Key, Item], keys: Mapping[ProductCode, Key]) -> Mapping[ProductCode, Product]:
        """Find products among rows that were read; those that are unknown or no longer sold are missing.

        Raises:
            UnreadableProduct: One has no price or no whole stock.
        """
        found = {code: read_product(code, rows[key].get("data")) for code, key in keys.items() if key in rows}
        return {code: product for code, product in found.items() if product is not None}

    def one(self, code: ProductCode, tenant_id: TenantId, rows: Mapping[Key, Item]) -> Product:
        """Find a product among rows that were read.

        Raises:
            NotFound: The store doesn't have it, or no longer sells it.
            UnreadableProduct: It has no price or no whole stock.
        """
        product = self.among(rows, self.keys(tenant_id, [code])).get(code)
        if product is None:
            raise NotFound("product", [code])
        return product

    def set_stock(self, product: Product, stock: int, *, moment: datetime) -> Any:  # noqa: ANN401 - boto3's own nested type
        """Make a transaction's write of a stock, on condition that the product's price, stock and state still hold."""
        return update(
            Key(self.table, tenant_of(product.codigo), product.codigo),
            expression="SET #data.#stock = :left, #data.updated_at = :now",
            condition="#data.#stock = :stock AND #data.precio = :precio AND #data.estado = :estado",
            names={"#data": "data", "#stock": "stock"},
            values={
                ":left": stock,
                ":now": iso_timestamp(moment),
                ":stock": product.row["stock"],
                ":precio": product.row["precio"],
                ":estado": product.row["estado"],
            },
        )


@component
class Products(ProductRows):
    """The products of all stores, also read by themselves."""

    client: "DynamoDBClient"

    def of_store(self, tenant_id: TenantId) -> StoreProducts:
        """Read everything that a store sells, eventually consistent."""
        entities = entities_of_store(
            self.client,
            self.table,
            tenant_id,
            lambda code, data: read_product(ProductCode(code), data),
            fields=("nombre", "precio", "stock", "estado"),
        )
        return StoreProducts(products=entities.readable, unreadable=entities.unreadable)
