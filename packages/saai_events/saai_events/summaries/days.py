"""Keeps a store's summaries: which days are counted anew, and which rows that changes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs
from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.settings import setting
from saai_domain.time import lima_date
from saai_domain.value_object import value_object

from saai_events.summaries.day import DaySummary, is_over, summarise
from saai_events.summaries.sold import SoldSale, UnreadableSale
from saai_events.summaries.storage import Summaries
from saai_events.summaries.walk import SalesWalk

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

RECOUNTED_DAYS: Final = 7
"""Days that are counted again every night: other services annul sales
(docs/analytics.md, "Daily summaries (resumenes)").
"""
HISTORY_DAYS: Final = 90
"""Days of history that a forecast looks at."""
ONE_DAY: Final = timedelta(days=1)


@value_object
class CountedDays:
    """The days that were asked for, oldest first, without a gap, and what counting them took.

    ``changed`` are the days that differ from their rows, those around the range included, as they were at ``moment``.
    ``sales_read`` counts sales; ``unreadable`` are the sales that break the contract: they are left out of the counts.
    """

    days: Mapping[date, DaySummary]
    moment: datetime
    changed: Sequence[DaySummary] = ()
    sales_read: int = 0
    unreadable: Sequence[UnreadableSale] = ()


@component
class DaysSettings:
    """The tables of the days, for the settings of a function that counts them."""

    ventas_table: str = setting("VENTAS_TABLE")
    counters_table: str = setting("COUNTERS_TABLE")
    resumenes_table: str = setting("RESUMENES_TABLE")


@component
class Days:
    """The days of the stores.

    A closed day is taken from its row. A day without one, or whose row was written before it was over, is counted
    from its sales. Counting writes nothing: ``save`` stores the result, so that the days are not counted again.
    ``moment`` is always the present; ``out_of_stock`` names the products that have no stock now.
    """

    walk: SalesWalk
    summaries: Summaries

    @classmethod
    def over(cls, client: "DynamoDBClient", settings: DaysSettings) -> "Days":
        """Return the days in the settings' tables."""
        return cls(
            walk=SalesWalk(client=client, ventas_table=settings.ventas_table, counters_table=settings.counters_table),
            summaries=Summaries(client=client, table=settings.resumenes_table),
        )

    def recent(
        self, tenant_id: TenantId, *, days: int, moment: datetime, out_of_stock: Collection[str] = ()
    ) -> CountedDays:
        """Return the last ``days`` days, today being the last: today counted from its sales.

        Raises:
            ReadThrottled: DynamoDB left rows unread.
        """
        today = lima_date(moment)
        first = today - (days - 1) * ONE_DAY
        return self._counted(tenant_id, first, today, moment=moment, out_of_stock=out_of_stock, recount=today)

    def history(
        self, tenant_id: TenantId, *, days: int = HISTORY_DAYS, moment: datetime, out_of_stock: Collection[str] = ()
    ) -> CountedDays:
        """Return the ``days`` days before today. No sale is read where they are all closed.

        Raises:
            ReadThrottled: DynamoDB left rows unread.
        """
        today = lima_date(moment)
        return self._counted(
            tenant_id, today - days * ONE_DAY, today - ONE_DAY, moment=moment, out_of_stock=out_of_stock, recount=None
        )

    def close(
        self, tenant_id: TenantId, *, days: int = HISTORY_DAYS, moment: datetime, out_of_stock: Collection[str] = ()
    ) -> CountedDays:
        """Return the ``days`` days before today, the last RECOUNTED_DAYS of them counted anew whatever was stored.

        Raises:
            ReadThrottled: DynamoDB left rows unread.
        """
        today = lima_date(moment)
        return self._counted(
            tenant_id,
            today - days * ONE_DAY,
            today - ONE_DAY,
            moment=moment,
            out_of_stock=out_of_stock,
            recount=today - RECOUNTED_DAYS * ONE_DAY,
        )

    def rebuild(self, tenant_id: TenantId, first: date, last: date, *, moment: datetime) -> CountedDays:
        """Count every day from ``first`` to ``last`` anew, and with them those since.

        Flags of stock are kept. ``last`` is today at the latest.

        Raises:
            ReadThrottled: DynamoDB left rows unread.
        """
        return self._counted(tenant_id, first, last, moment=moment, out_of_stock=(), recount=first)

    def save(self, tenant_id: TenantId, counted: CountedDays) -> int:
        """Write the days that changed, unless a later count is written already; return how many rows it wrote."""
        # Newest first: a row may say that later days' sales have low numbers only after theirs say so themselves.
        newest_first = sorted(counted.changed, key=lambda day: day.fecha, reverse=True)
        return sum(self.summaries.put(tenant_id, day, counted_at=counted.moment) for day in newest_first)

    def _counted(
        self,
        tenant_id: TenantId,
        first: date,
        last: date,
        *,
        moment: datetime,
        out_of_stock: Collection[str],
        recount: date | None,
    ) -> CountedDays:
        """Return ``first`` to ``last``, with everything from ``recount`` or the first day not closed counted anew."""
        today = lima_date(moment)
        stored = self.summaries.between(tenant_id, first - ONE_DAY, today)
        start = _first_to_count(stored, first, min(last, today - ONE_DAY), recount)
        if start is None:
            return CountedDays(days={fecha: stored[fecha] for fecha in _days(first, last)}, moment=moment)
        # A sale made moments ago matters to today only, which was not asked for unless it is the last day.
        read = self.walk.back_to(tenant_id, start, floor=_floor(stored, start), consistent=last == today)
        fresh = count_days(read.sales, stored, start, moment=moment, out_of_stock=out_of_stock)
        days = stored | fresh
        return CountedDays(
            days={fecha: days[fecha] for fecha in _days(first, last)},
            moment=moment,
            changed=[day for fecha, day in fresh.items() if day != stored.get(fecha)],
            sales_read=len(read.sales) + len(read.unreadable),
            unreadable=read.unreadable,
        )


