"""The published contracts: written from the classes, valid documents, and never broken without a new major version."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import attrs
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from saai_contracts import openapi
from saai_contracts.catalogue import Contract, contracts
from saai_contracts.published import CHANGELOG, PUBLISHED, VERSION, check, examples, files, release, write

STALE = "run `make contracts` and commit what it writes"


def test_the_published_files_are_those_of_the_classes() -> None:
    """A contract can't change without its documents."""
    there = {path.relative_to(PUBLISHED).as_posix(): path.read_text() for path in PUBLISHED.rglob("*.json")}
    assert there == dict(files()), STALE


def test_writing_leaves_nothing_of_a_contract_that_is_gone(tmp_path: Path) -> None:
    """Nobody reads a schema that no class stands behind."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "gone.json").write_text("{}")
    write(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json")} == set(files())


@pytest.mark.parametrize("name", list(contracts()))
def test_every_schema_is_one(name: str) -> None:
    """Of draft 2020-12."""
    Draft202012Validator.check_schema(contracts()[name].schema)


def test_the_http_api_is_a_valid_openapi_document() -> None:
    """As the specification's own validator reads it."""
    validate(openapi.document(VERSION, examples()))


def test_the_present_contracts_break_nobody() -> None:
    """What a service or a frontend relies on since the last release still holds."""
    problems = [str(each) for each in check(contracts(), version=VERSION, changelog=CHANGELOG.read_text())]
    assert problems == []


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """Today's contracts, as the last release."""
    release(tmp_path)
    return tmp_path


def changed(name: str, field: str, **keywords: Any) -> dict[str, Contract]:
    """Today's contracts, with a field of one declared otherwise."""
    schema = deepcopy(contracts()[name].schema)
    (cls,) = schema["$defs"].values()
    cls["properties"][field] = keywords
    return {**contracts(), name: attrs.evolve(contracts()[name], schema=schema)}


def test_a_break_needs_a_new_major_version(released: Path) -> None:
    """The gate names the contract, the place and the version."""
    after = changed("messages/pong", "connection_id", type="integer")
    (problem,) = check(after, version="1.7.0", changelog="", folder=released)
    assert re.fullmatch(r"messages/pong: \$\.connection_id: may now be a whole number: .* 2\.0\.0", str(problem))


def test_a_contract_that_disappears_breaks_too(released: Path) -> None:
    """Whoever sends or reads it is not told otherwise."""
    after = {name: contract for name, contract in contracts().items() if name != "messages/ping"}
    (problem,) = check(after, version="1.7.0", changelog="", folder=released)
    assert str(problem).startswith("messages/ping: is gone")


def test_a_new_major_version_needs_a_word_in_the_changelog(released: Path) -> None:
    """Those whom it breaks read there what to do."""
    after = changed("messages/pong", "connection_id", type="integer")
    others = "## Domain layer\n\n### [2.0.0]\n\n## Published contracts\n\n### [1.0.0]\n\n## Client\n\n### [2.0.0]\n"
    (problem,) = check(after, version="2.0.0", changelog=others, folder=released)
    assert 'add an entry [2.0.0] under "Published contracts" in CHANGELOG.md' in str(problem)
    told = others.replace("### [1.0.0]", "### [2.0.0]\n- pong")
    assert list(check(after, version="2.0.0", changelog=told, folder=released)) == []


def test_a_key_more_breaks_nobody(released: Path) -> None:
    """In what we send."""
    after = changed("messages/pong", "segundos", type="integer")
    assert list(check(after, version="1.1.0", changelog="", folder=released)) == []


def test_documents_hold_no_reference_that_leads_nowhere() -> None:
    """Every `$ref` of the OpenAPI document is among its components."""
    text = json.dumps(openapi.document(VERSION, examples()))
    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert named <= set(json.loads(text)["components"]["schemas"])
