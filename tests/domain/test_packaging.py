"""Another SAAI service installs the domain on its own."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "packages" / "domain"


def test_the_package_installs_with_everything_it_needs_to_be_imported(tmp_path: Path) -> None:
    """`pip install packages/domain`: modules, adapters and type information. Building it needs the package index."""
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--target", str(tmp_path), str(PROJECT)],
        check=True,
        capture_output=True,
        text=True,
    )
    installed = {path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("saai_domain/**/*") if path.is_file()}
    sources = {
        path.relative_to(PROJECT).as_posix()
        for path in PROJECT.glob("saai_domain/**/*")
        if path.is_file() and path.suffix in {".py", ".typed"}
    }

    assert installed == sources
    assert {"saai_domain/py.typed", "saai_domain/aws/event_log.py"} <= installed
