"""No function is forgotten where processes die."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from saai_infra.catalog import FUNCTIONS

NOT_KILLED: Final[Mapping[str, str]] = {}
"""Functions that the worlds of this folder don't run, and why not."""


def test_every_function_is_killed_here_or_it_is_said_why_not() -> None:
    """What is deployed may die anywhere."""
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py")]
    # One command's transaction is that of every other: RegistrarVenta's stands for it.
    names = [spec.name for spec in FUNCTIONS if not spec.is_command or spec.name == "RegistrarVenta"]
    run = {name for text in texts for name in re.findall(r'functions\.run\("(\w+)"', text)}
    forgotten = [name for name in names if name not in run and name not in NOT_KILLED]
    assert forgotten == [], (
        f"add calls of {forgotten} to tests/faults/world.py or dashboards.py and what must hold to their judges, "
        f"or say in NOT_KILLED why they need none"
    )
    assert sorted(run & NOT_KILLED.keys()) == [], "take them out of NOT_KILLED"
