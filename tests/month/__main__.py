"""``python -m tests.month [--events 5000000] [--seed 1]``: thirty days of events, on a virtual clock."""

import argparse
import gc
import sys
import time

from tests.month.month import Evening, Month

MEGABYTE = 1_000_000


def main() -> int:
    """Run, print each day, and return 0 only if everything held."""
    arguments = argparse.ArgumentParser(prog="tests.month")
    arguments.add_argument("--events", type=int, default=5_000_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--stores", type=int, default=5)
    arguments.add_argument("--step", type=int, default=1, help="minutes between two sweeps")
    chosen = arguments.parse_args()

    def tell(evening: Evening) -> None:
        rows = ", ".join(f"{count:,} {table}" for table, count in evening.rows.items())
        sys.stderr.write(
            f"    day {evening.day:2}: {evening.events:9,} events, {evening.sales:6,} sales, "
            f"{evening.rss / MEGABYTE:5,.0f} MB, processes {evening.processes / MEGABYTE:.3f} MB, "
            f"CPU {time.process_time():5,.0f} s; rows: {rows}\n"
        )

    # Rows are packed: there is little to collect, and looking for it often takes a tenth of the time.
    gc.set_threshold(100_000, 10, 100)
    with Month.begun(events=chosen.events, stores=chosen.stores, seed=chosen.seed, step_minutes=chosen.step) as month:
        month.run(tell)
        problems = month.all_problems()
    counts = {
        "events logged": month.books.events(),
        "events in the screens' applications": sum(seat.delivered for seat in month.seats),
        "sales": month.evenings[-1].sales,
        "sales annulled": month.annulled,
        "invokes lost, and swept up": month.lost,
        "events sent again, and recognised": month.repeated,
        "snapshots loaded anew": month.screens.snapshots,
        "connections": month.gateway.begun,
    }
    for name, count in counts.items():
        sys.stdout.write(f"{count:10,} {name}\n")
    for problem in problems[:50]:
        sys.stdout.write(f"BROKEN: {problem}\n")
    sys.stdout.write("Everything held.\n" if not problems else f"{len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
