"""The two kinds of zip: the layer, and a package's code."""

import base64
import contextlib
import hashlib
import json
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from saai_infra.build.archive import atomic_write, write_zip
from saai_infra.build.bytecode import compile_tree
from saai_infra.build.dependencies import install_dependencies
from saai_infra.build.errors import SourcesMissingError
from saai_infra.build.interpreter import Interpreter, find_interpreter
from saai_infra.build.recipe import recipe
from saai_infra.build.target import Target

REPOSITORY: Final = Path(__file__).resolve().parents[3]
"""The folder that holds `packages/`, `requirements/` and, once built, `.build/`."""

LAYER_SOURCES: Final = ("packages/aws_lite/aws_lite", "packages/domain/saai_domain")
"""Our packages that the layer carries, from the repository's root."""
_FOR_TESTS: Final = "testing"
"""The subpackage that serves other services' tests and is no part of what runs."""


@attrs.frozen(kw_only=True)
class Artifact:
    """A built zip."""

    path: Path
    sha256: str
    """Of the zip, in base64: what Lambda calls `CodeSha256` and Pulumi `source_code_hash`."""
    size: int
    """Bytes, zipped."""


@attrs.frozen(kw_only=True)
class Artifacts:
    """Everything a stage deploys."""

    layer: Artifact
    code: Mapping[str, Artifact]
    """By package: `ws_gateway`, `saai_events`."""


def build_all(target: Target, *, packages: Iterable[str], root: Path = REPOSITORY) -> Artifacts:
    """Build the layer and the code of the packages.

    Raises:
        BuildError: see `saai_infra.build.errors`.
    """
    layer = build_layer(target, root=root)
    return Artifacts(layer=layer, code={name: build_code(name, target, root=root) for name in packages})


def build_layer(target: Target, *, root: Path = REPOSITORY) -> Artifact:
    """Build `layer.zip`: under `python/`, the locked third-party packages and ours (`LAYER_SOURCES`).

    Raises:
        BuildError: see `saai_infra.build.errors`.
    """
    interpreter = find_interpreter(target)
    lock = root / "requirements" / "layer.txt"
    packages = [root / package for package in LAYER_SOURCES]

    def write(destination: Path) -> None:
        dependencies = install_dependencies(
            lock, target=target, interpreter=interpreter, cache=root / ".build" / "dependencies"
        )
        with _compiled(packages, under="python", interpreter=interpreter, installed_at="/opt") as ours:
            write_zip(destination, [dependencies, ours])

    return _cached(
        root / ".build" / target.name / "layer.zip",
        key=_key(target, interpreter, lock, *(source for package in packages for source in _sources(package))),
        write=write,
    )


def layer_version(root: Path = REPOSITORY) -> str:
    """Return the semantic version of what the layer holds: that of `saai_domain`."""
    project = tomllib.loads((root / "packages" / "domain" / "pyproject.toml").read_text(encoding="utf-8"))
    version: str = project["project"]["version"]
    return version


def build_code(package: str, target: Target, *, root: Path = REPOSITORY) -> Artifact:
    """Build `{package}.zip`: the package and nothing else, since its imports come from the layer and the runtime.

    Raises:
        BuildError: see `saai_infra.build.errors`.
    """
    interpreter = find_interpreter(target)
    sources = root / "packages" / package / package

    def write(destination: Path) -> None:
        with _compiled([sources], under="", interpreter=interpreter, installed_at="/var/task") as tree:
            write_zip(destination, [tree])

    return _cached(
        root / ".build" / target.name / f"{package}.zip",
        key=_key(target, interpreter, *_sources(sources)),
        write=write,
    )


@contextlib.contextmanager
def _compiled(packages: Iterable[Path], *, under: str, interpreter: Interpreter, installed_at: str) -> Iterator[Path]:
    """Yield a folder that holds a copy of the packages with their bytecode."""
    with tempfile.TemporaryDirectory(prefix="saai-build-") as folder:
        for package in packages:
            for source in _sources(package):
                copy = Path(folder, under, package.name, source.relative_to(package))
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, copy)
        compile_tree(Path(folder), interpreter=interpreter, installed_at=installed_at)
        yield Path(folder)


def _sources(package: Path) -> list[Path]:
    found = sorted(
        path for path in package.rglob("*") if path.is_file() and not _is_by_product(path.relative_to(package))
    )
    if not found:
        raise SourcesMissingError(folder=package)
    return found


def _is_by_product(path: Path) -> bool:
    """Tell whether a file was left by an editor or by Python, or serves tests only."""
    return (
        not {"__pycache__", _FOR_TESTS}.isdisjoint(path.parts[:-1])
        or path.suffix in {".pyc", ".pyi"}
        or path.name.startswith(".")
        or "~" in path.name
    )


def _key(target: Target, interpreter: Interpreter, *files: Path) -> str:
    """Name everything the zip's bytes depend on."""
    digest = hashlib.sha256(f"{recipe()}\0{target.name}\0{interpreter.build}".encode())
    for file in files:
        content = file.read_bytes()
        digest.update(f"\0{file.as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _cached(destination: Path, *, key: str, write: Callable[[Path], None]) -> Artifact:
    """Return the file that is there if it was made from the same sources, or make it."""
    note = destination.with_suffix(".json")
    if note.is_file() and destination.is_file():
        known = json.loads(note.read_text(encoding="utf-8"))
        artifact = _describe(destination)
        if known == {"key": key, "sha256": artifact.sha256}:
            return artifact
    write(destination)
    artifact = _describe(destination)
    with atomic_write(note) as file:
        file.write(json.dumps({"key": key, "sha256": artifact.sha256}).encode())
    return artifact


def _describe(path: Path) -> Artifact:
    content = path.read_bytes()
    digest = hashlib.sha256(content).digest()
    return Artifact(path=path, sha256=base64.b64encode(digest).decode(), size=len(content))
