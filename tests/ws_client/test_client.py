"""Runs the client's own tests, which are written for Node's test runner, where Node is present."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "packages" / "ws_client"
OLDEST_NODE = 20


def _node() -> str:
    """Return the path of a Node that can run the tests, or skip the test saying why."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed: the browser client's tests were not run")
    version = _output([node, "--version"]).strip()
    if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
        pytest.skip(f"Node {version} is older than {OLDEST_NODE}: the browser client's tests were not run")
    return node


def _output(command: list[str]) -> str:
    result = subprocess.run(  # noqa: S603 - our own command, no shell
        command, cwd=PACKAGE, capture_output=True, text=True, timeout=100, check=False
    )
    if result.returncode:
        pytest.fail(result.stdout + result.stderr, pytrace=False)
    return result.stdout


@pytest.mark.parametrize("suite", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_node_suite(suite: Path) -> None:
    """Every test of the file passes in Node's runner, and there is at least one."""
    report = _output([_node(), "--test", "--test-reporter=tap", str(suite)])
    assert "\n# fail 0\n" in report
    assert "\n# pass 0\n" not in report


def test_the_package_exports_its_interface_under_its_name() -> None:
    """What a frontend imports from @saai/ws-client is the documented interface, and nothing else."""
    script = 'console.log(Object.keys(await import("@saai/ws-client")).sort().join())'
    assert _output([_node(), "--input-type=module", "--eval", script]) == "ClientError,combineCursors,connect\n"


def test_the_types_hold() -> None:
    """The sources and a frontend's use of the types compile, where TypeScript was installed with `npm ci`."""
    compiler = PACKAGE / "node_modules" / "typescript" / "bin" / "tsc"
    if not compiler.exists():
        pytest.skip("TypeScript is not installed in packages/ws_client: the types were not checked")
    _output([_node(), str(compiler), "--project", "."])
