"""What is asked of API Gateway's ``@connections``, and what may become of it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, Protocol

from saai_domain.codes import ConnectionId


class DeliveryOutcome(StrEnum):
    """What became of one recipient."""

    SENT = "sent"
    GONE = "gone"
    """410: the connection is closed."""
    FORBIDDEN = "forbidden"
    """403: our own rights are wrong."""
    TOO_LARGE = "too_large"
    """413: the frame exceeds what can be posted."""
    THROTTLED = "throttled"
    """429: the account's rate, or this client's buffer is full."""
    FAILED = "failed"
    """Anything else that was answered, or a connection that broke."""
    TIMED_OUT = "timed_out"
    """No answer in time."""
    CUT_SHORT = "cut_short"
    """The event's time was up before the recipient's budget was."""

    @classmethod
    def of_status(cls, status: int) -> "DeliveryOutcome":
        """Return what an HTTP status of ``@connections`` means (API Gateway Management API)."""
        return _BY_STATUS.get(status, cls.FAILED)

    @property
    def is_closed(self) -> bool:
        """Whether a connection that was asked to close is closed now."""
        return self in {DeliveryOutcome.SENT, DeliveryOutcome.GONE}


_BY_STATUS: Final = {
    200: DeliveryOutcome.SENT,
    204: DeliveryOutcome.SENT,
    403: DeliveryOutcome.FORBIDDEN,
    410: DeliveryOutcome.GONE,
    413: DeliveryOutcome.TOO_LARGE,
    429: DeliveryOutcome.THROTTLED,
}
"""200 is the answer to a post, 204 to a close."""


class Poster(Protocol):
    """Asks one thing at a time; what API Gateway and the network do is never raised, and takes some seconds at most."""

    def post(self, connection_id: ConnectionId, data: bytes) -> DeliveryOutcome:
        """Post data to one connection and return what became of it."""
        ...

    def close(self, connection_id: ConnectionId) -> DeliveryOutcome:
        """Close a connection and return what became of that; GONE where it was closed already."""
        ...


class Broadcaster(Protocol):
    """Posts to many connections at once, none of which delays another."""

    def post_all(
        self, connection_ids: Sequence[ConnectionId], data: bytes, *, deadline: float
    ) -> Mapping[ConnectionId, DeliveryOutcome]:
        """Post data to connections until ``deadline`` on the monotonic clock, giving each a few seconds at most.

        Who is missing in the answer had no turn by then, or less than its budget.
        """
        ...

    def close(self, connection_id: ConnectionId) -> DeliveryOutcome:
        """Close a connection, as ``Poster`` does."""
        ...
