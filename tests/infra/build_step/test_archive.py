"""A zip depends on its content alone."""

import os
from pathlib import Path
from zipfile import ZipFile

import pytest
from saai_infra.build import DuplicateEntryError
from saai_infra.build.archive import atomic_write, write_zip


def make_tree(root: Path, names: list[str]) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}")
    return root


NAMES = ["b/two.py", "a.py", "b/one.so", "b/deep/three.txt"]


def test_order_date_and_mode_of_files_do_not_matter(tmp_path: Path) -> None:
    """Two trees with the same content make the same bytes."""
    first = make_tree(tmp_path / "first", NAMES)
    second = make_tree(tmp_path / "second", NAMES[::-1])
    os.utime(second / "a.py", (1, 1))
    (second / "b/two.py").chmod(0o700)
    write_zip(tmp_path / "first.zip", [first])
    write_zip(tmp_path / "second.zip", [second])
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_entries_are_sorted_old_and_readable_by_all(tmp_path: Path) -> None:
    """Lambda runs as another user; shared objects are executable."""
    write_zip(tmp_path / "tree.zip", [make_tree(tmp_path / "tree", NAMES)])
    with ZipFile(tmp_path / "tree.zip") as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["a.py", "b/deep/three.txt", "b/one.so", "b/two.py"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert [oct(entry.external_attr >> 16) for entry in entries] == ["0o100644", "0o100644", "0o100755", "0o100644"]


def test_trees_are_merged(tmp_path: Path) -> None:
    """The layer is made of the dependencies' tree and the domain's."""
    trees = [make_tree(tmp_path / "one", ["python/a.py"]), make_tree(tmp_path / "two", ["python/b.py"])]
    write_zip(tmp_path / "both.zip", trees)
    with ZipFile(tmp_path / "both.zip") as archive:
        assert archive.namelist() == ["python/a.py", "python/b.py"]


def test_a_name_from_two_trees_is_refused(tmp_path: Path) -> None:
    """One of them would silently be lost."""
    trees = [make_tree(tmp_path / "one", ["python/a.py"]), make_tree(tmp_path / "two", ["python/a.py"])]
    with pytest.raises(DuplicateEntryError, match=r"python/a\.py comes from two sources"):
        write_zip(tmp_path / "both.zip", trees)


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    """And no file of its own."""
    destination = tmp_path / "layer.zip"
    destination.write_text("old")

    def write_half() -> None:
        with atomic_write(destination) as file:
            file.write(b"half")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        write_half()
    assert [path.name for path in tmp_path.iterdir()] == ["layer.zip"]
    assert destination.read_text() == "old"
