"""Runs the client's own tests, which are written for Node's test runner, where Node is present."""

from pathlib import Path

import pytest

from tests.node import CLIENT, check_suite, check_types, node, output_of

HERE = Path(__file__).parent


@pytest.mark.parametrize("suite", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_node_suite(suite: Path) -> None:
    """Every test of the file passes, and there is at least one."""
    check_suite(suite)


def test_the_package_exports_its_interface_under_its_name() -> None:
    """What a frontend imports from @saai/ws-client is the documented interface, and nothing else."""
    script = 'console.log(Object.keys(await import("@saai/ws-client")).sort().join())'
    assert output_of([node(), "--input-type=module", "--eval", script]) == "ClientError,combineCursors,connect\n"


def test_the_types_hold() -> None:
    """The sources and a frontend's use of the types compile."""
    check_types(CLIENT)
