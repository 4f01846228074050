"""The summaries in DynamoDB: table ``resumenes``, one row a day."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from saai_domain.aws.dynamodb import deserialize, put_if, serialize
from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.time import iso_timestamp

from saai_events.summaries.day import DaySummary, from_item, to_item

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient


@component
class Summaries:
    """The summaries of all stores."""

    client: "DynamoDBClient"
    table: str

    def between(self, tenant_id: TenantId, first: date, last: date) -> dict[date, DaySummary]:
        """Read the days that have a row, both ends included, oldest first, consistently."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="tenant_id = :tenant AND entity_id BETWEEN :first AND :last",
            ExpressionAttributeValues=serialize(
                {":tenant": tenant_id, ":first": first.isoformat(), ":last": last.isoformat()}
            ),
            ConsistentRead=True,
        )
        days = (from_item(deserialize(item)) for page in pages for item in page["Items"])
        return {day.fecha: day for day in days}

    def put(self, tenant_id: TenantId, day: DaySummary, *, counted_at: datetime) -> bool:
        """Write a day that was counted at a moment; False where a later count is written already."""
        item = to_item(tenant_id, day, now=iso_timestamp(counted_at))
        return put_if(
            self.client,
            self.table,
            item,
            condition="attribute_not_exists(#data.updated_at) OR #data.updated_at <= :counted",
            names={"#data": "data"},
            values={":counted": item["data"]["updated_at"]},
        )
