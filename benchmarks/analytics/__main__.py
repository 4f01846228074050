"""``python -m benchmarks.analytics``: read and write units of a refresh, with 30 and with 90 days of history."""

import argparse

from saai_support.shop import Shop

from benchmarks.analytics.dispatching import dispatch_seconds
from benchmarks.analytics.measure import Cost, Measured, measure

STORES = 10_000
CALL_SECONDS = 0.02
USD_PER_READ = 0.125e-6
USD_PER_WRITE = 0.625e-6


def main() -> None:
    """Measure the stores and print a table."""
    parser = argparse.ArgumentParser(prog="benchmarks.analytics", description=__doc__)
    parser.add_argument("--days", type=int, nargs="+", default=[30, 90], help="days of history, a store for each")
    parser.add_argument("--sales-a-day", type=int, default=556, help="sales a day; 556 make 50,000 in 90 days")
    parser.add_argument("--products", type=int, default=300, help="products of each store")
    chosen = parser.parse_args()
    measured = [
        measure(Shop(days=days, sales_a_day=chosen.sales_a_day, products=chosen.products)) for days in chosen.days
    ]
    for each in measured:
        report(each)
    least, most = measured[0].refresh.meter.read_units, measured[-1].refresh.meter.read_units
    print(f"\nread units of a refresh, {chosen.days[-1]} days to {chosen.days[0]}: {most / least:.3f}")
    seconds = dispatch_seconds(stores=STORES, call_seconds=CALL_SECONDS)
    print(f"{STORES:,} stores dispatched in {seconds:.1f} s, with calls of {CALL_SECONDS * 1000:.0f} ms")


def report(each: Measured) -> None:
    """Print a store's figures."""
    print(f"\n{each.shop.days} days, {each.sales} sales, {each.shop.products} products")
    for name, cost in (("first refresh", each.first), ("refresh", each.refresh), ("night", each.night)):
        print(f"  {name:14} {_cost(cost)}")
    print(f"  {'all sales once':14} {each.history_units:8,.0f} read units, by a Query")
    reads = ", ".join(f"{table} {count:,.1f}" for table, count in sorted(each.refresh.meter.reads.items()))
    print(f"  a refresh reads {reads}")


def _cost(cost: Cost) -> str:
    dollars = cost.meter.read_units * USD_PER_READ + cost.meter.write_units * USD_PER_WRITE
    return (
        f"{cost.meter.read_units:8,.0f} read units {cost.meter.write_units:6,.0f} write units"
        f" {cost.sales_read:7,} sales read {cost.cpu_seconds:6.2f} s CPU  ${dollars:.6f}"
    )


if __name__ == "__main__":
    main()
