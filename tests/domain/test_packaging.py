"""Another SAAI service installs the domain, and the AWS client that it needs, from their wheels."""

import email
import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECTS = {"saai_aws_lite": ROOT / "packages" / "aws_lite", "saai_domain": ROOT / "packages" / "domain"}
IMPORTED = {"saai_aws_lite": "aws_lite", "saai_domain": "saai_domain"}


def uv(*arguments: str | Path) -> None:
    """Run uv with this environment's Python; it asks no index for anything."""
    command = [sys.executable, "-m", "uv", *map(str, arguments), "--quiet", "--offline"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own interpreter
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The wheels as `make wheel` builds them."""
    folder = tmp_path_factory.mktemp("dist")
    for project in PROJECTS.values():
        uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder, project)
    return {path.name.partition("-")[0]: path for path in folder.glob("*.whl")}


def project_of(name: str) -> Mapping[str, Any]:
    """What a package's `pyproject.toml` says of it."""
    found: Mapping[str, Any] = tomllib.loads((PROJECTS[name] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def metadata_of(wheel: Path) -> Message:
    """What a wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_string(archive.read(path).decode())


@pytest.mark.parametrize("name", PROJECTS)
def test_a_wheel_holds_the_whole_package(wheels: Mapping[str, Path], name: str) -> None:
    """Modules, type information, and what a module reads."""
    package = PROJECTS[name] / IMPORTED[name]
    sources = {
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheels[name]) as archive:
        assert {path for path in archive.namelist() if ".dist-info/" not in path} == sources
    assert f"{IMPORTED[name]}/py.typed" in sources


@pytest.mark.parametrize("name", PROJECTS)
def test_a_wheel_says_what_it_is(wheels: Mapping[str, Path], name: str) -> None:
    """And that no public registry is to take it."""
    metadata = metadata_of(wheels[name])
    assert metadata["Version"] == project_of(name)["version"]
    assert {"Typing :: Typed", "Private :: Do Not Upload"} <= set(metadata.get_all("Classifier", []))
    assert metadata.get_payload() == (PROJECTS[name] / "README.md").read_text(encoding="utf-8")


def test_the_domain_asks_for_the_client_that_is_built_beside_it(wheels: Mapping[str, Path]) -> None:
    """Both are in one layer. A name that a registry knows is never asked for by its name alone."""
    version = project_of("saai_aws_lite")["version"]
    assert f"saai-aws-lite=={version}" in metadata_of(wheels["saai_domain"]).get_all("Requires-Dist", [])


def test_every_module_can_be_imported_from_the_wheels(wheels: Mapping[str, Path], tmp_path: Path) -> None:
    """With what they ask for, and nothing of this repository."""
    uv("pip", "install", "--no-deps", "--no-index", "--target", tmp_path, *wheels.values())
    modules = [
        ".".join(path.relative_to(tmp_path).with_suffix("").parts).removesuffix(".__init__")
        for name in IMPORTED.values()
        for path in tmp_path.joinpath(name).rglob("*.py")
    ]
    program = f"import {', '.join(modules)}; print(saai_domain.__file__)"
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(tmp_path), "PATH": os.defpath},
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(tmp_path)


def test_the_changelog_has_the_version() -> None:
    """Whoever takes it reads what changed."""
    domain = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").partition("## Domain layer")[2].partition("\n## ")[0]
    assert f"\n### [{project_of('saai_domain')['version']}]" in domain, "describe the version in CHANGELOG.md"
