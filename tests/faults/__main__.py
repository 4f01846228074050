"""``python -m tests.faults [--sales 5000] [--stores 5] [--seed 1]``: stores that sell while everything fails."""

import argparse
import sys
import time

from tests.faults.browser_clients import BrowserClients, node
from tests.faults.plain_clients import PlainClients
from tests.faults.run import run


def main() -> int:
    """Run, print what happened, and return 0 only if nothing was lost, doubled or crossed."""
    arguments = argparse.ArgumentParser(prog="tests.faults")
    arguments.add_argument("--sales", type=int, default=5_000)
    arguments.add_argument("--stores", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    began = time.monotonic()
    path = node()
    clients = BrowserClients(path) if path else PlainClients()

    def progress(sales: int) -> None:
        sys.stderr.write(f"    {sales:6} of {chosen.sales} sales, {time.monotonic() - began:4.0f} s\n")

    sys.stderr.write(
        f"==> {chosen.sales} sales in {chosen.stores} stores, while everything fails (seed {chosen.seed})\n"
        f"    {'with the browser client in Node' if path else 'without Node: with clients that follow the protocol'}\n"
    )
    verdict = run(clients, sales=chosen.sales, stores=chosen.stores, seed=chosen.seed, progress=progress)
    sys.stdout.write(
        f"{verdict.sales} sales, {verdict.refusals} orders refused for want of stock\n"
        f"{verdict.events} events, {verdict.deliveries} events in the screens' applications\n"
        f"{verdict.snapshots} snapshots loaded\n"
    )
    tables = {
        "processes killed": verdict.kills,
        "answers lost": verdict.lost_answers,
        "calls that failed without effect": verdict.refused,
        "happened": verdict.happened,
    }
    for title, counts in tables.items():
        sys.stdout.write(f"{counts.total()} {title}:\n")
        for name, count in sorted(counts.items()):
            sys.stdout.write(f"  {count:6}  {name}\n")
    for problem in verdict.problems:
        sys.stdout.write(f"BROKEN: {problem}\n")
    if not verdict.problems:
        sys.stdout.write(
            "Lost 0, twice 0, foreign 0, wrong 0: every application has every event of its store, once, in order.\n"
        )
    return 1 if verdict.problems else 0


if __name__ == "__main__":
    sys.exit(main())
