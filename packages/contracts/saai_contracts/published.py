"""The published contracts: files that other teams read, and the released ones that changes are held against."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from saai_contracts import asyncapi, openapi
from saai_contracts.catalogue import Contract, contracts, route_name
from saai_contracts.compatibility import Direction, breaks

VERSION: Final = "1.0.0"
"""Semantic version of the contracts. A breaking change needs a new major one, and an entry in CHANGELOG.md."""

_PACKAGE: Final = Path(__file__).resolve().parents[1]
PUBLISHED: Final = _PACKAGE / "published"
RELEASED: Final = _PACKAGE / "released"
EXAMPLES: Final = _PACKAGE / "examples"
"""Recorded answers of the HTTP API: `{route}.json`, by status and name."""
CHANGELOG: Final = _PACKAGE.parents[1] / "CHANGELOG.md"
_SECTION: Final = "Published contracts"
"""The changelog's part about them: the layer and the client have versions of their own."""
_DIRECTIONS: Final = {"send": Direction.SEND, "receive": Direction.RECEIVE, "both": Direction.BOTH}


@attrs.frozen(kw_only=True)
class Problem:
    """Why the contracts as they are can't be released: which, and what to do."""

    contract: str
    problem: str

    def __str__(self) -> str:
        return f"{self.contract}: {self.problem}"


def files() -> Mapping[str, str]:
    """Return every published file: its path below `published/`, and its text."""
    documents: dict[str, Any] = {
        "asyncapi.json": asyncapi.document(VERSION),
        "openapi.json": openapi.document(VERSION, examples()),
    }
    for name, contract in contracts().items():
        documents[f"schemas/{name}.json"] = contract.schema
    return {path: _text(document) for path, document in documents.items()}


def write(folder: Path = PUBLISHED) -> None:
    """Write every file, and remove what is no longer published."""
    wanted = files()
    for path in [path for path in folder.rglob("*.json") if path.relative_to(folder).as_posix() not in wanted]:
        path.unlink()
    for path, text in wanted.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def keep(recorded: openapi.Examples, folder: Path = EXAMPLES) -> None:
    """Write recorded answers, and remove those of a route that is gone."""
    for old in folder.glob("*.json"):
        old.unlink()
    folder.mkdir(exist_ok=True)
    for route, answers in recorded.items():
        file = folder / f"{route_name(route)}.json"
        file.write_text(_text({"route": route, "answers": answers}), encoding="utf-8")


def examples(folder: Path = EXAMPLES) -> openapi.Examples:
    """Return the recorded answers."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return {each["route"]: each["answers"] for each in found}


def release(folder: Path = RELEASED) -> None:
    """Keep the contracts as they are as those that the next changes are held against."""
    for old in folder.rglob("*.json"):
        old.unlink()
    for name, contract in contracts().items():
        file = folder / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        direction = next(key for key, value in _DIRECTIONS.items() if value == contract.direction)
        file.write_text(_text({"direction": direction, "schema": contract.schema}), encoding="utf-8")
    (folder / "version.json").write_text(_text(VERSION), encoding="utf-8")


def check(
    current: Mapping[str, Contract], *, version: str, changelog: str, folder: Path = RELEASED
) -> Iterator[Problem]:
    """Yield what stands against releasing these contracts under a version."""
    released = json.loads((folder / "version.json").read_text(encoding="utf-8"))
    if _major(version) > _major(released):
        section = changelog.partition(f"## {_SECTION}\n")[2].partition("\n## ")[0]
        if f"[{version}]" not in section:
            yield Problem(
                contract=version, problem=f'add an entry [{version}] under "{_SECTION}" in CHANGELOG.md: what breaks'
            )
        return
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name == "version":
            continue
        before = json.loads(path.read_text(encoding="utf-8"))
        if name not in current:
            yield Problem(contract=name, problem=f"is gone: that needs the version {_major(released) + 1}.0.0")
            continue
        for each in breaks(before["schema"], current[name].schema, _DIRECTIONS[before["direction"]]):
            yield Problem(contract=name, problem=f"{each}: that needs the version {_major(released) + 1}.0.0")


def _major(version: str) -> int:
    return int(version.split(".", maxsplit=1)[0])


def _text(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
