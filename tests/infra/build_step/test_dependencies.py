"""What is installed for the layer, and what is taken out again."""

import sys
from pathlib import Path

import pytest
from saai_infra.build import ForbiddenDistributionError, Target, ToolMissingError
from saai_infra.build.dependencies import (
    RUNTIME_PROVIDED,
    install_dependencies,
    move_into_place,
    refuse_runtime_packages,
    strip,
)
from saai_infra.build.interpreter import find_interpreter


def make_files(root: Path, names: list[str]) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")


def test_what_differs_between_machines_is_taken_out(tmp_path: Path) -> None:
    """And what no function reads: stubs, tests, programs."""
    kept = ["attr/__init__.py", "attr/py.typed", "attrs-1.dist-info/METADATA", "msgspec/_core.so", "a/b/tests/x.py"]
    removed = [
        *(f"attrs-1.dist-info/{name}" for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")),
        *(".lock", "attr/__init__.pyi", "attr/__pycache__/__init__.cpython-313.pyc", "bin/program"),
        *("tests/test_all.py", "attr/tests/test_attr.py"),
    ]
    make_files(tmp_path, [*kept, *removed])
    strip(tmp_path)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == sorted(
        kept
    )


@pytest.mark.parametrize("name", RUNTIME_PROVIDED)
def test_packages_of_the_runtime_are_refused(tmp_path: Path, name: str) -> None:
    """A cut-down botocore in a layer breaks every service that uses the layer."""
    make_files(tmp_path, [f"{name}/__init__.py"])
    with pytest.raises(ForbiddenDistributionError, match=f"must not hold {name}") as refused:
        refuse_runtime_packages(tmp_path)
    assert refused.value.names == (name,)


def test_a_folder_that_another_process_made_is_kept(tmp_path: Path) -> None:
    """Two builds may run at once; both go on with what stands there."""
    make_files(tmp_path, ["mine/python/a.py", "theirs/python/a.py"])
    move_into_place(tmp_path / "mine", tmp_path / "theirs")
    assert (tmp_path / "theirs/python/a.py").is_file()


def test_a_folder_that_cannot_be_moved_is_an_error(tmp_path: Path) -> None:
    """Nothing stands there to go on with."""
    make_files(tmp_path, ["mine/python/a.py"])
    with pytest.raises(FileNotFoundError):
        move_into_place(tmp_path / "mine", tmp_path / "nowhere" / "theirs")


def test_without_uv_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make setup` installs it beside this Python."""
    interpreter = find_interpreter(Target.host())
    lock = tmp_path / "layer.txt"
    lock.write_text("")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissingError, match="run `make setup`"):
        install_dependencies(lock, target=Target.host(), interpreter=interpreter, cache=tmp_path / "cache")
