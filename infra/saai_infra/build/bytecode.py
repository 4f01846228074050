"""Compile a tree the way the read-only `/opt` and `/var/task` need it: never checked, complete, reproducible."""

import os
from pathlib import Path

from saai_infra.build.command import run
from saai_infra.build.interpreter import Interpreter


def compile_tree(tree: Path, *, interpreter: Interpreter, installed_at: str) -> None:
    """Write a `.pyc` beside every source, with tracebacks that name the place on Lambda (`installed_at`).

    Unchecked-hash files carry no date and are never compared with their source, so a cold start neither compiles nor
    stats. The fixed hash seed and the single worker make the bytes depend on the sources alone.

    Raises:
        CommandFailedError: a source does not compile.
    """
    run(
        interpreter.executable,
        "-S",
        *("-m", "compileall", "-q", "-f", "-j", "1"),
        *("--invalidation-mode", "unchecked-hash"),
        *("-s", str(tree), "-p", installed_at, str(tree)),
        environment={"PYTHONHASHSEED": "0", "PATH": os.environ.get("PATH", "")},
    )
