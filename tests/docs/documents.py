"""The repository's texts, and what stands in them: headings, links, citations, names in code."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import attrs

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = (
    "packages",
    "examples",
    "infra",
    "tests",
    "benchmarks",
    "docs",
    "requirements",
    ".github",
    ".devcontainer",
    ".ci",
)
_PASSED_OVER: Final = frozenset({"node_modules", "__pycache__", ".hypothesis", ".build"})
_TEXTS: Final = frozenset(
    {".py", ".md", ".js", ".mjs", ".mts", ".ts", ".toml", ".yaml", ".yml", ".json", ".in", ".html"}
)

_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING: Final = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_CODE: Final = re.compile(r"(?<!`)`((?:[^`\n]|\n(?!\n))+)`(?!`)")
_BREAK: Final = r"(?:\n\s*(?:#|\*|//)|\s)+"
"""White space between two words, also over the end of a line that belongs to a comment."""
_CITATION: Final = re.compile(rf'(?<![\w./-])(?<!\]\()((?:[\w.-]+/)*[\w.-]+\.md)\b(?:`?,{_BREAK}"([^"]+)")?')
"""A path that no link's bracket stands before."""


@cache
def texts() -> tuple[Path, ...]:
    """Every text file of ours."""
    found = [path for path in ROOT.iterdir() if path.is_file() and (path.suffix in _TEXTS or path.name == "Makefile")]
    for folder in FOLDERS:
        found += [
            path
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and path.suffix in _TEXTS and not _PASSED_OVER & set(path.relative_to(ROOT).parts)
        ]
    return tuple(sorted(found))


@cache
def documents() -> tuple[Path, ...]:
    """Every document: the Markdown files."""
    return tuple(path for path in texts() if path.suffix == ".md")


@cache
def read(path: Path) -> str:
    """Return a file's text."""
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    """Return a file's path from the repository's root."""
    return path.relative_to(ROOT).as_posix()


def prose(text: str) -> str:
    """Return a document without its fenced blocks."""
    return _FENCE.sub("", text)


def blocks(text: str, language: str) -> list[str]:
    """Return a document's fenced blocks in a language."""
    return [block for tag, block in _FENCE.findall(text) if tag == language]


def headings(text: str) -> list[str]:
    """Return a document's headings as they read, without marks of code."""
    return [heading.replace("`", "").strip() for heading in _HEADING.findall(prose(text))]


def anchors(text: str) -> set[str]:
    """Return the fragments by which a document's headings are reached, as GitHub makes them."""
    made: set[str] = set()
    for heading in headings(text):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = 0
        while (numbered := f"{slug}-{number}" if number else slug) in made:
            number += 1
        made.add(numbered)
    return made


@attrs.frozen
class Citation:
    """A document that a text names, and a heading of it where it names one."""

    document: str
    heading: str | None


def citations(text: str) -> Iterator[Citation]:
    """Yield what a text cites, as ``docs/domain.md, "Identity"`` or a document alone; links are no citations."""
    for document, heading in _CITATION.findall(text):
        yield Citation(document, re.sub(_BREAK, " ", heading) or None)


def links(text: str) -> list[str]:
    """Return a document's relative links."""
    return [target for target in _LINK.findall(prose(text)) if not re.match(r"[a-z]+:", target)]


def code_spans(text: str) -> list[str]:
    """Return what a document's prose sets in code."""
    return [" ".join(span.split()) for span in _CODE.findall(prose(text))]
