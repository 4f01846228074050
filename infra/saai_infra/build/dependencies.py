"""Install the layer's locked third-party packages for a target, once per lock."""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from saai_infra.build.bytecode import compile_tree
from saai_infra.build.command import run
from saai_infra.build.errors import ForbiddenDistributionError, ToolMissingError
from saai_infra.build.interpreter import Interpreter
from saai_infra.build.recipe import recipe
from saai_infra.build.target import Target

RUNTIME_PROVIDED: Final = ("boto3", "botocore", "s3transfer", "awscrt")
"""Packages of the Lambda runtime; `/opt/python` stands before them on the path."""

_UNUSED_NAMES: Final = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", ".lock")
"""Installer's notes: they hold paths and dates of the machine, and nothing reads them on Lambda."""


def install_dependencies(lock: Path, *, target: Target, interpreter: Interpreter, cache: Path) -> Path:
    """Return a folder holding `python/<packages>`, compiled; it is made the first time and found afterwards.

    Raises:
        ToolMissingError: uv is absent.
        CommandFailedError: uv could not install what the lock names, with the hashes it names.
        ForbiddenDistributionError: the lock names a package of the runtime.
    """
    installed = cache / _key(lock, target, interpreter)
    if installed.is_dir():
        return installed
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".installing-") as folder:
        work = Path(folder, "layer")
        _install(lock, target, work / "python")
        strip(work / "python")
        refuse_runtime_packages(work / "python")
        compile_tree(work, interpreter=interpreter, installed_at="/opt")
        move_into_place(work, installed)
    return installed


def move_into_place(work: Path, installed: Path) -> None:
    """Rename a finished folder, unless another process was faster."""
    try:
        work.rename(installed)
    except OSError:
        # The other process made it of the same lock, so it holds the same.
        if not installed.is_dir():
            raise


def strip(packages: Path) -> None:
    """Remove what differs between machines or is of no use on Lambda."""
    for folder in (packages / "bin", packages / "tests", *packages.glob("*/tests")):
        shutil.rmtree(folder, ignore_errors=True)
    for path in packages.rglob("*"):
        if path.is_file() and (path.name in _UNUSED_NAMES or path.suffix in {".pyc", ".pyi"}):
            path.unlink()


def refuse_runtime_packages(packages: Path) -> None:
    """Assert that nothing of the runtime's own got in.

    Raises:
        ForbiddenDistributionError: it did.
    """
    found = tuple(name for name in RUNTIME_PROVIDED if (packages / name).exists())
    if found:
        raise ForbiddenDistributionError(names=found)


def _key(lock: Path, target: Target, interpreter: Interpreter) -> str:
    parts = (recipe(), target.name, interpreter.build, lock.read_text(encoding="utf-8"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _install(lock: Path, target: Target, folder: Path) -> None:
    platform = ("--python-version", target.python_version, "--python-platform", target.wheel_platform)
    for_machine = ("--python", sys.executable)
    run(
        _uv(),
        *("pip", "install", "--quiet", "--target", str(folder), "--no-deps", "--link-mode", "copy"),
        *("--only-binary", ":all:", "--require-hashes", "--requirements", str(lock)),
        *(for_machine if target.wheel_platform is None else (part for part in platform if part is not None)),
        environment={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
    )


def _uv() -> str:
    beside = Path(sys.executable).parent / "uv"
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        raise ToolMissingError(tool="uv")
    return found
