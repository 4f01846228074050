"""Data with the cursor at which it is true (docs/protocol.md, "Snapshots").

A screen that loads data and then follows the events after its cursor misses nothing. An event that the data holds
already may come again; applying it twice does no harm.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import attrs
from saai_domain.auth import Claims
from saai_domain.aws.dynamodb import Counter, Key, batch_get
from saai_domain.event_log import counter_name
from saai_domain.events import Canal

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

Data = TypeVar("Data")

MAX_TRIES: Final = 3


@attrs.frozen(kw_only=True)
class Snapshot(Generic[Data]):
    """What was read, the cursor (last sequence by channel) at which it is true, and how many tries it took."""

    data: Data
    cursor: Mapping[str, int]
    tries: int


@attrs.frozen(kw_only=True)
class Snapshots:
    """Reads stores between two looks at their channels' counters."""

    client: "DynamoDBClient"
    counters_table: str

    def take(self, claims: Claims, read: Callable[[], Data]) -> Snapshot[Data]:
        """Read until no event came in between, at most three times.

        After that the cursor is the one from before the data: what came in between will come again. The counters are
        read by themselves: a batch reads each row at its own moment, and what is read with a counter may be older.

        Args:
            claims: Whose store, and by the role which channels the cursor names.
            read: Reads the data, consistently and all of it.
        """
        before = self._cursor(claims)
        tries = 0
        while True:
            tries += 1
            data = read()
            after = self._cursor(claims)
            if after == before or tries == MAX_TRIES:
                return Snapshot(data=data, cursor=before, tries=tries)
            before = after

    def _cursor(self, claims: Claims) -> Mapping[str, int]:
        keys = {
            canal: Key(self.counters_table, claims.tenant_id, counter_name(canal))
            for canal in Canal.for_rol(claims.rol)
        }
        rows = batch_get(self.client, keys.values())
        return {canal.value: Counter.among(rows, key).value for canal, key in keys.items()}
