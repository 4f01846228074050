"""What forecasts read and write in DynamoDB: a store's products, and table ``predicciones``."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import attrs
from aws_lite.backoff import Backoff
from saai_domain.aws.dynamodb import Key, deserialize, put, serialize
from saai_domain.codes import ProductCode, TenantId
from saai_domain.errors import SaaiError

from saai_events.forecasts.prediction import entity_id_of
from saai_events.sales.errors import UnreadableProduct
from saai_events.sales.sale import Product, readable_product

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

BATCH: Final = 25
"""Rows of a BatchWriteItem at most."""


class WriteThrottled(SaaiError):
    """DynamoDB left rows of a batch unwritten for the whole time allowed. Writing them all again does no harm."""

    def __init__(self, unwritten: int) -> None:
        super().__init__(unwritten)
        self.unwritten = unwritten

    def __str__(self) -> str:
        return f"DynamoDB left {self.unwritten} rows unwritten"


@attrs.frozen(kw_only=True)
class Shelf:
    """The products that a store sells, and the rows of those that can't be read."""

    products: Sequence[Product]
    unreadable: Sequence[UnreadableProduct]

    @property
    def out_of_stock(self) -> frozenset[str]:
        """The codes of what is sold and has no stock."""
        return frozenset(product.codigo for product in self.products if product.stock <= 0)


@attrs.frozen(kw_only=True)
class Products:
    """The products of all stores."""

    client: "DynamoDBClient"
    table: str

    def key(self, tenant_id: TenantId, code: ProductCode) -> Key:
        """Return a product's place."""
        return Key(self.table, tenant_id, code)

    def of_store(self, tenant_id: TenantId) -> Shelf:
        """Read everything that a store sells. Eventually consistent: half the price, for a forecast's purposes."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="tenant_id = :tenant",
            ExpressionAttributeValues=serialize({":tenant": tenant_id}),
        )
        products: list[Product] = []
        unreadable: list[UnreadableProduct] = []
        for row in (deserialize(item) for page in pages for item in page["Items"]):
            try:
                product = readable_product(ProductCode(row["entity_id"]), row.get("data"))
            except UnreadableProduct as problem:
                unreadable.append(problem)
                continue
            if product is not None:
                products.append(product)
        return Shelf(products=products, unreadable=unreadable)


@attrs.frozen(kw_only=True)
class Predictions:
    """The predictions of all stores, one row a product and day."""

    client: "DynamoDBClient"
    table: str
    backoff: Backoff = attrs.field(factory=Backoff)

    def key(self, tenant_id: TenantId, code: ProductCode, fecha: date) -> Key:
        """Return the place of a product's prediction of a day."""
        return Key(self.table, tenant_id, entity_id_of(code, fecha))

    def put(self, item: Mapping[str, Any]) -> Any:  # noqa: ANN401 - boto3's own nested type
        """Make the transaction's write of a prediction that none has made yet."""
        return put(self.table, item, condition="attribute_not_exists(entity_id)")

    def write_all(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Write predictions, replacing those of the same product and day.

        Raises:
            WriteThrottled: Some were not written.
        """
        remaining = iter(items)
        while batch := list(islice(remaining, BATCH)):
            self._write({self.table: [{"PutRequest": {"Item": serialize(item)}} for item in batch]})

    def _write(self, request: Any) -> None:  # noqa: ANN401 - boto3's own nested type
        deadline = self.backoff.deadline()
        attempt = 0
        while request:
            request = self.client.batch_write_item(RequestItems=request).get("UnprocessedItems")
            attempt += 1
            if request and not self.backoff.pause(attempt, deadline):
                raise WriteThrottled(sum(len(rows) for rows in request.values()))
