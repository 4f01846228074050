"""``rebuild-summaries``: count stores' days anew from their sales, for any range."""

import argparse
from datetime import date
from typing import TYPE_CHECKING, Final

from saai_domain.time import Clock, lima_date, lima_now
from saai_events.dispatching.stores import StoreTable
from saai_events.summaries.days import Days, DaysSettings

from operations.command import Commands, add_command, add_stores, add_table, operator_client, report, table_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MANUAL: Final = """\
Nobody needs to run it in the normal course: functions count a day that has no summary, and every night recounts the
last week. What other services annulled or changed more than a week ago shows after it. It reads a store's sales since
the first day once, and writes the rows of saai-STAGE-resumenes that changed; sales are not touched.

Safe to repeat, also while sales are being made: a row is never replaced by an earlier count.

  python -m operations rebuild-summaries --stage dev --since 2025-10-01 --store T001 --store T002
  python -m operations rebuild-summaries --stage dev --since 2025-10-01 --until 2025-12-31 --all-stores
"""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    summary = "Count stores' days anew from their sales."
    parser = add_command(commands, "rebuild-summaries", run, summary=summary, manual=MANUAL)
    parser.add_argument("--since", required=True, type=_date, help="first Lima date, YYYY-MM-DD")
    parser.add_argument("--until", type=_date, help="last Lima date; today by default")
    add_stores(parser, every="every active store")
    for table in ("ventas", "counters", "resumenes", "tiendas"):
        add_table(parser, table)


def run(chosen: argparse.Namespace) -> None:
    """Rebuild what the command line names."""
    rebuild(operator_client("dynamodb"), chosen)


def rebuild(client: "DynamoDBClient", chosen: argparse.Namespace, *, clock: Clock = lima_now) -> None:
    """Rebuild what was chosen, and print a line for each store and each sale that can't be counted."""
    today = lima_date(clock())
    last = chosen.until or today
    if not chosen.since <= last <= today:
        chosen.refuse("--since must not be after --until, nor --until after today")
    settings = DaysSettings(
        ventas_table=table_of(chosen, "ventas"),
        counters_table=table_of(chosen, "counters"),
        resumenes_table=table_of(chosen, "resumenes"),
    )
    days = Days.over(client, settings)
    stores = chosen.store or StoreTable(client=client, table=table_of(chosen, "tiendas")).active().stores
    for store in stores:
        counted = days.rebuild(store, chosen.since, last, moment=clock())
        written = days.save(store, counted)
        for problem in counted.unreadable:
            report(f"{store}: not counted: {problem}")
        report(
            f"{store}: {len(counted.days)} days, {sum(day.ventas for day in counted.days.values())} sales;"
            f" {counted.sales_read} sales read, {written} rows written"
        )


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is not a date, for example 2025-10-01") from None
