"""The table that is printed."""

from collections.abc import Sequence

from benchmarks.contention.run import Measured


def show(results: Sequence[Measured]) -> None:
    """Print one line for each number of cashiers."""
    print("cashiers  sales/s  attempts/sale  refused  wait p50  p95    p99    max (s)")
    for result in results:
        waits = result.waits
        p50, p95, p99 = (waits[min(len(waits) - 1, int(len(waits) * part))] for part in (0.5, 0.95, 0.99))
        print(
            f"{result.cashiers:8}  {result.sales_per_second:7.1f}  {result.attempts / len(waits):13.2f}  "
            f"{result.refused:7}  {p50:8.2f}  {p95:5.2f}  {p99:5.2f}  {waits[-1]:5.2f}"
        )
