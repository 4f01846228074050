"""``python -m tests.mutants [WORD …]``: harm the code in small ways, and see which suite notices each.

A mutation whose name or path has one of the words is tried; without words, every one.
"""

import argparse
import contextlib
import queue
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

import attrs

from tests.mutants import client, domain, events, gateway
from tests.mutants.mutation import Mutation, TextNotFound
from tests.mutants.workshop import Outcome, Result, Workshop

REPOSITORY: Final = Path(__file__).parents[2]
MUTATIONS: Final = (*gateway.MUTATIONS, *events.MUTATIONS, *domain.MUTATIONS, *client.MUTATIONS)

Given = TypeVar("Given")
Made = TypeVar("Made")


def main() -> int:
    """Print what becomes of each mutation; return 0 only if every one is caught."""
    arguments = argparse.ArgumentParser(prog="tests.mutants")
    arguments.add_argument("words", nargs="*", help="names, or parts of them or of their paths")
    arguments.add_argument("--jobs", type=int, default=2, help="how many at once")
    arguments.add_argument("--seconds", type=float, default=240, help="what a suite may take")
    arguments.add_argument("--suite", help="this suite alone, in the place of each mutation's own")
    chosen = arguments.parse_args()
    mutations = [each for each in MUTATIONS if named(each, chosen.words)]
    if chosen.suite:
        mutations = [attrs.evolve(each, suites=(chosen.suite,)) for each in mutations]
    missing = list(not_found(mutations))
    for error in missing:
        write(f"NOT FOUND  {error}")
    if missing or not mutations:
        return 1
    with workshops(chosen.jobs, chosen.seconds) as spread:
        suites = sorted({suite for each in mutations for suite in each.suites})
        write(f"==> {len(suites)} suites without any harm")
        unsound = [suite for suite, outcome in spread(sound, suites) if outcome is not Outcome.SURVIVED]
        for suite in unsound:
            write(f"{'FAILS':10} {suite}")
        if unsound:
            return 1
        write(f"==> {len(mutations)} mutations")
        results = [told(result) for result in spread(Workshop.try_out, mutations)]
    caught = Counter(result.suite for result in results if result.outcome is Outcome.CAUGHT)
    write(f"{caught.total()} of {len(results)} mutations caught")
    for suite, count in caught.most_common():
        write(f"  {count:4}  {suite}")
    return 0 if caught.total() == len(results) else 1


def named(mutation: Mutation, words: Sequence[str]) -> bool:
    """Tell whether a mutation is meant."""
    return not words or any(word in mutation.name or word in mutation.path for word in words)


def not_found(mutations: Iterable[Mutation]) -> Iterator[TextNotFound]:
    """Yield each mutation that the code has left behind."""
    for mutation in mutations:
        try:
            mutation.applied(text_of(mutation.path))
        except TextNotFound as error:
            yield error


def text_of(path: str) -> str:
    """Return a file's text; none where the file is gone."""
    file = REPOSITORY / path
    return file.read_text() if file.is_file() else ""


@contextlib.contextmanager
def workshops(
    jobs: int, seconds: float
) -> Iterator[Callable[[Callable[[Workshop, Given], Made], Sequence[Given]], Iterator[Made]]]:
    """Open so many workshops, and give what spreads work over them; what is done comes in the order of the work."""
    free: queue.Queue[Workshop] = queue.Queue()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        for number in range(jobs):
            free.put(Workshop.opened(REPOSITORY, Path(folder) / str(number), seconds=seconds))

        def spread(work: Callable[[Workshop, Given], Made], items: Sequence[Given]) -> Iterator[Made]:
            def with_one(item: Given) -> Made:
                workshop = free.get()
                try:
                    return work(workshop, item)
                finally:
                    free.put(workshop)

            return pool.map(with_one, items)

        yield spread


def sound(workshop: Workshop, suite: str) -> tuple[str, Outcome]:
    """Run a suite without harm: one that fails then says nothing about a mutation."""
    return suite, workshop.run(suite)


def told(result: Result) -> Result:
    """Print a line."""
    by = f"by {result.suite}" if result.suite else ""
    write(f"{result.outcome.upper():10} {result.seconds:5.0f} s  {result.mutation.name}  {by}")
    return result


def write(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
