"""``python -m benchmarks.cost``: what a month costs, beside the earlier design, and which quota is met first."""

import argparse

from benchmarks.cost.month import Size
from benchmarks.cost.paths import count
from benchmarks.cost.prices import CHECKED, REGION, TERMS, Assumptions
from benchmarks.cost.report import print_bills, print_paths, print_quotas


def main() -> None:
    """Count the paths; print the bills, and the quotas of the last size."""
    parser = argparse.ArgumentParser(prog="benchmarks.cost", description=__doc__)
    parser.add_argument("--stores", type=int, nargs="+", default=[100, 1_000, 10_000], help="a table for each")
    parser.add_argument("--screens", type=int, default=5, help="screens of a store")
    parser.add_argument("--sales", type=int, default=60, help="sales of a store a day")
    parser.add_argument(
        "--history", type=int, nargs="+", default=[30, 365], help="days of sales that the earlier design reads"
    )
    chosen = parser.parse_args()
    assumed = Assumptions()
    print(f"list prices of {REGION}, {CHECKED}, {TERMS} (prices.py has the assumptions too)")
    paths = count(assumed, screens=chosen.screens, sales=chosen.sales)
    print_paths(paths)
    sizes = [Size(stores=stores, screens=chosen.screens, sales=chosen.sales) for stores in chosen.stores]
    print_bills(sizes, paths, assumed, histories=chosen.history)
    print_quotas(sizes[-1], paths, assumed)


if __name__ == "__main__":
    main()
