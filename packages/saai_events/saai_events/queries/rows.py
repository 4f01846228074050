"""Lists in the order of their rows' keys: ``GET /productos`` and ``GET /notificaciones``."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from saai_domain.auth import Claims
from saai_domain.aws.dynamodb import Item, deserialize, key_of, serialize
from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.roles import Rol
from saai_domain.value_object import value_object

from saai_events.queries.page import Page
from saai_events.queries.page_request import page_token, read_key_page
from saai_events.queries.snapshot import Snapshot, Snapshots

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

MAX_READS: Final = 8
"""Queries that a page may cost. Where few rows pass the filter pages are short, but ``siguiente`` leads on."""


@value_object
class Filter:
    """Which rows are shown; ``values`` in plain Python. Names may use ``#data``."""

    expression: str
    values: Mapping[str, Any]


@component
class RowList:
    """A list of a store's rows of a table: ``only`` says which a role sees, ``item`` what is shown of each."""

    client: "DynamoDBClient"
    table: str
    snapshots: Snapshots
    only: Callable[[Rol], Filter]
    newest_first: bool = False
    item: Callable[[Item], Mapping[str, Any]] = itemgetter("data")

    def read(self, claims: Claims, query: Mapping[str, str]) -> Snapshot[Mapping[str, Any]]:
        """Read a page of what the role may see.

        Raises:
            InvalidInput: A parameter is wrong.
            ReadThrottled: DynamoDB left a counter unread.
        """
        limite, after = read_key_page(query, claims.tenant_id)
        only = self.only(claims.rol)
        return self.snapshots.take(
            claims, lambda: self._page(claims.tenant_id, only, limite=limite, after=after).answer
        )

    def _page(self, tenant: TenantId, only: Filter, *, limite: int, after: str | None) -> Page:
        """Read the page that begins after a row's key, consistently."""
        page = Page(limite=limite)
        after = after or ""
        for _ in range(MAX_READS):
            # One row more than fits tells whether the list ends here.
            items, last = self._query(tenant, only, after=after, limit=page.room + 1)
            for item in items:
                if not page.takes(self.item(item)):
                    page.siguiente = page_token(tenant, after)
                    return page
                after = item["entity_id"]
            if last is None:
                return page
            after = last
        page.siguiente = page_token(tenant, after)
        return page

    def _query(self, tenant: TenantId, only: Filter, *, after: str, limit: int) -> tuple[list[Item], str | None]:
        start: Any = {"ExclusiveStartKey": key_of(tenant, after)} if after else {}
        response = self.client.query(
            TableName=self.table,
            KeyConditionExpression="tenant_id = :tenant",
            FilterExpression=only.expression,
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues=serialize({":tenant": tenant, **only.values}),
            ScanIndexForward=not self.newest_first,
            ConsistentRead=True,
            Limit=limit,
            **start,
        )
        last = response.get("LastEvaluatedKey")
        return [deserialize(item) for item in response["Items"]], last["entity_id"]["S"] if last else None
