"""The CLI is the PATH's, or built once of the pinned modules; without either the suite is skipped."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.pulumi_cli import BuildFailed, pulumi_cli

GO = '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\necho built > "$2"\n'
BROKEN_GO = "#!/bin/sh\necho no network >&2\nexit 1\n"

Program = Callable[[str, str], Path]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put programs on a PATH that has nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def put(name: str, text: str) -> Path:
        file = folder / name
        file.write_text(text)
        file.chmod(0o755)
        return file

    return put


def test_the_paths_cli_is_taken(program: Program, tmp_path: Path) -> None:
    """Whoever deploys has one."""
    installed = program("pulumi", "#!/bin/sh\n")
    assert pulumi_cli(pytest.fail, kept=tmp_path) == installed


def test_without_one_go_builds_it_once(program: Program, tmp_path: Path) -> None:
    """The first time is told; later runs take what was built."""
    program("go", GO)
    said: list[str] = []
    built = pulumi_cli(said.append, kept=tmp_path)
    assert built is not None
    assert built.read_text() == "built\n"
    assert said[0].startswith("building Pulumi v3.")
    assert pulumi_cli(pytest.fail, kept=tmp_path) == built


def test_without_go_there_is_none(program: Program, tmp_path: Path) -> None:
    """The suite says so and is skipped."""
    assert pulumi_cli(pytest.fail, kept=tmp_path) is None


def test_a_failed_build_says_why(program: Program, tmp_path: Path) -> None:
    """And leaves nothing that a later run would take for a CLI."""
    program("go", BROKEN_GO)
    for _ in range(2):
        with pytest.raises(BuildFailed, match="no network"):
            pulumi_cli(lambda _text: None, kept=tmp_path)
