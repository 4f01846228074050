"""What several functions say alike in their log lines."""

from collections.abc import Sequence
from typing import Final

from saai_events.entities import UnreadableEntity

MAX_REASONS: Final = 3
"""Rows that can't be read, of which a log line tells why; the others are counted."""


def reasons_of(unreadable: Sequence[UnreadableEntity]) -> Sequence[str]:
    """Return why rows can't be read, of the first few."""
    return [str(entity) for entity in unreadable[:MAX_REASONS]]
