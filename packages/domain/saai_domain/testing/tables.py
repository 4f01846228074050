"""The tables of the DynamoDB in memory: rows by store, in the order of their keys, until their time is over.

Rows are kept packed: nobody changes one by what he has read of it, and a million of them take less than a gigabyte.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from typing import Final

import attrs
import msgspec

from saai_domain.testing.values import Item

__all__: list[str] = []

INDEXES: Final[Mapping[str, tuple[str, str]]] = {
    "por_conexion": ("entity_id", "tenant_id"),
    "pendientes": ("pendiente", "created_epoch"),
}
"""Each index's hash key, and by what its rows are sorted. It holds the keys only."""
KEYS: Final = ("tenant_id", "entity_id")
"""Of every table."""
_SPARSE: Final = tuple(hash_key for hash_key, _ in INDEXES.values() if hash_key not in KEYS)
_HOUR: Final = 3_600
_pack: Final = msgspec.msgpack.Encoder().encode
_unpack: Final = msgspec.msgpack.Decoder(Item).decode


@attrs.define
class StoreRows:
    """A store's rows of one table, packed."""

    rows: dict[str, bytes] = attrs.field(factory=dict)
    order: list[str] | None = None
    """Their keys, sorted; None where nobody has asked for an order since one was removed."""
    expiring: dict[int, list[str]] = attrs.field(factory=dict)
    """Keys by the hour of their ``ttl``; of a row whose ``ttl`` was changed also by that before."""

    def get(self, entity: str) -> Item | None:
        packed = self.rows.get(entity)
        return None if packed is None else _unpack(packed)

    def put(self, entity: str, item: Item | None, old: Item | None) -> None:
        if item is None:
            if self.rows.pop(entity, None) is not None:
                self.order = None
            return
        if self.order is not None and entity not in self.rows:
            insort(self.order, entity)
        self.rows[entity] = _pack(item)
        ttl = _ttl(item)
        if ttl is not None and (old is None or ttl != _ttl(old)):
            self.expiring.setdefault(int(ttl // _HOUR), []).append(entity)

    def walk(self, first: str = "", last: str | None = None, *, forward: bool = True) -> Iterator[Item]:
        """Yield the rows from one key to another, in order."""
        if self.order is None:
            self.order = sorted(self.rows)
        end = len(self.order) if last is None else bisect_right(self.order, last)
        keys = self.order[bisect_left(self.order, first) : end]
        return (_unpack(self.rows[key]) for key in (keys if forward else reversed(keys)))

    def expired(self, epoch: float) -> Iterator[tuple[str, Item]]:
        """Yield the rows whose ``ttl`` has passed."""
        for hour in [hour for hour in self.expiring if hour * _HOUR < epoch]:
            later: dict[str, None] = {}
            for entity in self.expiring.pop(hour):
                item = self.get(entity)
                ttl = _ttl(item) if item is not None else None
                if item is not None and ttl is not None and ttl < epoch:
                    yield entity, item
                elif ttl is not None and ttl // _HOUR == hour:
                    later[entity] = None
            if later:
                self.expiring[hour] = list(later)


@attrs.frozen
class Table:
    """A table's rows, by store: whoever asks for one doesn't meet the others'."""

    stores: dict[str, StoreRows] = attrs.field(factory=dict)
    sparse: dict[str, dict[tuple[str, str], Item]] = attrs.field(factory=dict)
    """The rows that have an index's hash key, where not every row has."""

    def get(self, key: tuple[str, str]) -> Item | None:
        return self.of_store(key[0]).get(key[1])

    def put(self, key: tuple[str, str], item: Item | None, old: Item | None) -> None:
        if item is old:
            return
        self.of_store(key[0]).put(key[1], item, old)
        for name in _SPARSE:
            if item is not None and name in item:
                self.sparse.setdefault(name, {})[key] = item
            elif old is not None and name in old:
                self.sparse[name].pop(key, None)

    def expire(self, epoch: float) -> int:
        """Delete the rows whose ``ttl`` has passed, and return how many."""
        over = 0
        for tenant, store in self.stores.items():
            for entity, item in store.expired(epoch):
                self.put((tenant, entity), None, item)
                over += 1
        return over

    def walk(self) -> Iterator[Item]:
        """Yield all rows in the order of their keys."""
        return (item for tenant in sorted(self.stores) for item in self.stores[tenant].walk())

    def with_entity(self, entity: str) -> Iterator[Item]:
        """Yield the rows of this entity, of whatever store."""
        found = (store.get(entity) for store in self.stores.values())
        return (item for item in found if item is not None)

    def of_store(self, tenant_id: str) -> StoreRows:
        store = self.stores.get(tenant_id)
        return self.stores.setdefault(tenant_id, StoreRows()) if store is None else store


def _ttl(item: Item) -> float | None:
    """Return a row's time to live, in epoch seconds; None where it has none, or one that is no number."""
    ttl = item.get("ttl")
    return float(ttl["N"]) if ttl is not None and "N" in ttl else None
