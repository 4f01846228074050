"""``python -m benchmarks.forecast``: the backtest and the speed of the demand forecast. Deterministic by seed."""

import argparse

from benchmarks.forecast.backtest import cases, score_case
from benchmarks.forecast.report import print_report
from benchmarks.forecast.shapes import STORES
from benchmarks.forecast.speed import print_speed


def main() -> None:
    """Run the backtest over every kind of store and print the report."""
    parser = argparse.ArgumentParser(prog="benchmarks.forecast", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2], help="one store of each kind per seed")
    parser.add_argument("--products", type=int, default=100, help="products of each store")
    parser.add_argument("--origins", type=int, default=8, help="days from which every product is forecast")
    arguments = parser.parse_args()
    scored = [
        score_case(case)
        for seed in arguments.seeds
        for shape in STORES
        for case in cases(shape, products=arguments.products, origins=arguments.origins, seed=seed)
    ]
    print(f"{len(scored)} forecasts: {len(STORES)} kinds of store, seeds {arguments.seeds}")
    print_report(scored)
    print()
    print_speed()


if __name__ == "__main__":
    main()
