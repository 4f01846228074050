"""``GET /notificaciones``: what a store was notified of, newest first.

Alerts and forecasts are the owner's (docs/domain.md, "Identity"). A cashier is shown what every role is told by an
event: the sales. A kind that is not known here, from whatever service, is the owner's too.

The list is fed by SNS: an event that the cursor covers may be followed by its notification a moment later.
"""

from collections.abc import Mapping
from typing import Any, Final

import attrs
from saai_domain.auth import Claims
from saai_domain.aws.dynamodb import Item
from saai_domain.roles import Rol

from saai_events.queries.request import read_key_page
from saai_events.queries.rows import Filter, Rows
from saai_events.queries.snapshot import Snapshot, Snapshots

_KEPT: Final = "attribute_exists(#data.tipo) AND #data.estado <> :inactivo"
FOR_OWNERS: Final = Filter(expression=_KEPT, values={":inactivo": "INACTIVO"})
FOR_CASHIERS: Final = Filter(
    expression=f"{_KEPT} AND #data.tipo = :tipo", values={":inactivo": "INACTIVO", ":tipo": "ventaRegistrada"}
)


def with_id(row: Item) -> Mapping[str, Any]:
    """Return a notification as it is shown: its ``data``, and its key as ``id``."""
    return {"id": row["entity_id"], **row["data"]}


@attrs.frozen(kw_only=True)
class NotificationList:
    """The stores' notifications. ``rows`` are newest first: a notification's key begins with its time."""

    rows: Rows
    snapshots: Snapshots

    def read(self, claims: Claims, query: Mapping[str, str]) -> Snapshot[Mapping[str, Any]]:
        """Read a page of what the role may see.

        Raises:
            InvalidInput: A parameter is wrong.
            ReadThrottled: DynamoDB left a counter unread.
        """
        limite, after = read_key_page(query, claims.tenant_id)
        only = FOR_CASHIERS if claims.rol is Rol.TRABAJADOR else FOR_OWNERS

        def read(_counters: object) -> Mapping[str, Any]:
            return self.rows.page(claims.tenant_id, only, limite=limite, after=after).answer

        return self.snapshots.take(claims, read)
