"""Find a Python of the target's minor version that really runs."""

import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs

from saai_infra.build.errors import InterpreterMissingError
from saai_infra.build.target import Target

_PROBE = "import sys; print(*sys.version_info[:2], sep='.'); print(sys.version)"


@attrs.frozen(kw_only=True)
class Interpreter:
    """A Python that ran when it was asked for its version."""

    executable: str
    build: str
    """Its full version text: another build may write other bytecode, so this is part of every cache key."""


def find_interpreter(target: Target) -> Interpreter:
    """Return the interpreter that compiles for the target.

    Raises:
        InterpreterMissingError: none of that minor version runs here.
    """
    return _find(target.python_version, os.environ.get("PATH", ""))


@functools.cache
def _find(version: str, path: str) -> Interpreter:
    tried = []
    for executable in _candidates(version, path):
        found = _probe(executable, version)
        if found is not None:
            return found
        tried.append(executable)
    raise InterpreterMissingError(version=version, tried=tuple(tried))


def _candidates(version: str, path: str) -> Iterator[str]:
    if sys.version_info[:2] == tuple(int(part) for part in version.split(".")):
        yield sys.executable
    for folder in path.split(os.pathsep):
        candidate = Path(folder, f"python{version}")
        if folder and candidate.is_file():
            yield str(candidate)
    # A pyenv shim on PATH refuses to run a version that is installed but not selected.
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for installed in sorted(versions.glob(f"{version}.*")):
        candidate = installed / "bin" / f"python{version}"
        if candidate.is_file():
            yield str(candidate)


def _probe(executable: str, version: str) -> Interpreter | None:
    try:
        answer = subprocess.run(  # noqa: S603 - the path is a Python found on PATH
            [executable, "-I", "-S", "-c", _PROBE], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    minor, _, build = answer.stdout.strip().partition("\n")
    if answer.returncode != 0 or minor != version:
        return None
    return Interpreter(executable=executable, build=build)
