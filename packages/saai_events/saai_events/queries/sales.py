"""``GET /ventas``: a store's sales, newest first.

Sale codes are contiguous, since each comes from the counter in the transaction of its sale: the list is read by walking
them down, without an index. Codes that are missing (sales of an earlier system) are passed over.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from saai_domain.auth import Claims
from saai_domain.aws.dynamodb import Counter, Key, batch_get
from saai_domain.codes import Kind, TenantId, sale_code_for
from saai_domain.component import component

from saai_events.queries.page import Page
from saai_events.queries.page_request import read_sale_page
from saai_events.queries.snapshot import Snapshot, Snapshots
from saai_events.sales.gaps import newest_sale_until

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

MAX_READS: Final = 8
"""Batches that a page may cost. Where numbers have gaps pages stay short, but ``siguiente`` leads on."""
_BATCH: Final = 100
"""Keys of one BatchGetItem."""


@component
class SalesList:
    """The stores' sales."""

    client: "DynamoDBClient"
    ventas_table: str
    counters_table: str
    snapshots: Snapshots

    def read(self, claims: Claims, query: Mapping[str, str]) -> Snapshot[Mapping[str, Any]]:
        """Read a page.

        Raises:
            InvalidInput: A parameter is wrong.
            ReadThrottled: DynamoDB left rows unread.
        """
        limite, start = read_sale_page(query, claims.tenant_id)

        def walk() -> Mapping[str, Any]:
            newest = self._newest(claims.tenant_id)
            return self._walk(claims.tenant_id, newest if start is None else min(start, newest), limite).answer

        return self.snapshots.take(claims, walk)

    def _newest(self, tenant: TenantId) -> int:
        key = Key(self.counters_table, tenant, Kind.SALE.counter)
        return Counter.among(batch_get(self.client, (key,)), key).value

    def _walk(self, tenant: TenantId, number: int, limite: int) -> Page:
        page = Page(limite=limite)
        wanted = limite
        for _ in range(MAX_READS):
            codes = [sale_code_for(tenant, each) for each in range(number, max(0, number - min(wanted, _BATCH)), -1)]
            rows = batch_get(self.client, [Key(self.ventas_table, tenant, code) for code in codes])
            for code in codes:
                row = rows.get(Key(self.ventas_table, tenant, code))
                if row is not None and isinstance(row.get("data"), Mapping) and not page.takes(row["data"]):
                    page.siguiente = code
                    return page
            number -= len(codes)
            if number < 1 or not page.room:
                break
            if not rows and len(codes) == _BATCH:
                number = newest_sale_until(self.client, self.ventas_table, tenant, number)
                if number < 1:
                    break
            # After a gap it pays to look further than the page has room.
            wanted = page.room if len(rows) == len(codes) else _BATCH
        page.siguiente = sale_code_for(tenant, number) if number >= 1 else None
        return page
