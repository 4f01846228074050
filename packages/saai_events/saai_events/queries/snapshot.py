"""Data with the cursor at which it is true (docs/protocol.md, "Snapshots").

A screen that loads data and then follows the events after its cursor misses nothing. An event that the data holds
already may come again; applying it twice does no harm.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import attrs
from saai_domain.auth import Claims
from saai_domain.aws.dynamodb import Counter, Key, batch_get
from saai_domain.event_log import counter_name
from saai_domain.events import Canal

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

Data = TypeVar("Data")
Counters = Mapping[str, int]
"""Where a store's counters stand, by name; 0 for one that was never used."""

MAX_TRIES: Final = 3


@attrs.frozen(kw_only=True)
class Snapshot(Generic[Data]):
    """What was read, the cursor (last sequence by channel) at which it is true, and how many tries it took."""

    data: Data
    cursor: Mapping[str, int]
    tries: int


@attrs.frozen(kw_only=True)
class Snapshots:
    """Reads stores between two looks at their counters."""

    client: "DynamoDBClient"
    counters_table: str

    def take(self, claims: Claims, read: Callable[[Counters], Data], *, also: Sequence[str] = ()) -> Snapshot[Data]:
        """Read until no event came in between, at most three times.

        After that the cursor is the one from before the data: what came in between will come again.

        Args:
            claims: Whose store, and by the role which channels the cursor names.
            read: Reads the data, consistently. It gets the counters as they stood before.
            also: Counters that it needs beside the channels'.
        """
        channels = {canal: counter_name(canal) for canal in Canal.for_rol(claims.rol)}
        names = (*channels.values(), *also)
        before = self._counters(claims, names)
        tries = 0
        while True:
            tries += 1
            data = read(before)
            after = self._counters(claims, names)
            if after == before or tries == MAX_TRIES:
                cursor = {canal.value: before[name] for canal, name in channels.items()}
                return Snapshot(data=data, cursor=cursor, tries=tries)
            before = after

    def _counters(self, claims: Claims, names: Sequence[str]) -> Counters:
        keys = {name: Key(self.counters_table, claims.tenant_id, name) for name in names}
        rows = batch_get(self.client, keys.values())
        return {name: Counter.among(rows, key).value for name, key in keys.items()}