def count_days(
    sales: Sequence[SoldSale],
    stored: Mapping[date, DaySummary],
    start: date,
    *,
    moment: datetime,
    out_of_stock: Collection[str],
) -> dict[date, DaySummary]:
    """Count each day from ``start`` to today; sales of other days are passed over."""
    today = lima_date(moment)
    by_day: dict[date, list[SoldSale]] = {fecha: [] for fecha in _days(start, today)}
    for sale in sales:
        if sale.fecha in by_day:
            by_day[sale.fecha].append(sale)
    before = stored.get(start - ONE_DAY)
    highest = max([before.hasta_venta if before else 0, *(sale.numero for sale in sales if sale.fecha < start)])
    fresh: dict[date, DaySummary] = {}
    for fecha, of_day in by_day.items():
        day = summarise(fecha, of_day, hasta_venta=highest, cerrado=is_over(fecha, moment))
        highest = day.hasta_venta
        row = stored.get(fecha)
        flags = stock_flags(day, row, today=today, out_of_stock=out_of_stock)
        fresh[fecha] = attrs.evolve(day, sin_stock=flags, created_at=row.created_at if row else None)
    return fresh


def stock_flags(
    day: DaySummary, row: DaySummary | None, *, today: date, out_of_stock: Collection[str]
) -> frozenset[str]:
    """Return the products that a day was without, for at least a part of it.

    Flags stay. What has no stock now is flagged for today once the day has sold anything (before that the store may
    not have opened), and for yesterday when it is closed: its shelf was empty at the end of that day. The present stock
    says nothing about older days.
    """
    flags = row.sin_stock if row else frozenset()
    selling = day.fecha == today and day.ventas > 0
    closing = day.fecha == today - ONE_DAY and not (row and row.cerrado)
    return flags | frozenset(out_of_stock) if selling or closing else flags


def _first_to_count(stored: Mapping[date, DaySummary], first: date, last: date, recount: date | None) -> date | None:
    opened = (fecha for fecha in _days(first, last) if fecha not in stored or not stored[fecha].cerrado)
    return min([fecha for fecha in (next(opened, None), recount) if fecha is not None], default=None)


def _floor(stored: Mapping[date, DaySummary], start: date) -> int:
    """Return a number below which no sale is of ``start`` or later, as far as the rows tell."""
    before = stored.get(start - ONE_DAY)
    if before is None or not before.cerrado:
        return 1
    firsts = (day.primera_venta for fecha, day in stored.items() if fecha >= start)
    return min([before.hasta_venta + 1, *(number for number in firsts if number is not None)])


def _days(first: date, last: date) -> list[date]:
    return [first + place * ONE_DAY for place in range((last - first).days + 1)]
