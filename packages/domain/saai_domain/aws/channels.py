"""How far the channels of a store have come, and in which log (docs/protocol.md, "Which log").

The id of a store's log stands in the counter of its channel ``tienda``, which every role hears: it is read with the
counters, at no cost. A counter without one belongs to the store's first log. Only an operator's command changes it.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from saai_domain.aws.dynamodb import Counter, Item, Key
from saai_domain.channel import Canal
from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.event_log import counter_name
from saai_domain.roles import Rol

__all__: list[str] = []

FIRST_LOG: Final = "1"
"""The id of a log that was never restored."""


class ChannelPlace(msgspec.Struct, frozen=True, kw_only=True):
    """The last ``seq`` of each channel that a role may hear, 0 where nothing happened yet; and the id of the log."""

    cursor: Mapping[Canal, int]
    log: str


@component
class Channels:
    """The counters of all stores' channels."""

    counters_table: str

    def keys(self, tenant_id: TenantId, rol: Rol) -> tuple[Key, ...]:
        """Return the keys of the counters that a role may see, to be read with whatever else a decision reads."""
        return tuple(self._key(tenant_id, canal) for canal in Canal.for_rol(rol))

    def among(self, rows: Mapping[Key, Item], tenant_id: TenantId, rol: Rol) -> ChannelPlace:
        """Find the channels' place among rows that were read."""
        named = rows.get(self._key(tenant_id, Canal.TIENDA), {}).get("data", {}).get("log")
        return ChannelPlace(
            cursor={canal: Counter.among(rows, self._key(tenant_id, canal)).value for canal in Canal.for_rol(rol)},
            log=str(named or FIRST_LOG),
        )

    def _key(self, tenant_id: TenantId, canal: Canal) -> Key:
        return Key(self.counters_table, tenant_id, counter_name(canal))
