"""Runs what is written for Node: the browser client's and the console page's own tests, and their type checks.

Where Node or the client's tools are missing these are skipped and say so; in CI, where both are installed, they fail.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

REPOSITORY = Path(__file__).parents[1]
CLIENT = REPOSITORY / "packages" / "ws_client"
OLDEST_NODE = 20


def missing(what: str) -> NoReturn:
    """Skip the test for what isn't installed; in CI fail it."""
    if os.environ.get("CI"):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


def node() -> str:
    """Return the path of a Node that can run the tests, or skip the test saying why."""
    found = shutil.which("node")
    if found is None:
        missing("Node is not installed: what needs it was not tested")
    version = output_of([found, "--version"]).strip()
    if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
        missing(f"Node {version} is older than {OLDEST_NODE}: what needs it was not tested")
    return found


def needs_tools(package: Path = CLIENT) -> None:
    """Skip the test where a package's development tools aren't installed."""
    if not (package / "node_modules" / "typescript").exists():
        missing(f"the tools of {package.name} are not installed (make frontend): what needs them was not tested")


def output_of(command: list[str], *, package: Path = CLIENT, sent: str | None = None) -> str:
    """Run a command in a package, with a text on its standard input, and return what it writes.

    A failure fails the test with all of it.
    """
    result = subprocess.run(  # noqa: S603 - our own command, no shell
        command, cwd=package, input=sent, capture_output=True, text=True, timeout=100, check=False
    )
    if result.returncode:
        pytest.fail(result.stdout + result.stderr, pytrace=False)
    return result.stdout


def check_suite(suite: Path) -> None:
    """Fail unless every test of the file passes in Node's runner, and there is at least one."""
    report = output_of([node(), "--test", "--test-reporter=tap", str(suite)])
    assert "\n# fail 0\n" in report
    assert "\n# pass 0\n" not in report


def check_types(project: Path) -> None:
    """Fail unless a project's types hold; skip where TypeScript isn't there."""
    needs_tools()
    compiler = CLIENT / "node_modules" / "typescript" / "bin" / "tsc"
    output_of([node(), str(compiler), "--project", str(project)])
