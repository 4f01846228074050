"""Passes over numbers without a sale, of which a table that was taken over may have millions.

Sales are read by their numbers, a hundred at a time. Where a hundred have no sale, the next one is asked for by a
Query: what a gap costs depends on the sales that there are, not on how wide it is.
"""

from typing import TYPE_CHECKING, Final

from saai_domain.codes import TenantId, number_of, parse_sale_code, sale_code_for
from saai_domain.errors import InvalidCode

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

_LEAST_DIGITS: Final = 3
"""Of a code's number."""


def newest_sale_until(
    client: "DynamoDBClient", ventas_table: str, tenant_id: TenantId, number: int, *, consistent: bool = True
) -> int:
    """Return the highest number of a store's sale up to ``number``; 0 where there is none.

    Keys are ordered as texts, so a range between two codes of as many digits holds longer and shorter ones as well.
    These are passed over.
    """
    for digits in range(max(len(str(number)), _LEAST_DIGITS), _LEAST_DIGITS - 1, -1):
        least = 10 ** (digits - 1) if digits > _LEAST_DIGITS else 1
        first, last = (sale_code_for(tenant_id, each) for each in (least, min(number, 10**digits - 1)))
        pages = client.get_paginator("query").paginate(
            TableName=ventas_table,
            KeyConditionExpression="tenant_id = :tenant AND entity_id BETWEEN :first AND :last",
            ProjectionExpression="entity_id",
            ExpressionAttributeValues={":tenant": {"S": tenant_id}, ":first": {"S": first}, ":last": {"S": last}},
            ScanIndexForward=False,
            ConsistentRead=consistent,
        )
        codes = (item["entity_id"]["S"] for page in pages for item in page["Items"])
        found = next((code for code in codes if len(code) == len(last) and _is_sale(code)), None)
        if found is not None:
            return number_of(found)
    return 0


def _is_sale(code: str) -> bool:
    try:
        parse_sale_code(code)
    except InvalidCode:
        return False
    return True
