"""CONTRIBUTING.md's recipes lead to their end, and whoever forgets a file is told which."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.contributing.recipes import DECLARED_EVENT, EVENT, ROUTE, SERVICE, TABLE
from tests.contributing.working_copy import ROOT, Edit, WorkingCopy

DECLARED: Final = (
    "tests/docs/test_declarations.py",
    "tests/contracts/test_published.py::test_the_published_files_are_those_of_the_classes",
)
"""What tells the author of an event what it lacks."""
FOLLOWED: Final = (
    *DECLARED,
    *("tests/domain/test_events.py", "tests/ws_client/test_generate_types.py", "tests/contracts/test_recorder.py"),
    *("tests/infra/test_catalog.py", "tests/infra/test_http_api.py", "tests/infra/test_layer_names.py"),
    *("tests/infra/test_rights.py", "tests/infra/test_urns.py"),
    "tests/infra/test_functions.py::test_a_function_gets_exactly_these_settings",
    "tests/infra/test_metrics.py::test_every_alarms_metric_is_printed_by_its_function",
    *("tests/support/test_functions.py", "tests/faults/test_every_function.py"),
    "tests/docs/test_names.py::test_the_architecture_names_every_function_and_every_package_beneath",
    "tests/saai_events/test_reponer_stock.py",
)
"""What fails where a file of a recipe is forgotten: no test that nothing of a recipe can break."""

FILES: Final = 6
LINES: Final = 120
"""The most that a publisher with an event of its own may take."""


@pytest.fixture
def copy(tmp_path: Path) -> WorkingCopy:
    return WorkingCopy.made(tmp_path)


def section(heading: str) -> str:
    """CONTRIBUTING.md's text under a heading."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    ("heading", "edits"),
    [
        ("Add an event", EVENT),
        ("Add a table", TABLE),
        ("Add a route", ROUTE),
        ("Add a service", [edit for edit in SERVICE if edit not in EVENT]),
    ],
)
def test_a_recipe_names_every_file_that_its_author_changes(heading: str, edits: Sequence[Edit]) -> None:
    """A placeholder in braces stands for a name."""
    named = [re.sub(r"\\{\w+\\}", r"\\w+", re.escape(path)) for path in re.findall(r"`([\w./{}-]+)`", section(heading))]
    forgotten = {edit.path for edit in edits if not any(re.fullmatch(path, edit.path) for path in named)}
    assert forgotten == set(), f"name them in the section {heading} of CONTRIBUTING.md"


def test_a_service_with_an_event_of_its_own_is_short() -> None:
    """Its own code, imports and docstrings too: neither tests, documents nor what is generated."""
    code = [edit for edit in SERVICE if edit.is_code]
    lines = [line for edit in code for line in edit.text.splitlines() if line.strip()]
    assert len({edit.path for edit in code}) <= FILES
    assert len(lines) <= LINES


@pytest.mark.timeout(600)
def test_a_declared_event_is_asked_for_what_it_lacks(copy: WorkingCopy) -> None:
    """Each failure says what to add where."""
    copy.apply(DECLARED_EVENT)
    failed, told = copy.test(*DECLARED)
    assert failed == 1
    for words in (
        'add to the table of docs/domain.md, "WebSocket": | `stock_repuesto` | … | `codigo_producto, cantidad, stock`',
        "add to docs/domain.md when the notice `stockRepuesto` comes",
        "run `make contracts`",
    ):
        assert words in told, told


@pytest.mark.timeout(600)
def test_a_service_its_event_a_table_and_a_route_are_added_by_their_recipes(copy: WorkingCopy) -> None:
    """Registry, types, contracts and documents agree; rights, route, log group and alarms follow from the catalog."""
    copy.apply((*SERVICE, *TABLE, *ROUTE))
    copy.generate()
    failed, told = copy.test(*FOLLOWED)
    assert not failed, told
