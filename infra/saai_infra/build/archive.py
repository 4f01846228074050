"""Write zips that depend on their content alone."""

import contextlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

from saai_infra.build.errors import DuplicateEntryError

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest date a zip can hold."""

_REGULAR_FILE: Final = 0o100000
_UNIX: Final = 3


def write_zip(destination: Path, trees: Iterable[Path]) -> None:
    """Put every file of the trees into one zip, under its path relative to its tree.

    Entries are sorted, dated 1980-01-01 and owned by nobody; modes are 0644, 0755 for shared objects.

    Raises:
        DuplicateEntryError: two trees hold the same path.
    """
    entries = sorted(_entries(trees).items())
    with atomic_write(destination) as file, zipfile.ZipFile(file, "w") as archive:
        for name, source in entries:
            archive.writestr(_entry(name), source.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)


@contextlib.contextmanager
def atomic_write(destination: Path) -> Iterator[IO[bytes]]:
    """Yield a file that replaces the destination once the block ends without an error: never a half-written one."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=destination.parent, prefix=f".{destination.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        temporary.chmod(0o644)
        temporary.replace(destination)
    finally:
        temporary.unlink(missing_ok=True)


def _entries(trees: Iterable[Path]) -> dict[str, Path]:
    entries: dict[str, Path] = {}
    for tree in trees:
        for path in tree.rglob("*"):
            name = path.relative_to(tree).as_posix()
            if path.is_file() and name in entries:
                raise DuplicateEntryError(name=name)
            if path.is_file():
                entries[name] = path
    return entries


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    mode = 0o755 if name.endswith(".so") else 0o644
    entry.create_system = _UNIX
    entry.external_attr = (_REGULAR_FILE | mode) << 16
    return entry
