"""The log lines that several functions print alike."""

from collections.abc import Mapping, Sequence
from typing import Final

from saai_domain.errors import PublishError
from saai_domain.handlers.telemetry import log_line

from saai_events.entities import UnreadableEntity

MAX_REASONS: Final = 3
"""Rows that can't be read, of which a log line tells why; the others are counted."""


def log_committed(
    message: str, problem: PublishError | None, *, metrics: Mapping[str, float], **fields: object
) -> None:
    """Print the line of a change that is committed, and why its event was not accepted, if it was not.

    ``problem`` is what ``EventPublisher.deliver_or_error`` returned: the event stays pending, for the sweep.
    """
    if problem is not None:
        fields["reason"] = f"{problem}: {problem.__cause__}"
    log_line(
        message,
        level="INFO" if problem is None else "ERROR",
        metrics={**metrics, "PublishFailed": int(problem is not None)},
        **fields,
    )


def reasons_of(unreadable: Sequence[UnreadableEntity]) -> Sequence[str]:
    """Return why rows can't be read, of the first few."""
    return [str(entity) for entity in unreadable[:MAX_REASONS]]
