"""Committing a decision: read, decide, write everything on condition that what was read still stands.

Only a cancelled transaction leads to a new decision. An unknown outcome (time-out, 5xx) repeats the identical
request with the same token, since the first one may have been committed (Amazon DynamoDB Developer Guide,
"Managing complex workflows with transactions", idempotency).
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import botocore.exceptions
import msgspec
from aws_lite.backoff import Backoff

from saai_domain.errors import Contention, OutcomeUnknown

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

__all__ = ["Committed", "Decision", "commit"]

Result = TypeVar("Result")

_OVERTAKEN: Final = frozenset(
    {"None", "ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)
"""Cancellation reasons that another try can change."""
_REPEAT: Final = frozenset(
    {
        "TransactionInProgressException",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
    }
)
_SERVER_ERROR: Final = 500


def _accept(_refused: Mapping[str, str]) -> None:
    """Decide again whatever was refused."""


class Decision(msgspec.Struct, Generic[Result], frozen=True, kw_only=True):
    """What to write and what to answer once it is written. Without actions the answer stands already.

    ``actions`` are the transaction's writes, each under a name of the caller's.
    ``on_cancelled`` gets the actions that are to blame, each with AWS's reason, before the next decision, and raises
    where deciding again is pointless.
    """

    result: Result
    actions: Mapping[str, Any] = msgspec.field(default_factory=dict)
    on_cancelled: Callable[[Mapping[str, str]], None] = _accept


class Committed(msgspec.Struct, Generic[Result], frozen=True, kw_only=True):
    """The result of the decision that was committed, and how many it took."""

    result: Result
    attempts: int


def commit(client: "DynamoDBClient", decide: Callable[[], Decision[Result]], *, backoff: Backoff) -> Committed[Result]:
    """Decide and write until a decision is committed whole.

    Raises:
        Contention: Other writers were faster for ``backoff.total`` seconds; nothing was written.
        OutcomeUnknown: The last decision may or may not have been written.
        Whatever ``decide`` and ``on_cancelled`` raise.
    """
    deadline = backoff.deadline()
    attempts = 0
    while True:
        attempts += 1
        decision = decide()
        reasons = _write(client, [*decision.actions.values()], backoff, deadline) if decision.actions else None
        if reasons is None:
            return Committed(result=decision.result, attempts=attempts)
        blamed = zip(decision.actions, reasons, strict=False)
        decision.on_cancelled({name: reason for name, reason in blamed if reason != "None"})
        if not backoff.pause(attempts, deadline):
            raise Contention(attempts)


def _write(client: "DynamoDBClient", actions: Sequence[Any], backoff: Backoff, deadline: float) -> Sequence[str] | None:
    """Return None once written, or the reasons for which the transaction was cancelled."""
    token = str(uuid.uuid4())
    repeat = 0
    while True:
        repeat += 1
        try:
            client.transact_write_items(TransactItems=actions, ClientRequestToken=token)
        except botocore.exceptions.ClientError as error:
            reasons = _cancellation(error)
            if reasons is not None:
                return reasons
            if not _may_repeat(error):
                raise
            unanswered: Exception = error
        except (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError) as error:
            unanswered = error
        else:
            return None
        if not backoff.pause(repeat, deadline):
            raise OutcomeUnknown(repeat) from unanswered


def _cancellation(error: "botocore.exceptions.ClientError") -> Sequence[str] | None:
    """Return a cancelled transaction's reasons where another decision can help."""
    if error.response["Error"]["Code"] != "TransactionCanceledException":
        return None
    reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
    return reasons if _OVERTAKEN.issuperset(reasons) else None


def _may_repeat(error: "botocore.exceptions.ClientError") -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error.response["Error"]["Code"] in _REPEAT or status >= _SERVER_ERROR
