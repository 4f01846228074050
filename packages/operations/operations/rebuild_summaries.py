r"""Count stores' days anew from their sales, for any range: after a take-over, or when old sales were changed.

::

    python -m operations.rebuild_summaries --ventas-table TABLE --counters-table TABLE --resumenes-table TABLE \
        --desde 2025-10-01 [--hasta 2025-12-31] (--tienda T001 [--tienda T002 ...] | --tiendas-table TABLE)

With ``--tiendas-table`` every active store is rebuilt. Nobody needs to run it in the normal course: functions count
a day that has no summary, and every night recounts the last week. It may run while sales are made, and again. What
other services annulled more than a week ago shows after it. A store's sales since the first day are read once.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from saai_domain.codes import TenantId, store_code
from saai_domain.errors import InvalidCode
from saai_domain.time import Clock, lima_date, lima_now
from saai_events.dispatching.stores import StoreTable
from saai_events.summaries.days import Days

from operations.clients import operator_client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def read_arguments(arguments: Sequence[str], *, today: date) -> argparse.Namespace:
    """Read the command line; it ends the process where that makes no sense."""
    parser = argparse.ArgumentParser(
        prog="operations.rebuild_summaries", description=__doc__.split("\n", maxsplit=1)[0]
    )
    for table in ("ventas", "counters", "resumenes"):
        parser.add_argument(f"--{table}-table", required=True, help=f"physical name of the table {table}")
    parser.add_argument("--desde", required=True, type=date.fromisoformat, help="first Lima date, YYYY-MM-DD")
    parser.add_argument("--hasta", default=today, type=date.fromisoformat, help="last Lima date; today by default")
    stores = parser.add_mutually_exclusive_group(required=True)
    stores.add_argument("--tienda", action="append", type=_store, help="a store's code; may be given several times")
    stores.add_argument("--tiendas-table", help="physical name of the table tiendas: every active store")
    chosen = parser.parse_args(arguments)
    if not chosen.desde <= chosen.hasta <= today:
        parser.error("--desde must not be after --hasta, nor --hasta after today")
    return chosen


def rebuild(client: "DynamoDBClient", chosen: argparse.Namespace, *, clock: Clock = lima_now) -> None:
    """Rebuild what the command line asks for, and print a line for each store and each sale that can't be counted."""
    days = Days.over(
        client,
        ventas_table=chosen.ventas_table,
        counters_table=chosen.counters_table,
        resumenes_table=chosen.resumenes_table,
    )
    stores = chosen.tienda or StoreTable(client=client, table=chosen.tiendas_table).active().stores
    for store in stores:
        counted = days.rebuild(store, chosen.desde, chosen.hasta, moment=clock())
        for problem in counted.unreadable:
            sys.stdout.write(f"{store}: not counted: {problem}\n")
        sys.stdout.write(
            f"{store}: {len(counted.days)} days, {sum(day.ventas for day in counted.days.values())} sales;"
            f" {counted.sales_read} sales read, {counted.written} rows written\n"
        )


def _store(value: str) -> TenantId:
    try:
        return store_code(value)
    except InvalidCode as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def main() -> None:
    """Rebuild what the command line names."""
    rebuild(operator_client("dynamodb"), read_arguments(sys.argv[1:], today=lima_date(lima_now())))


if __name__ == "__main__":
    main()
