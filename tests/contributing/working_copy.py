"""A copy of the repository's sources, in which a recipe of CONTRIBUTING.md is followed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs

ROOT: Final = Path(__file__).parents[2]
_LEFT_OUT: Final = shutil.ignore_patterns(
    "node_modules", ".*", "__pycache__", "released", "ws-client-1.0.0", "dist", "*.sha256"
)
_NO_CODE: Final = ("docs/", "tests/", "CHANGELOG.md")


@attrs.frozen(kw_only=True)
class Edit:
    """What a recipe does to a file: text that goes before an anchor, or a whole new file."""

    path: str
    text: str
    before: str | None = None

    @property
    def is_code(self) -> bool:
        """Whether it is the service's own code, and neither test nor document."""
        return not self.path.startswith(_NO_CODE)


@attrs.frozen
class WorkingCopy:
    """The copy's folder; what runs in it sees the copy's packages only."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> "WorkingCopy":
        """Copy packages, program, tests, benchmarks and documents, without what is installed or built."""
        for name in ("packages", "infra", "tests", "benchmarks", "docs", "requirements"):
            shutil.copytree(ROOT / name, folder / name, ignore=_LEFT_OUT)
        for name in ("pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "Makefile"):
            shutil.copy(ROOT / name, folder / name)
        return cls(folder)

    def apply(self, edits: Sequence[Edit]) -> None:
        """Do what a recipe says."""
        for edit in edits:
            file = self.folder / edit.path
            if edit.before is None:
                file.write_text(edit.text, encoding="utf-8")
                continue
            text = file.read_text(encoding="utf-8")
            assert edit.before in text, f"{edit.path} no longer has {edit.before!r}: change this recipe"
            file.write_text(text.replace(edit.before, edit.text + edit.before, 1), encoding="utf-8")

    def generate(self) -> None:
        """Do what `make contracts` and `make record` do without Node."""
        self._python("packages/ws_client/generate_types.py")
        self._python("-m", "saai_contracts", "write")
        self._python("-m", "tests.infra.urns")
        self._python("-m", "tests.infra.layer_names")

    def test(self, *paths: str) -> tuple[int, str]:
        """Run test files; return pytest's exit code, and what it told."""
        done = self._run("-m", "pytest", "-q", "--tb=line", "-p", "no:cacheprovider", "-p", "no:randomly", *paths)
        return done.returncode, done.stdout

    def _python(self, *arguments: str) -> None:
        done = self._run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        paths = [*sorted(self.folder.glob("packages/*")), self.folder / "infra"]
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))},
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "PYTHONWARNINGS": "ignore",
        }
        return subprocess.run(  # noqa: S603 - our own interpreter and files
            [sys.executable, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
