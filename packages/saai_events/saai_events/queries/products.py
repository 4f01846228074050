"""``GET /productos``: what a store sells, in the order of the codes' texts."""

from collections.abc import Mapping
from typing import Any, Final

import attrs
from saai_domain.auth import Claims

from saai_events.queries.request import read_key_page
from saai_events.queries.rows import Filter, Rows
from saai_events.queries.snapshot import Snapshot, Snapshots

ACTIVE: Final = Filter(expression="#data.estado = :activo", values={":activo": "ACTIVO"})


@attrs.frozen(kw_only=True)
class ProductList:
    """The stores' products."""

    rows: Rows
    snapshots: Snapshots

    def read(self, claims: Claims, query: Mapping[str, str]) -> Snapshot[Mapping[str, Any]]:
        """Read a page of the ACTIVO ones.

        Raises:
            InvalidInput: A parameter is wrong.
            ReadThrottled: DynamoDB left a counter unread.
        """
        limite, after = read_key_page(query, claims.tenant_id)

        def read(_counters: object) -> Mapping[str, Any]:
            return self.rows.page(claims.tenant_id, ACTIVE, limite=limite, after=after).answer

        return self.snapshots.take(claims, read)
