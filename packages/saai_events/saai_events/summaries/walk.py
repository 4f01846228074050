"""Reads a day's sales without an index: their codes are contiguous, so they are walked down from the counter."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from saai_domain.aws.dynamodb import Counter, Key, batch_get
from saai_domain.codes import Kind, TenantId, sale_code_for
from saai_domain.component import component
from saai_domain.value_object import value_object

from saai_events.sales.gaps import newest_sale_until
from saai_events.summaries.sold import SoldSale, UnreadableSale, read_sale

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

BATCH: Final = 100
"""Rows of a BatchGetItem at most."""


@value_object
class SalesRead:
    """The sales that a walk read, newest first, some of days before its range included, and rows it can't read."""

    sales: Sequence[SoldSale]
    unreadable: Sequence[UnreadableSale]


@component
class SalesWalk:
    """Reads a store's sales back to a day."""

    client: "DynamoDBClient"
    ventas_table: str
    counters_table: str

    def back_to(self, tenant_id: TenantId, first: date, *, floor: int = 1, consistent: bool = True) -> SalesRead:
        """Read the sales from the newest down to number ``floor``, or to those of days before ``first``.

        Numbers follow the days except for moments around midnight, when clocks differ: the walk goes on until a whole
        batch is older. Numbers without a sale, as a taken-over table may have, are passed over. Not ``consistent`` is
        half the price, and enough for sales that were made or annulled more than moments ago.

        Raises:
            ReadThrottled: DynamoDB left rows unread.
        """
        sales: list[SoldSale] = []
        unreadable: list[UnreadableSale] = []
        for batch, problems in self._batches(tenant_id, floor, consistent=consistent):
            sales.extend(batch)
            unreadable.extend(problems)
            if batch and all(sale.fecha < first for sale in batch):
                break
        return SalesRead(sales=sales, unreadable=unreadable)

    def _batches(
        self, tenant_id: TenantId, floor: int, *, consistent: bool
    ) -> Iterator[tuple[list[SoldSale], list[UnreadableSale]]]:
        top = self._newest(tenant_id)
        while top >= floor:
            bottom = max(top - BATCH + 1, floor)
            sales, unreadable = self._batch(tenant_id, range(top, bottom - 1, -1), consistent=consistent)
            yield sales, unreadable
            top = bottom - 1
            if top >= floor and not sales and not unreadable:
                top = newest_sale_until(self.client, self.ventas_table, tenant_id, top, consistent=consistent)

    def _newest(self, tenant_id: TenantId) -> int:
        key = Key(self.counters_table, tenant_id, Kind.SALE.counter)
        return Counter.among(batch_get(self.client, (key,)), key).value

    def _batch(
        self, tenant_id: TenantId, numbers: range, *, consistent: bool
    ) -> tuple[list[SoldSale], list[UnreadableSale]]:
        keys = [Key(self.ventas_table, tenant_id, sale_code_for(tenant_id, number)) for number in numbers]
        rows = batch_get(self.client, keys, consistent=consistent)
        sales: list[SoldSale] = []
        unreadable: list[UnreadableSale] = []
        for key in keys:
            if key not in rows:
                continue
            try:
                sales.append(read_sale(key.entity_id, rows[key].get("data")))
            except UnreadableSale as problem:
                unreadable.append(problem)
        return sales, unreadable
