"""The tables that ``python -m benchmarks.cost`` prints."""

from collections.abc import Mapping, Sequence

from benchmarks.cost.earlier import earlier_units, history_units, hours_of_analytics, scan_units
from benchmarks.cost.meter import Count
from benchmarks.cost.month import Month, Size, bill, month_of, same_work
from benchmarks.cost.paths import Paths
from benchmarks.cost.prices import Assumptions
from benchmarks.cost.quotas import quotas, sweep_rate

_SERVICE = 24


def print_paths(paths: Paths) -> None:
    """Print what each path does once, and what a million times cost."""
    print("\nwhat a path does, counted")
    print(
        f"  {'':14}{'calls':>7}{'read units':>12}{'write units':>13}{'messages':>10}{'HTTP':>6}{'Lambda':>8}{'ms':>7}"
    )
    for name, count in paths.counts.items():
        dollars = sum(bill(count.units).values()) * 1_000_000
        print(f"  {name:14}{_path(count)}{dollars:13,.2f}")


def _path(count: Count) -> str:
    used = {**dict.fromkeys(("websocket messages", "http requests", "lambda requests"), 0.0), **count.units}
    aws = sum(times for call, times in count.calls.items() if not call.endswith(" called"))
    return (
        f"{aws:7}{used.get('dynamodb read units', 0):12,.1f}{used.get('dynamodb write units', 0):13,.0f}"
        f"{used['websocket messages']:10,.0f}{used['http requests']:6,.0f}{used['lambda requests']:8,.0f}"
        f"{1_000 * sum(count.seconds.values()):7,.0f}"
    )


def print_bills(sizes: Sequence[Size], paths: Paths, assumed: Assumptions, *, histories: Sequence[int]) -> None:
    """Print a bill a month for each size, beside the earlier design's after so many days of sales."""
    for size in sizes:
        month = month_of(size, paths, assumed)
        columns: dict[str, Mapping[str, float]] = {
            "now": bill(month.units),
            "now, the same work": bill(same_work(month, size)),
        }
        for history in histories:
            units = earlier_units(size, paths, assumed, history=history)
            columns[f"earlier, day {history}"] = bill(units)
        print(f"\n{size.stores:,} stores x {size.screens} screens x {size.sales} sales a day, dollars a month")
        print(f"  {'':{_SERVICE}}{'now':>11}" + "".join(f"{name:>20}" for name in list(columns)[1:]))
        for service in columns["now"]:
            if any(column[service] >= _SMALLEST for column in columns.values()):
                _row(service, [column[service] for column in columns.values()])
        _row("together", [sum(column.values()) for column in columns.values()])
        _row("a store", [sum(column.values()) / size.stores for column in columns.values()], decimals=4)
        _print_shares(month)
        _print_earlier(size, paths, assumed, histories)


_SMALLEST = 0.005
"""Dollars; what is less is no line."""


def _row(name: str, dollars: Sequence[float], *, decimals: int = 2) -> None:
    first, *others = dollars
    print(f"  {name:{_SERVICE}}{first:11,.{decimals}f}" + "".join(f"{each:20,.{decimals}f}" for each in others))


def _print_shares(month: Month) -> None:
    dollars = {path: sum(bill(units).values()) for path, units in month.paths.items()}
    total = sum(dollars.values())
    largest = sorted(dollars, key=lambda path: -dollars[path])[:6]
    print("  of now: " + ", ".join(f"{path} {dollars[path] / total:.0%}" for path in largest))


def print_quotas(size: Size, paths: Paths, assumed: Assumptions) -> None:
    """Print the quotas, tightest first, for a product of this size."""
    average = size.stores * size.sales / (assumed.hours_open * 3_600)
    busiest = size.stores * size.sales * assumed.busiest_hour_share / 3_600
    print(f"\n{size.stores:,} stores: {average:.1f} sales a second on average, {busiest:.1f} in the busiest hour")
    print(f"  {'':44}{'limit':>9}{'at rest':>9}{'a sale':>9}{'busiest hour':>14}{'full at sales/s':>17}")
    for each in sorted(quotas(size, paths, assumed), key=lambda quota: quota.sales):
        share = (each.at_rest + busiest * each.a_sale) / each.limit
        print(
            f"  {each.name:44}{each.limit:9,.0f}{each.at_rest:9,.1f}{each.a_sale:9,.2f}{share:14.1%}{each.sales:17,.0f}"
        )
    print(f"  the sweep repeats {sweep_rate(assumed):.0f} events a second")


def _print_earlier(size: Size, paths: Paths, assumed: Assumptions, histories: Sequence[int]) -> None:
    print(f"  earlier: {scan_units(size, paths):,.1f} read units for each event's scan", end="")
    for history in histories:
        units = history_units(size, paths, history=history)
        hours = hours_of_analytics(size, paths, assumed, history=history)
        print(f"; day {history}: {units:,.0f} for a store's analytics, {hours:.1f} h for all stores'", end="")
    print()
