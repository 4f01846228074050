"""The page has a text for every event that there is."""

import re

import pytest
from saai_domain.events import CONTRACTS

from tests.node import REPOSITORY

VIEW = "packages/console/views/events.js"


@pytest.mark.parametrize("event_type", CONTRACTS)
def test_the_list_of_events_tells_each_in_words(event_type: str) -> None:
    """Without a case of its own its bare type would stand there."""
    told = re.findall(r'case "(\w+)":', (REPOSITORY / VIEW).read_text(encoding="utf-8"))
    assert event_type in told, f'add `case "{event_type}": return …;` to textOf in {VIEW}'
