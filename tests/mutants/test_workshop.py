"""What is said of a mutation: caught, survived, hung, or broken."""

import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.mutants.__main__ import MUTATIONS, not_found
from tests.mutants.mutation import Mutation, TextNotFound
from tests.mutants.workshop import Outcome, Result, Workshop

CODE: Final = "def double(number):\n    return 2 * number\n"
SUITES: Final = {
    "test_four.py": "from code_of_ours import double\n\ndef test_four():\n    assert double(2) == 4\n",
    "test_six.py": "from code_of_ours import double\n\ndef test_six():\n    assert double(3) == 6\n",
}


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A copy of a small repository, in which nothing is committed yet."""
    repository = tmp_path / "repository"
    repository.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=repository, check=True)  # noqa: S607 - developers have git
    for name, text in {"code_of_ours.py": CODE, **SUITES}.items():
        (repository / name).write_text(text)
    return Workshop.opened(repository, tmp_path / "copy", seconds=60)


def tried(workshop: Workshop, old: str, new: str) -> Result:
    return workshop.try_out(Mutation("harm", "code_of_ours.py", old, new, ("test_four.py", "test_six.py")))


def test_a_mutation_is_caught_by_the_first_suite_that_notices_it(workshop: Workshop) -> None:
    """And undone: the next one meets sound code."""
    result = tried(workshop, "2 * number", "2 + number")
    assert (result.outcome, result.suite) == (Outcome.CAUGHT, "test_six.py")
    assert workshop.run("test_six.py") is Outcome.SURVIVED


def test_a_mutation_that_nobody_notices_has_survived(workshop: Workshop) -> None:
    """It names no suite."""
    result = tried(workshop, "2 * number", "number * 2")
    assert (result.outcome, result.suite) == (Outcome.SURVIVED, None)


def test_a_suite_without_a_verdict_has_not_caught_anything(workshop: Workshop) -> None:
    """It is ended with whatever it has started."""
    workshop = Workshop(workshop.root, 3)
    result = tried(workshop, "    return", "    while True:\n        pass\n    return")
    assert (result.outcome, result.suite) == (Outcome.HUNG, "test_four.py")


def test_a_mutation_that_is_no_code_proves_nothing(workshop: Workshop) -> None:
    """No suite could be run."""
    assert tried(workshop, "return", "retorna").outcome is Outcome.BROKEN


def test_code_that_has_changed_is_said(workshop: Workshop) -> None:
    """The mutation must follow it."""
    with pytest.raises(TextNotFound, match=r"stands 0 times in code_of_ours\.py"):
        tried(workshop, "3 * number", "4 * number")


def test_the_code_has_moved_on_from_no_mutation() -> None:
    """Whoever changes what one harms changes the mutation too, or takes it away with what it was about."""
    assert [str(error) for error in not_found(MUTATIONS)] == []
