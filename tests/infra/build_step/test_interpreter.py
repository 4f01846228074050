"""The target's Python must be one that runs: a name on PATH is not enough."""

import sys
from pathlib import Path

import attrs
import pytest
from saai_infra.build import InterpreterMissingError, Target
from saai_infra.build.interpreter import find_interpreter

UNKNOWN = attrs.evolve(Target.host(), python_version="3.99")
"""A version that no machine has."""


def make_executable(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, and no pyenv."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


def test_this_machines_target_is_compiled_by_the_running_python() -> None:
    """No search is needed."""
    interpreter = find_interpreter(Target.host())
    assert interpreter.executable == sys.executable
    assert interpreter.build == sys.version


def test_an_absent_version_is_refused_with_what_to_do(folder: Path) -> None:
    """Install it, or choose another."""
    with pytest.raises(InterpreterMissingError) as refused:
        find_interpreter(UNKNOWN)
    text = str(refused.value)
    assert "No Python 3.99 runs on this machine" in text
    assert "no python3.99 on PATH" in text
    assert "apt install python3.99" in text
    assert "pulumi config set saai:pythonVersion" in text
    assert folder.is_dir()


@pytest.mark.parametrize(
    "script",
    ["exit 127", "echo 3.98; echo 3.98.0", "exit 0", "exec /nowhere/python"],
    ids=["a shim without its version", "another version", "silent", "broken"],
)
def test_what_does_not_answer_as_that_version_is_not_used(folder: Path, script: str) -> None:
    """A pyenv shim stands on PATH for every version ever installed; the error names what was tried."""
    shim = make_executable(folder / "bin/python3.99", script)
    with pytest.raises(InterpreterMissingError, match=str(shim)):
        find_interpreter(UNKNOWN)


def test_what_cannot_be_executed_is_not_used(folder: Path) -> None:
    """A file of that name is not yet a Python."""
    (folder / "bin/python3.99").write_text("")
    with pytest.raises(InterpreterMissingError, match=r"tried: .*python3\.99"):
        find_interpreter(UNKNOWN)


def test_a_python_that_answers_is_used(folder: Path) -> None:
    """It is asked for its version once."""
    python = make_executable(folder / "bin/python3.99", "echo 3.99; echo '3.99.1 (main)'; echo '[GCC]'")
    interpreter = find_interpreter(UNKNOWN)
    assert interpreter.executable == str(python)
    assert interpreter.build == "3.99.1 (main)\n[GCC]"


def test_pyenvs_own_version_is_used_when_its_shim_refuses(folder: Path) -> None:
    """The shim runs only the versions that are selected; the installed one is all that is needed."""
    make_executable(folder / "bin/python3.99", "exit 127")
    installed = make_executable(folder / "pyenv/versions/3.99.2/bin/python3.99", "echo 3.99; echo 3.99.2")
    assert find_interpreter(UNKNOWN).executable == str(installed)
