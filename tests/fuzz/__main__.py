"""``python -m tests.fuzz [--inputs 100000] [--seed 1]``: bad input through every door, counted."""

import argparse
import sys
import time

from tests.fuzz.run import CLIENT, CLIENT_PART, client, run


def main() -> int:
    """Run, print the inputs by door, and return 0 only if nothing was wrong."""
    arguments = argparse.ArgumentParser(prog="tests.fuzz")
    arguments.add_argument("--inputs", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    began = time.monotonic()

    def progress(door: str, count: int) -> None:
        sys.stderr.write(f"    {count:7,}  {door}, {time.monotonic() - began:4.0f} s\n")

    sys.stderr.write(f"==> {chosen.inputs:,} inputs (seed {chosen.seed})\n")
    frames = round(chosen.inputs * CLIENT_PART)
    verdicts = [run(chosen.inputs - frames, seed=chosen.seed, progress=progress)]
    in_node = client(frames, seed=chosen.seed)
    if in_node is None:
        sys.stderr.write(f"    without Node: no {CLIENT}\n")
    else:
        verdicts.append(in_node)
    for verdict in verdicts:
        for door, count in verdict.tried.items():
            sys.stdout.write(f"{count:9,}  {door}\n")
    wrong = [each for verdict in verdicts for each in verdict.wrong]
    for each in wrong:
        sys.stdout.write(f"WRONG: {each}\n")
    sys.stdout.write(f"{sum(sum(verdict.tried.values()) for verdict in verdicts):9,}  inputs, {len(wrong)} wrong\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
