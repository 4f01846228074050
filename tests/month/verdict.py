"""What must hold in the stores of a month: each evening, each night, and in the end."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import attrs
from saai_domain.aws.dynamodb import deserialize, key_of
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_domain.time import epoch_seconds, lima_date, lima_now
from ws_gateway.outbox.pending_events import PendingEvents

from tests.month.books import Books
from tests.month.opening import OLD_SALES, START, tenants_of
from tests.month.screens import WatchedSeat

STEADY: Final = 18
"""Days after which a process has done everything that it does, and tables have held the most that they ever do of what
expires: ids are kept for 15 days, and one day's deletion is left to the next evening.
"""
GROWN_BYTES: Final = 32_768
"""What the functions' processes may hold more in the end than then."""
GROWN_RSS: Final = 1.1
"""And the run, by this factor: sales and notifications stay. Rows that were never deleted would make it 1.6."""
TABLES: Final = ("eventos", "idempotencia", "ventas", "notificaciones", "ws-connections", "ws-tickets")
"""Those that grow with events or connections."""
PERIODS: Final = {"dia": 1, "semana": 7, "mes": 30}
"""Of a dashboard, in days."""


@attrs.frozen(kw_only=True)
class Evening:
    """How things stand at the end of a day. ``rss`` and ``processes`` in bytes; rows by table."""

    day: int
    events: int
    sales: int
    rss: int
    processes: int
    rows: Mapping[str, int]


@attrs.define(eq=False)
class Verdict:
    """Looks at tables and screens, and holds them against the books."""

    books: Books
    dynamodb: SimulatedDynamoDB
    seats: Sequence[WatchedSeat]
    evenings: list[Evening] = attrs.field(factory=list)
    problems: list[str] = attrs.field(factory=list)

    def close(self, *, day: int, repeated: int, rss: int, processes: int) -> None:
        """Look at everything at the end of a day.

        Args:
            day: From 1 on.
            repeated: How many events came a second time: these are remembered for longer.
            rss: What the run takes, in bytes.
            processes: What the functions' processes hold, in bytes.
        """
        client: Any = self.dynamodb
        pending = PendingEvents(client=client, eventos_table="eventos").created_until(epoch_seconds(lima_now()))
        self.problems += [f"{each.event.event_id} is pending" for each in pending]
        rows = {table: self.dynamodb.count(table) for table in TABLES}
        most = {"eventos": 0, "idempotencia": repeated}
        self.problems += [
            f"{table} has {rows[table]} rows, and should have {wanted}"
            for table, wanted in self.books.rows().items()
            if not wanted <= rows[table] <= wanted + most[table]
        ]
        self.problems += [
            f"{table} has {rows[table]} rows, of {len(self.seats)} screens"
            for table in ("ws-connections", "ws-tickets")
            if rows[table] > 2 * len(self.seats)
        ]
        sales = sum(self.books.codes.values()) - OLD_SALES
        events = self.books.events()
        self.evenings.append(Evening(day=day, events=events, sales=sales, rss=rss, processes=processes, rows=rows))

    def look_at_screens(self, present: Sequence[WatchedSeat]) -> None:
        """Each of these screens has everything."""
        for seat in present:
            there = {canal: len(self.books.channels[seat.tenant_id, canal]) for canal in seat.channels}
            if seat.place() != there:
                self.problems.append(f"{seat.name} stands at {seat.place()}, and its store at {there}")

    def look_at_dashboards(self) -> None:
        """Each dashboard shows what its store has sold: today, in a week and in thirty days."""
        today = lima_date(lima_now())
        for tenant in tenants_of(self.seats):
            for period, days in PERIODS.items():
                row = self._row("analitica", tenant, period)
                sold = self.books.sold(tenant, [today - timedelta(days=back) for back in range(days)])
                shown = row and row["data"]["ventas"]
                if shown != {"total_ventas": sold.sales, "total_ingresos": sold.income}:
                    self.problems.append(f"{today}: {period} of {tenant} shows {shown}, and sold is {sold}")

    def look_at_summaries(self) -> None:
        """Each day before today has its summary, of what was sold and not annulled since."""
        past = (lima_date(lima_now()) - lima_date(START)).days
        for tenant in tenants_of(self.seats):
            for fecha in (lima_date(START + timedelta(days=day)) for day in range(past)):
                row, sold = self._row("resumenes", tenant, fecha.isoformat()), self.books.sold(tenant, [fecha])
                data = row["data"] if row else {"ventas": None, "ingresos": None, "productos": {}, "cerrado": False}
                units = {code: product["unidades"] for code, product in data["productos"].items()}
                if (data["ventas"], data["ingresos"], units) != (sold.sales, sold.income, +sold.units):
                    self.problems.append(f"the summary of {tenant} {fecha} is {data}, and sold is {sold}")
                if not data["cerrado"]:
                    self.problems.append(f"the summary of {tenant} {fecha} is open")

    def growth(self) -> Iterator[str]:
        """Tell what has grown since as much expires as comes."""
        first, last = self.evenings[:STEADY][-1], self.evenings[-1]
        if last.processes > first.processes + GROWN_BYTES:
            yield f"the functions' processes grew from {first.processes} to {last.processes} bytes"
        if last.rss > first.rss * GROWN_RSS:
            yield f"the run grew from {first.rss} to {last.rss} bytes"

    def _row(self, table: str, tenant: str, entity: str) -> Mapping[str, Any] | None:
        item = self.dynamodb.get_item(TableName=table, Key=key_of(tenant, entity)).get("Item")
        return deserialize(item) if item else None
