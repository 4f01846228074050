"""The stores that a schedule is for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import PLATFORM, TenantId, parse_store_code
from saai_domain.component import component
from saai_domain.errors import InvalidCode
from saai_domain.rows import Estado
from saai_domain.value_object import value_object

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient


@value_object
class ActiveStores:
    """The active stores in the order of their codes, and the keys among them that are no store's code."""

    stores: Sequence[TenantId]
    unreadable: Sequence[str]


@component
class StoreTable:
    """The table ``tiendas``."""

    client: "DynamoDBClient"
    table: str

    def active(self) -> ActiveStores:
        """Return every store that is ACTIVA."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="tenant_id = :platform",
            FilterExpression="#data.estado = :active",
            ProjectionExpression="entity_id",
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues=serialize({":platform": PLATFORM, ":active": Estado.ACTIVA}),
        )
        stores: list[TenantId] = []
        unreadable: list[str] = []
        for page in pages:
            for item in page["Items"]:
                entity_id = item["entity_id"]["S"]
                try:
                    stores.append(parse_store_code(entity_id))
                except InvalidCode:
                    unreadable.append(entity_id)
        return ActiveStores(stores=stores, unreadable=unreadable)
