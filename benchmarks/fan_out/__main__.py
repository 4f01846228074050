"""``python -m benchmarks.fan_out``: the fan-out beside boto3's, and beside the least that Python can do."""

import argparse

from benchmarks.fan_out.report import CASES, Medians, print_report
from benchmarks.fan_out.run import running_bench


def main() -> None:
    """Measure every case in turn, as often as told, and print the report."""
    parser = argparse.ArgumentParser(prog="benchmarks.fan_out", description=__doc__)
    parser.add_argument("--alternations", type=int, default=5, help="how often each case is measured")
    alternations = parser.parse_args().alternations
    with running_bench() as bench:
        runs = [{case: bench.measure(case) for case in CASES} for _ in range(alternations)]
    print_report({case: Medians.of([run[case] for run in runs]) for case in CASES}, alternations)


if __name__ == "__main__":
    main()
