"""The build step: the layer's zip and one zip of code per package, the same bytes every time.

It needs no Pulumi and no Docker, so that a watch loop may call it alone:

    target = Target.host()                      # or Target.aws(python_version="3.13", architecture="arm64")
    layer = build_layer(target)                 # Artifact(path, sha256, size)
    code = build_code("ws_gateway", target)
"""

from saai_infra.build.artifacts import (
    LAYER_SOURCES,
    Artifact,
    Artifacts,
    build_all,
    build_code,
    build_layer,
    layer_version,
)
from saai_infra.build.errors import (
    BuildError,
    CommandFailedError,
    DuplicateEntryError,
    ForbiddenDistributionError,
    InterpreterMissingError,
    SourcesMissingError,
    ToolMissingError,
)
from saai_infra.build.target import Architecture, Target

__all__ = [
    "LAYER_SOURCES",
    "Architecture",
    "Artifact",
    "Artifacts",
    "BuildError",
    "CommandFailedError",
    "DuplicateEntryError",
    "ForbiddenDistributionError",
    "InterpreterMissingError",
    "SourcesMissingError",
    "Target",
    "ToolMissingError",
    "build_all",
    "build_code",
    "build_layer",
    "layer_version",
]
