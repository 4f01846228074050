"""The real layer, built from the lock. The first build needs the network; uv's cache serves the others."""

import os
import struct
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from saai_infra.build import Artifact, CommandFailedError, InterpreterMissingError, Target, build_all, build_layer
from saai_infra.build.dependencies import RUNTIME_PROVIDED
from saai_infra.build.interpreter import find_interpreter

from tests.infra.build_step.workspace import copy_workspace

AARCH64 = 183
"""The machine's number in an ELF header."""

LIMIT = 2_500_000
"""Bytes, zipped."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_workspace(tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="module")
def layer(root: Path) -> Artifact:
    """The layer for this machine."""
    return build_layer(Target.host(), root=root)


@pytest.fixture(scope="module")
def lambda_layer(root: Path) -> Artifact:
    """The layer for Lambda's default: arm64, Python 3.13."""
    target = Target.aws(python_version="3.13", architecture="arm64")
    try:
        find_interpreter(target)
    except InterpreterMissingError as missing:
        pytest.skip(f"the layer can't be built for Lambda here: {missing}")
    return build_layer(target, root=root)


def names_in(artifact: Artifact) -> list[str]:
    with ZipFile(artifact.path) as archive:
        return archive.namelist()


def unpack(artifact: Artifact, folder: Path) -> Path:
    with ZipFile(artifact.path) as archive:
        archive.extractall(folder)
    return folder / "python"


def test_it_holds_the_domain_and_its_dependencies(layer: Artifact) -> None:
    """All under `python/`, which Lambda puts on the path."""
    packages = {name.split("/")[1] for name in names_in(layer)}
    assert all(name.startswith("python/") for name in names_in(layer))
    assert {package for package in packages if not package.endswith(".dist-info")} == {
        *("attr", "attrs", "aws_lite", "jwt", "msgspec", "saai_domain"),
    }


def test_it_never_holds_the_runtimes_sdk(layer: Artifact) -> None:
    """boto3 comes with the runtime, whole."""
    assert not any(name.split("/")[1].startswith(RUNTIME_PROVIDED) for name in names_in(layer))


def test_it_holds_no_installers_notes(layer: Artifact) -> None:
    """They differ between machines."""
    unwanted = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", ".lock", ".pyi")
    assert not [name for name in names_in(layer) if name.endswith(unwanted)]


def test_every_source_has_its_bytecode(layer: Artifact) -> None:
    """`/opt` is read-only: what is missing would be compiled at every cold start."""
    names = names_in(layer)
    sources = [name for name in names if name.endswith(".py")]
    compiled = [name for name in names if name.endswith(".pyc")]
    assert len(sources) == len(compiled) > 0


def test_it_is_small(layer: Artifact) -> None:
    """Every cold start unpacks it."""
    assert layer.size < LIMIT


def test_it_imports_in_a_clean_python(layer: Artifact, tmp_path: Path) -> None:
    """Isolated, without site-packages: everything the domain's pure modules need is in the layer."""
    python = unpack(layer, tmp_path)
    modules = sorted(f"saai_domain.{path.stem}" for path in (python / "saai_domain").glob("[!_]*.py"))
    script = f"""
import sys
sys.path.insert(0, {str(python)!r})
import attrs, jwt, msgspec
import importlib
for name in {modules!r}:
    importlib.import_module(name)
print(*{{module.__name__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)
         and "saai_domain" in module.__name__ and not module.__file__.startswith({str(python)!r})}})
"""
    answer = subprocess.run(  # noqa: S603 - this Python, and a script from above
        [sys.executable, "-I", "-S", "-B", "-c", script], capture_output=True, text=True, check=False
    )
    assert answer.stderr == ""
    assert answer.stdout.strip() == ""


def test_two_folders_make_the_same_bytes(layer: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with another hash seed in the environment."""
    monkeypatch.setenv("PYTHONHASHSEED", "12345")
    again = build_layer(Target.host(), root=copy_workspace(tmp_path / "another" / "workspace"))
    assert again.path.read_bytes() == layer.path.read_bytes()


def test_a_changed_domain_changes_the_layer_only_there(layer: Artifact, tmp_path: Path) -> None:
    """The dependencies stand as they were installed."""
    other = copy_workspace(tmp_path / "workspace")
    (other / "packages/domain/saai_domain/added.py").write_text("ADDED = True\n")
    changed = build_layer(Target.host(), root=other)
    assert {name for name in set(names_in(changed)) ^ set(names_in(layer)) if "added" not in name} == set()
    assert changed.sha256 != layer.sha256


def test_a_changed_domain_does_not_install_the_dependencies_again(tmp_path: Path) -> None:
    """What a developer changes is built in a fraction of a second."""
    workspace = copy_workspace(tmp_path / "workspace")
    build_layer(Target.host(), root=workspace)
    (installed,) = (workspace / ".build/dependencies").iterdir()
    written = installed.stat().st_mtime_ns
    (workspace / "packages/domain/saai_domain/added.py").write_text("ADDED = True\n")
    changed = build_layer(Target.host(), root=workspace)
    assert "python/saai_domain/added.py" in names_in(changed)
    assert [(path, path.stat().st_mtime_ns) for path in installed.parent.iterdir()] == [(installed, written)]


def test_everything_a_stage_deploys_is_built_by_one_call(root: Path, layer: Artifact) -> None:
    """The layer, and a zip for each package."""
    artifacts = build_all(Target.host(), packages=("ws_gateway", "saai_events"), root=root)
    assert artifacts.layer == layer
    assert {name: artifact.path.name for name, artifact in artifacts.code.items()} == {
        "ws_gateway": "ws_gateway.zip",
        "saai_events": "saai_events.zip",
    }


def test_a_lock_with_a_wrong_hash_is_refused(tmp_path: Path) -> None:
    """What is installed is what was locked, or nothing."""
    other = copy_workspace(tmp_path / "workspace")
    (other / "requirements/layer.txt").write_text(f"attrs==26.1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(CommandFailedError, match=r"(?i)hash"):
        build_layer(Target.host(), root=other)
    assert not list((other / ".build/dependencies").iterdir())


def test_for_lambda_it_holds_arm_code_and_that_pythons_bytecode(lambda_layer: Artifact, tmp_path: Path) -> None:
    """Whatever this machine is."""
    python = unpack(lambda_layer, tmp_path)
    objects = list(python.rglob("*.so"))
    machines = {struct.unpack_from("<H", path.read_bytes(), 18)[0] for path in objects}
    assert objects
    assert machines == {AARCH64}
    assert all("cpython-313" in path.name for path in objects)
    assert all(path.name.endswith(".cpython-313.pyc") for path in python.rglob("*.pyc"))


def test_for_lambda_nothing_tells_where_it_was_built(lambda_layer: Artifact, root: Path, tmp_path: Path) -> None:
    """Tracebacks name `/opt/python`."""
    python = unpack(lambda_layer, tmp_path)
    files = [path for path in python.rglob("*") if path.is_file()]
    (compiled,) = (python / "saai_domain" / "__pycache__").glob("money.*.pyc")
    assert b"/opt/python/saai_domain/money.py" in compiled.read_bytes()
    assert not [path for path in files if os.fsencode(root) in path.read_bytes()]
