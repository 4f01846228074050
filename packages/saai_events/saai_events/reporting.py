"""What the log lines of several functions have in common."""

from collections.abc import Sequence
from typing import Final

from saai_events.entities import UnreadableEntity

MAX_REASONS: Final = 3
"""Reasons in a log line at most; further rows are only counted."""


def reasons_of(unreadable: Sequence[UnreadableEntity]) -> Sequence[str]:
    """Return the reasons why the first few rows can't be read."""
    return [str(entity) for entity in unreadable[:MAX_REASONS]]
