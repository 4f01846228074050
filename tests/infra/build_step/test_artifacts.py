"""A package's zip: the package with its bytecode, the same bytes every time, made again only when it must be."""

import base64
import hashlib
import marshal
import shutil
from pathlib import Path
from types import CodeType
from zipfile import ZipFile

import pytest
from saai_infra.build import CommandFailedError, SourcesMissingError, Target, build_code

from tests.infra.build_step.workspace import small_workspace

HOST = Target.host()
MODULE = "packages/ws_gateway/ws_gateway/on_connect.py"
UNCHECKED_HASH = 0b01
"""The flags of a `.pyc` that is never compared with its source (PEP 552)."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_workspace(tmp_path)


def read(archive: Path) -> dict[str, bytes]:
    with ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_a_zip_holds_the_package_and_nothing_else(root: Path) -> None:
    """Sources for tracebacks, bytecode for the cold start; no caches, no stubs."""
    package = root / "packages/ws_gateway"
    (package / "pyproject.toml").write_text("")
    for leftover in ("on_connect.pyi", ".on_connect.py.swp", "on_connect.py~"):
        (package / "ws_gateway" / leftover).write_text("")
    (package / "ws_gateway/__pycache__").mkdir()
    (package / "ws_gateway/__pycache__/old.cpython-310.pyc").write_text("")
    names = set(read(build_code("ws_gateway", HOST, root=root).path))
    tag = f"cpython-{HOST.python_version.replace('.', '')}"
    assert names == {
        "ws_gateway/__init__.py",
        "ws_gateway/on_connect.py",
        f"ws_gateway/__pycache__/__init__.{tag}.pyc",
        f"ws_gateway/__pycache__/on_connect.{tag}.pyc",
    }


def test_bytecode_is_unchecked_and_names_the_place_on_lambda(root: Path) -> None:
    """`/var/task` is read-only: bytecode that had to be checked or made again would cost every cold start."""
    content = read(build_code("ws_gateway", HOST, root=root).path)
    (compiled,) = (data for name, data in content.items() if "on_connect.cpython" in name)
    code = marshal.loads(compiled[16:])  # noqa: S302 - made by this test
    assert int.from_bytes(compiled[4:8], "little") == UNCHECKED_HASH
    assert isinstance(code, CodeType)
    assert code.co_filename == "/var/task/ws_gateway/on_connect.py"


def test_two_folders_make_the_same_bytes(tmp_path: Path) -> None:
    """Another machine's `pulumi up` changes nothing."""
    one, other = small_workspace(tmp_path / "one"), small_workspace(tmp_path / "a" / "longer" / "path")
    first, second = (build_code("ws_gateway", HOST, root=root) for root in (one, other))
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256 == second.sha256


def test_the_hash_is_lambdas(root: Path) -> None:
    """`CodeSha256`: of the whole zip, in base64."""
    artifact = build_code("ws_gateway", HOST, root=root)
    content = artifact.path.read_bytes()
    assert artifact.sha256 == base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert artifact.size == len(content)
    assert artifact.path == root / ".build" / HOST.name / "ws_gateway.zip"


def test_unchanged_sources_are_not_built_again(root: Path) -> None:
    """A second run finds what the first one made."""
    first = build_code("ws_gateway", HOST, root=root)
    written = first.path.stat().st_mtime_ns
    assert build_code("ws_gateway", HOST, root=root) == first
    assert first.path.stat().st_mtime_ns == written


def test_a_changed_source_changes_the_zip_and_back(root: Path) -> None:
    """What was reverted is the same as before."""
    original = (root / MODULE).read_text()
    before = build_code("ws_gateway", HOST, root=root)
    (root / MODULE).write_text(f"{original}\nCHANGED = True\n")
    changed = build_code("ws_gateway", HOST, root=root)
    (root / MODULE).write_text(original)
    assert changed.sha256 != before.sha256
    assert build_code("ws_gateway", HOST, root=root) == before


@pytest.mark.parametrize("change", ["added", "removed", "renamed"])
def test_files_that_come_and_go_change_the_zip(root: Path, change: str) -> None:
    """Not only their content counts."""
    before = build_code("ws_gateway", HOST, root=root)
    source = root / MODULE
    match change:
        case "added":
            shutil.copyfile(source, source.with_name("on_disconnect.py"))
        case "removed":
            source.unlink()
        case _:
            source.rename(source.with_name("on_disconnect.py"))
    assert build_code("ws_gateway", HOST, root=root).sha256 != before.sha256


def test_a_damaged_zip_is_made_again(root: Path) -> None:
    """Somebody may have written there, or a disk may have been full."""
    built = build_code("ws_gateway", HOST, root=root)
    built.path.write_bytes(built.path.read_bytes()[:100])
    assert build_code("ws_gateway", HOST, root=root) == built


def test_a_syntax_error_is_reported_and_leaves_the_last_zip(root: Path) -> None:
    """So what runs locally goes on running while it is corrected."""
    built = build_code("ws_gateway", HOST, root=root)
    content = built.path.read_bytes()
    (root / MODULE).write_text("def lambda_handler(:\n")
    with pytest.raises(CommandFailedError, match=r"on_connect\.py"):
        build_code("ws_gateway", HOST, root=root)
    assert built.path.read_bytes() == content


def test_an_unknown_package_is_an_error(root: Path) -> None:
    """An empty zip would fail only when it is called."""
    with pytest.raises(SourcesMissingError, match="no_such"):
        build_code("no_such", HOST, root=root)
