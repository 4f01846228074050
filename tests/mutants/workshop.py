"""A copy of the repository in which one mutation stands at a time, and the suites that are run there."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final

import attrs

from tests.mutants.mutation import Mutation

TOOLS: Final = "packages/ws_client/node_modules"
"""What git doesn't hold and the browser client's suites need."""
TESTS_FAILED: Final = 1
"""pytest's exit status; others mean that it could not run them ("Exit codes")."""
TIMED_OUT: Final = "Timeout (>"
"""What pytest-timeout says of a test that it gave up."""


class Outcome(StrEnum):
    """What a suite says of a mutation, or all of them together."""

    CAUGHT = "caught"
    SURVIVED = "survived"
    HUNG = "hung"
    """There was no verdict in time."""
    BROKEN = "broken"
    """The suite could not be run: the mutation is no working code."""


@attrs.frozen(kw_only=True)
class Result:
    """What became of a mutation: by which suite it was caught, or which gave no verdict; and how long it all took."""

    mutation: Mutation
    outcome: Outcome
    suite: str | None
    seconds: float


@attrs.frozen
class Workshop:
    """The copy. ``seconds`` are what each suite may take."""

    root: Path
    seconds: float
    _moments: Iterator[int] = attrs.field(factory=lambda: itertools.count(int(time.time())))

    @classmethod
    def opened(cls, repository: Path, root: Path, *, seconds: float) -> "Workshop":
        """Copy what git knows of the repository, and what is new in it."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - developers have git
            cwd=repository,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            source, target = repository / name, root / name
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        if (repository / TOOLS).is_dir():
            (root / TOOLS).symlink_to(repository / TOOLS)
        return cls(root, seconds)

    def try_out(self, mutation: Mutation) -> Result:
        """Do the harm, run the suites until one notices it, and undo it.

        Raises:
            TextNotFound: The code has changed.
        """
        began = time.monotonic()
        sound = (self.root / mutation.path).read_text()
        outcome, noticed = Outcome.SURVIVED, None
        self._write(mutation.path, mutation.applied(sound))
        try:
            for suite in mutation.suites:
                outcome = self.run(suite)
                if outcome is not Outcome.SURVIVED:
                    noticed = suite
                    break
        finally:
            self._write(mutation.path, sound)
        return Result(mutation=mutation, outcome=outcome, suite=noticed, seconds=time.monotonic() - began)

    def run(self, suite: str) -> Outcome:
        """Run a suite in the copy to its first failure."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", suite]
        # The copy's own packages, by its own settings.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        with subprocess.Popen(  # noqa: S603 - our own command, no shell
            command,
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                output, _ = process.communicate(timeout=self.seconds)
            except subprocess.TimeoutExpired:
                # With it whatever it has started: Node, too.
                os.killpg(process.pid, signal.SIGKILL)
                return Outcome.HUNG
        if process.returncode == 0:
            return Outcome.SURVIVED
        if TIMED_OUT in output:
            return Outcome.HUNG
        return Outcome.CAUGHT if process.returncode == TESTS_FAILED else Outcome.BROKEN

    def _write(self, path: str, text: str) -> None:
        """Write a file at a moment of its own, by which Python tells whether what it compiled still stands."""
        target = self.root / path
        target.write_text(text)
        moment = next(self._moments)
        os.utime(target, (moment, moment))
