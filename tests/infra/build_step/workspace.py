"""A copy of what the build step reads, to build and change without touching the repository."""

import shutil
from pathlib import Path

from saai_infra.build.artifacts import LAYER_SOURCES, REPOSITORY

SOURCES = (*LAYER_SOURCES, "packages/ws_gateway/ws_gateway", "packages/saai_events/saai_events")


def copy_workspace(destination: Path) -> Path:
    """Copy the lock and the packages, as they are in the repository."""
    for source in SOURCES:
        shutil.copytree(REPOSITORY / source, destination / source, ignore=shutil.ignore_patterns("__pycache__"))
    (destination / "requirements").mkdir()
    shutil.copyfile(REPOSITORY / "requirements/layer.txt", destination / "requirements/layer.txt")
    return destination


def small_workspace(destination: Path) -> Path:
    """A package of two modules, which builds without the network."""
    package = destination / "packages/ws_gateway/ws_gateway"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "on_connect.py").write_text('def lambda_handler(event, context):\n    return {"statusCode": 200}\n')
    return destination
