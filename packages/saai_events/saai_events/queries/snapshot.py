"""Data with the cursor at which it is true (docs/protocol.md, "Snapshots").

A screen that loads data and then follows the events after its cursor misses nothing. An event that the data holds
already may come again; applying it twice does no harm.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from saai_domain.auth import Claims
from saai_domain.aws.channels import ChannelPlace, Channels
from saai_domain.aws.dynamodb import batch_get
from saai_domain.component import component
from saai_domain.value_object import value_object

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

Data = TypeVar("Data")

MAX_TRIES: Final = 3


@value_object
class Snapshot(Generic[Data]):
    """What was read, the place in the channels at which it is true, and how many tries it took."""

    data: Data
    place: ChannelPlace
    tries: int


@component
class Snapshots:
    """Reads stores between two looks at their channels' counters."""

    client: "DynamoDBClient"
    channels: Channels

    def take(self, claims: Claims, read: Callable[[], Data]) -> Snapshot[Data]:
        """Read until no event came in between, at most three times.

        After that the cursor is the one from before the data: what came in between will come again. The counters are
        read by themselves: a batch reads each row at its own moment, and what is read with a counter may be older.

        Args:
            claims: Whose store, and by the role which channels the cursor names.
            read: Reads the data, consistently and all of it.
        """
        before = self._place(claims)
        tries = 0
        while True:
            tries += 1
            data = read()
            after = self._place(claims)
            if after == before or tries == MAX_TRIES:
                return Snapshot(data=data, place=before, tries=tries)
            before = after

    def _place(self, claims: Claims) -> ChannelPlace:
        rows = batch_get(self.client, self.channels.keys(claims.tenant_id, claims.rol))
        return self.channels.among(rows, claims.tenant_id, claims.rol)
