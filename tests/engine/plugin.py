"""pytest's options for `make engine`; without this plugin the scenarios are not collected at all."""

from pathlib import Path

import pytest

from tests.engine.pulumi_cli import MISSING


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say where the CLI is, or that there is none."""
    parser.addoption("--pulumi", type=Path, help="Pulumi's CLI")
    parser.addoption("--kills", type=int, default=20, help="at how many moments of a first up the CLI is killed")
    parser.addoption("--without-pulumi", action="store_true", help="skip what needs it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the scenarios where there is nothing to run them on."""
    if config.getoption("--without-pulumi"):
        for item in items:
            if "scenarios" in item.path.parts:
                item.add_marker(pytest.mark.skip(reason=MISSING))
