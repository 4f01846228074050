"""Works through a batch of a queue, one store a message, and returns which messages must come again.

A failure stays within its record: whatever a store's rows lead to, foreseen or not, the other stores of the batch are
done, and only its own message comes again, until it ends among the dead letters. This is the one place
that catches any exception.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from saai_domain.codes import TenantId
from saai_domain.handlers.telemetry import MAX_REASON, about_store, log_line
from saai_domain.store_messages import read_store_message

MAX_BODY: Final = 200
"""Characters of a message that are worth a log line; a good one has fewer than 40."""


Work = Callable[[TenantId, int], None]
"""Does the work for a store, and prints its line. It gets the moment of the message: epoch seconds, rounded up."""


def work_through(event: Mapping[str, Any], work: Work, *, failure: str, metric: str) -> dict[str, Any]:
    """Work on the store of each record of SQS's event.

    Args:
        event: The batch.
        work: See ``Work``.
        failure: What the line of a store says whose work failed, as ``analytics failed``.
        metric: What counts it, as ``AnalyticsFailed``.

    Returns:
        Lambda's partial batch response: the failed messages become visible again, the others are deleted.
    """
    failed = [record["messageId"] for record in event["Records"] if not _done(record, work, failure, metric)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _done(record: Mapping[str, Any], work: Work, failure: str, metric: str) -> bool:
    body = str(record.get("body"))
    about_store(None)
    try:
        tenant_id = read_store_message(body)
        about_store(tenant_id)
        work(tenant_id, _sent(record))
    except Exception as error:  # noqa: BLE001 - the boundary of a record, above
        log_line(
            failure,
            level="ERROR",
            message_id=record.get("messageId"),
            body=body[:MAX_BODY],
            reason=str(error)[:MAX_REASON],
            error=type(error).__name__,
            raised_at=_raised_at(error),
            metrics={metric: 1},
        )
        return False
    return True


def _sent(record: Mapping[str, Any]) -> int:
    # SQS tells milliseconds (AWS Lambda developer guide, "Using Lambda with Amazon SQS").
    return -(-int(record["attributes"]["SentTimestamp"]) // 1000)


def _raised_at(error: Exception) -> str:
    """Return the line of code that raised: the text of an unforeseen exception says little."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
