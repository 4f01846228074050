"""Seed the sale counters from the codes that exist, once, when a stage takes over tables of the earlier version.

::

    python -m operations.seed_counters --ventas-table TABLE --counters-table TABLE

It reads the keys of all sales and moves each store's counter up to its highest code, never down: running it again,
or while sales are being made, does no harm.
"""

import argparse
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from saai_domain.aws.dynamodb import key_of, serialize
from saai_domain.codes import number_of, sale_code, tenant_of
from saai_domain.errors import InvalidCode
from saai_domain.time import obtener_fecha_hora_peru
from saai_events.sales.ledger import SALES_COUNTER

from operations.clients import operator_client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def highest_numbers(client: "DynamoDBClient", ventas_table: str) -> Mapping[str, int]:
    """Return each store's highest sale number; rows whose key is not a sale's of its store are passed over."""
    highest: dict[str, int] = {}
    pages = client.get_paginator("scan").paginate(
        TableName=ventas_table, ProjectionExpression="tenant_id, entity_id", ConsistentRead=True
    )
    for page in pages:
        for item in page["Items"]:
            tenant = item["tenant_id"]["S"]
            try:
                code = sale_code(item["entity_id"]["S"])
            except InvalidCode:
                continue
            if tenant_of(code) == tenant:
                highest[tenant] = max(highest.get(tenant, 0), number_of(code))
    return highest


def raise_counter(client: "DynamoDBClient", counters_table: str, tenant_id: str, value: int) -> bool:
    """Move a store's counter up to ``value``; return whether it stood lower or had no row."""
    now = obtener_fecha_hora_peru()
    data = {"value": value, "estado": "ACTIVO", "created_at": now, "updated_at": now}
    try:
        client.update_item(
            TableName=counters_table,
            Key=key_of(tenant_id, SALES_COUNTER),
            UpdateExpression="SET #data = :data",
            ConditionExpression="attribute_not_exists(entity_id) OR #data.#value < :value",
            ExpressionAttributeNames={"#data": "data", "#value": "value"},
            ExpressionAttributeValues=serialize({":data": data, ":value": value}),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def main() -> None:
    """Seed the counters that the command line names."""
    arguments = argparse.ArgumentParser(prog="operations.seed_counters", description=__doc__.split("\n")[0])
    arguments.add_argument("--ventas-table", required=True, help="physical name of the sales table")
    arguments.add_argument("--counters-table", required=True, help="physical name of the counters table")
    chosen = arguments.parse_args()
    client = operator_client("dynamodb")
    for tenant_id, value in sorted(highest_numbers(client, chosen.ventas_table).items()):
        moved = raise_counter(client, chosen.counters_table, tenant_id, value)
        sys.stdout.write(f"{tenant_id}: {'set to' if moved else 'stands at or above'} {value}\n")


if __name__ == "__main__":
    main()
