"""The workflows run what is pinned, and what a developer runs."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.docs.documents import ROOT, name_of, read

WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
_USES: Final = re.compile(r"uses: (.+)")
_PINNED: Final = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
_LOCAL: Final = re.compile(r"\./(\.github/workflows/\w+\.yml)")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=name_of)
def test_actions_are_pinned_by_a_commits_full_hash(workflow: Path) -> None:
    """A tag can be moved. The comment says which version the hash is of; workflows of ours must exist."""
    for used in _USES.findall(read(workflow)):
        local = _LOCAL.fullmatch(used)
        assert (ROOT / local[1]).is_file() if local else _PINNED.fullmatch(used), used


def test_one_hash_stands_for_one_action() -> None:
    """Otherwise an update has missed a file."""
    pinned = {used for workflow in WORKFLOWS for used in _USES.findall(read(workflow)) if not _LOCAL.fullmatch(used)}
    actions = [used.partition("@")[0] for used in pinned]
    assert actions
    assert len(actions) == len(set(actions))


def test_pull_requests_are_held_to_what_a_developer_runs() -> None:
    """One script for both."""
    assert "run: .ci/run\n" in read(ROOT / ".github" / "workflows" / "tests.yml")
    assert "entry: make lint\n" in read(ROOT / ".pre-commit-config.yaml")
