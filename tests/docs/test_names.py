"""The modules, folders and files that documents name exist."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.docs.documents import FOLDERS, ROOT, blocks, code_spans, documents, name_of, read

PACKAGES: Final = {
    path.parent.name: path.parent
    for path in (*ROOT.glob("packages/*/*/__init__.py"), ROOT / "infra" / "saai_infra" / "__init__.py")
}
"""Our importable packages, by name."""
_DOTTED: Final = re.compile(rf"(?:{'|'.join(sorted(PACKAGES))})(?:\.\w+)+")
_RUN: Final = re.compile(r"python -m ([\w.]+)")
_PATH: Final = re.compile(rf"(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./-]*")
_OLD_NAMES: Final = re.compile(r"^\|.*\| *(.+?) *\|$", re.MULTILINE)
"""A row of the changelog: its first columns hold names that are no more."""


def named_in(path: Path) -> str:
    """Return a document's text, without the changelog's old names."""
    text = read(path)
    return _OLD_NAMES.sub(r"\1", text) if path.name == "CHANGELOG.md" else text


def exists(dotted: str) -> bool:
    """Tell whether a dotted name is a module, or something that a module defines."""
    first, *rest = dotted.split(".")
    place = PACKAGES[first]
    for depth, part in enumerate(rest):
        if (place / part / "__init__.py").is_file():
            place /= part
        elif (place / f"{part}.py").is_file():
            return depth == len(rest) - 1 or rest[depth + 1] in defined_in(place / f"{part}.py")
        else:
            return depth == len(rest) - 1 and part in defined_in(place / "__init__.py")
    return (place / "__init__.py").is_file()


def defined_in(module: Path) -> set[str]:
    """Return the names that a module defines or imports at its top."""
    names: set[str] = set()
    for node in ast.parse(read(module)).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.ImportFrom(names=imported):
                names |= {each.asname or each.name for each in imported}
            case _:
                pass
    return names


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_every_module_that_is_named_exists(path: Path) -> None:
    """Whoever looks for it in the code finds it under that name."""
    spans = [span for span in code_spans(named_in(path)) if _DOTTED.fullmatch(span)]
    assert [span for span in spans if not exists(span)] == []


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_every_file_and_folder_that_is_named_exists(path: Path) -> None:
    """Paths in code that begin with one of our folders; with a placeholder they are none."""
    spans = [span for span in code_spans(named_in(path)) if _PATH.fullmatch(span)]
    assert [span for span in spans if not (ROOT / span).exists()] == []


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_every_command_runs_a_module_that_exists(path: Path) -> None:
    """`python -m …`, in prose as in blocks."""
    modules = [
        name for name in _RUN.findall(named_in(path)) if name.split(".")[0] in {*PACKAGES, "benchmarks", "tests"}
    ]
    places = [
        PACKAGES.get(name.split(".")[0], ROOT / name.split(".")[0]).parent / name.replace(".", "/") for name in modules
    ]
    assert [
        name
        for name, place in zip(modules, places, strict=True)
        if not (place.with_suffix(".py").is_file() or (place / "__main__.py").is_file())
    ] == []


def test_our_packages_are_found_with_nothing_set(tmp_path: Path) -> None:
    """By the environment's Python, wherever it is started: the commands of the documents run as they stand."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    program = f"import importlib.util as u\nprint([each for each in {sorted(PACKAGES)} if u.find_spec(each) is None])"
    found = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]", "make setup"


def test_the_architecture_names_every_function_and_every_package_beneath() -> None:
    """Its walks lead through all of the gateway and the publishers."""
    named = set(code_spans(read(ROOT / "docs" / "architecture.md")))
    beneath = [
        f"{package}.{path.parent.name}"
        for package in ("ws_gateway", "saai_events")
        for path in PACKAGES[package].glob("*/__init__.py")
    ]
    handlers = [
        f"{package}.{path.stem}"
        for package in ("ws_gateway", "saai_events")
        for path in PACKAGES[package].glob("*.py")
        if "lambda_handler" in defined_in(path)
    ]
    assert beneath
    forgotten = {name for name in (*beneath, *handlers) if name not in named}
    assert forgotten == set(), "name them in docs/architecture.md, where the walk comes through them"


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_python_in_a_document_imports_what_exists(path: Path) -> None:
    """The README's is run as well (`test_readme.py`); others need a stage."""
    for block in blocks(read(path), "python"):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in PACKAGES:
                assert [
                    f"{node.module}.{each.name}" for each in node.names if not exists(f"{node.module}.{each.name}")
                ] == []


def test_a_name_that_is_gone_is_noticed() -> None:
    """The reader of names, on names of its own."""
    assert exists("saai_domain.time.obtener_fecha_hora_peru")
    assert exists("saai_domain.aws")
    assert not exists("saai_domain.time.obtener_nada")
    assert not exists("saai_domain.nothing")
    assert code_spans("`a` ``b`` and `c\n  d`\n```\n`e`\n```\n") == ["a", "c d"]
