"""Run a program of the build step."""

import subprocess
from collections.abc import Mapping

from saai_infra.build.errors import CommandFailedError


def run(*command: str, environment: Mapping[str, str]) -> None:
    """Run a program to its end.

    Raises:
        CommandFailedError: it ended with an error; what it printed is in the exception.
    """
    finished = subprocess.run(  # noqa: S603 - the callers pass fixed programs and paths of this repository
        command, env=dict(environment), capture_output=True, text=True, check=False
    )
    if finished.returncode != 0:
        raise CommandFailedError(command=command, output=finished.stdout + finished.stderr)
