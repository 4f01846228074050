"""Runs the console page's own tests, which are written for Node's test runner, where Node is present."""

from pathlib import Path

import pytest

from tests.node import REPOSITORY, check_suite, check_types

HERE = Path(__file__).parent


@pytest.mark.parametrize("suite", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_node_suite(suite: Path) -> None:
    """Every test of the file passes, and there is at least one."""
    check_suite(suite)


def test_the_types_hold() -> None:
    """The page's sources compile."""
    check_types(REPOSITORY / "packages" / "console")
