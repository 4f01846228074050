"""``python -m tests.month [--events 5000000] [--stages 2] [--seed 1]``: thirty days of events, on a virtual clock."""

import argparse
import gc
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor

import attrs

from tests.month.month import Month
from tests.month.verdict import Evening

MEGABYTE = 1_000_000


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of a stage: counts by what they count, and what was found."""

    counts: Mapping[str, int]
    problems: Sequence[str]


def main() -> int:
    """Let the months of some stages pass side by side, print each day, and return 0 only if everything held."""
    arguments = argparse.ArgumentParser(prog="tests.month")
    arguments.add_argument("--events", type=int, default=5_000_000, help="of all stages together")
    arguments.add_argument("--stages", type=int, default=2, help="each has its process, five stores and its own seed")
    arguments.add_argument("--seed", type=int, default=1, help="the first stage's")
    arguments.add_argument("--step", type=int, default=1, help="minutes between two sweeps")
    chosen = arguments.parse_args()
    seeds = range(chosen.seed, chosen.seed + chosen.stages)
    with ProcessPoolExecutor(chosen.stages) as pool:
        futures = [pool.submit(month_of, chosen.events // chosen.stages, seed, chosen.step) for seed in seeds]
        outcomes = [future.result() for future in futures]
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts.update(outcome.counts)
    for name, count in counts.items():
        sys.stdout.write(f"{count:10,} {name}\n")
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    for problem in problems[:50]:
        sys.stdout.write(f"BROKEN: {problem}\n")
    sys.stdout.write(f"{len(problems)} problems\n" if problems else "Everything held.\n")
    return 1 if problems else 0


def month_of(events: int, seed: int, step_minutes: int) -> Outcome:
    """Let a stage's month pass."""

    def tell(evening: Evening) -> None:
        rows = ", ".join(f"{count:,} {table}" for table, count in evening.rows.items())
        sys.stderr.write(
            f"    seed {seed}, day {evening.day:2}: {evening.events:9,} events, {evening.sales:6,} sales, "
            f"{evening.rss / MEGABYTE:5,.0f} MB, functions {evening.processes / MEGABYTE:.3f} MB, "
            f"CPU {time.process_time():5,.0f} s; rows: {rows}\n"
        )

    # Rows are packed: there is little to collect, and looking for it often takes a tenth of the time.
    gc.set_threshold(100_000, 10, 100)
    with Month.begun(events=events, stores=5, seed=seed, step_minutes=step_minutes) as month:
        month.run(tell)
        return Outcome(
            counts={
                "events logged": month.books.events(),
                "events in the screens' applications": sum(seat.delivered for seat in month.seats),
                "sales": month.verdict.evenings[-1].sales,
                "sales annulled": month.annulled,
                "invokes lost, and swept up": month.lost,
                "events sent again, and recognised": month.repeated,
                "snapshots loaded anew": month.screens.snapshots,
                "connections": month.gateway.begun,
            },
            problems=month.all_problems(),
        )


if __name__ == "__main__":
    sys.exit(main())
