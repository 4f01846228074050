"""Brings changed sources into the functions of a running stage."""

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs
from saai_infra.build import LAYER_SOURCES, Target, build_code, build_layer

from local_aws.clients import Clients
from local_aws.deploy import Deployment
from local_aws.paths import REPOSITORY

_FUNCTION = "aws:lambda/function:Function"
_LAYER = "aws:lambda/layerVersion:LayerVersion"
_LAYER_PACKAGES = frozenset(Path(source).parts[1] for source in LAYER_SOURCES)
"""The packages that are the layer; every other one is code."""


@attrs.frozen(kw_only=True)
class Change:
    """What has to be built again."""

    layer: bool = False
    packages: frozenset[str] = frozenset()
    infrastructure: bool = False
    """The infrastructure program changed: only a new start deploys that."""


@attrs.frozen(kw_only=True)
class Updated:
    """A zip that was built again and the functions that run it now."""

    what: str
    functions: tuple[str, ...]
    seconds: float


def changes(paths: Iterable[Path], *, packages: Iterable[str], root: Path = REPOSITORY) -> Change:
    """Tell what changed files mean. Files that no function holds mean nothing."""
    relative = [path.relative_to(root) for path in paths if path.is_relative_to(root)]
    touched = {_package(path) for path in relative}
    return Change(
        layer=not _LAYER_PACKAGES.isdisjoint(touched) or Path("requirements/layer.txt") in relative,
        packages=frozenset(name for name in packages if name in touched),
        infrastructure=any(path.parts[0] == "infra" for path in relative),
    )


def _package(path: Path) -> str | None:
    """The package in whose zip a file ends up; what stands beside the package's own folder ends up in none."""
    match path.parts:
        case ("packages", package, _folder, _file, *_):
            return package
        case _:
            return None


@attrs.frozen(kw_only=True)
class Redeployer:
    """Knows which functions run what."""

    clients: Clients
    functions: Mapping[str, tuple[str, ...]]
    """By package: the physical names of its functions."""
    layer_name: str
    target: Target = attrs.field(factory=Target.host)
    root: Path = REPOSITORY
    """The working copy whose sources are built."""

    @classmethod
    def of(cls, deployment: Deployment, *, clients: Clients) -> "Redeployer":
        """The redeployer of a stage. A function's package is the first part of its handler."""
        functions: dict[str, tuple[str, ...]] = {}
        for function in deployment.of_type(_FUNCTION):
            package = function.inputs["handler"].split(".")[0]
            functions[package] = (*functions.get(package, ()), function.id)
        (layer,) = deployment.of_type(_LAYER)
        return cls(clients=clients, functions=functions, layer_name=layer.inputs["layerName"])

    def apply(self, change: Change) -> Iterator[Updated]:
        """Build what changed, deploy it, and tell of each zip when its functions run it.

        Raises:
            BuildError: a source can't be built, for example for a syntax error; what runs stays as it was.
        """
        if change.layer:
            began = time.monotonic()
            functions = self._update_layer(build_layer(self.target, root=self.root).path)
            yield Updated(what="domain layer", functions=functions, seconds=time.monotonic() - began)
        for package in sorted(change.packages):
            began = time.monotonic()
            functions = self._update_code(package, build_code(package, self.target, root=self.root).path)
            yield Updated(what=package, functions=functions, seconds=time.monotonic() - began)

    def _update_code(self, package: str, archive: Path) -> tuple[str, ...]:
        code = archive.read_bytes()
        for function in self.functions[package]:
            self.clients.lambda_.update_function_code(FunctionName=function, ZipFile=code)
        return self.functions[package]

    def _update_layer(self, archive: Path) -> tuple[str, ...]:
        published = self.clients.lambda_.publish_layer_version(
            LayerName=self.layer_name, Content={"ZipFile": archive.read_bytes()}
        )
        updated = tuple(name for names in self.functions.values() for name in names)
        for function in updated:
            configuration = self.clients.lambda_.get_function_configuration(FunctionName=function)
            layers = [
                published["LayerVersionArn"] if arn.startswith(f"{published['LayerArn']}:") else arn
                for arn in (layer.get("Arn", "") for layer in configuration.get("Layers", []))
            ]
            self.clients.lambda_.update_function_configuration(FunctionName=function, Layers=layers)
        return updated
