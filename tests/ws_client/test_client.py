"""Runs the client's own tests, which are written for Node's test runner, where Node is present."""

from pathlib import Path

import pytest

from tests.node import CLIENT, check_suite, check_types, needs_tools

HERE = Path(__file__).parent


WITH_TOOLS = frozenset({"documents.test.mjs", "packaging.test.mjs", "react.test.mjs"})
"""Suites that need more than Node."""


@pytest.mark.parametrize("suite", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_node_suite(suite: Path) -> None:
    """Every test of the file passes, and there is at least one."""
    if suite.name in WITH_TOOLS:
        needs_tools()
    check_suite(suite)


@pytest.mark.parametrize("project", [CLIENT, HERE], ids=["sources", "usage"])
def test_the_types_hold(project: Path) -> None:
    """The sources and a frontend's use of the types compile."""
    check_types(project)
