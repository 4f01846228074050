"""The log line of a change that is committed: the same for every function that brings an event."""

from collections.abc import Mapping

from saai_domain.errors import PublishError
from saai_domain.handlers.telemetry import log_line

__all__ = ["log_committed"]


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
