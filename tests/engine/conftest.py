"""The scenarios need `make engine`'s plugin; what they stand on is tested with everything else."""

import pytest


def pytest_ignore_collect(collection_path: "object", config: pytest.Config) -> bool | None:
    """Leave the scenarios to `make engine`."""
    if getattr(collection_path, "name", "") == "scenarios" and not config.pluginmanager.has_plugin(
        "tests.engine.plugin"
    ):
        return True
    return None
