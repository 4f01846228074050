"""``python -m benchmarks.contention [--cashiers 32] [--seconds 10] [--latency 15]``.

The cashiers of one store sell without a pause, the same few products, against DynamoDB in memory whose calls take a
fixed time, and a transaction's rows are locked while it is written. The real command decides and paces itself.
"""

import argparse

from benchmarks.contention.report import show
from benchmarks.contention.run import measure


def main() -> None:
    """Measure for one cashier and for all of them, and print both."""
    arguments = argparse.ArgumentParser(prog="benchmarks.contention")
    arguments.add_argument("--cashiers", type=int, default=32)
    arguments.add_argument("--seconds", type=float, default=10.0)
    arguments.add_argument("--latency", type=float, default=15.0, help="milliseconds of each DynamoDB call")
    chosen = arguments.parse_args()
    latency = chosen.latency / 1000
    show([measure(cashiers=count, seconds=chosen.seconds, latency=latency) for count in (1, 4, chosen.cashiers)])


if __name__ == "__main__":
    main()
