"""Who is let in: whether the rows of a store and of its user say that they are active.

Other services write these rows, a store's and its user's maybe a moment after its token: a missing row refuses nobody
(docs/domain.md, "Who is let in").
"""

from collections.abc import Mapping
from typing import Any

from saai_domain.aws.dynamodb import Item, Key
from saai_domain.codes import PLATFORM, TenantId, UserCode, tenant_of
from saai_domain.component import component
from saai_domain.rows import Estado

__all__ = ["Admission", "refusal_reason"]


@component
class Admission:
    """The tables of stores and users."""

    tiendas_table: str
    usuarios_table: str

    def keys(self, tenant_id: TenantId, codigo_usuario: UserCode) -> tuple[Key, Key]:
        """Return the keys of the rows of a store and of a user, to be read with whatever else a decision reads."""
        # An operator of the platform who visits a store has a row among the platform's users.
        return (
            Key(self.tiendas_table, PLATFORM, tenant_id),
            Key(self.usuarios_table, tenant_of(codigo_usuario), codigo_usuario),
        )

    def refusal(self, rows: Mapping[Key, Item], tenant_id: TenantId, codigo_usuario: UserCode) -> str | None:
        """Return why a user of a store is refused, by rows that were read; None where both are welcome."""
        store, user = self.keys(tenant_id, codigo_usuario)
        return refusal_reason(rows.get(store), rows.get(user))


def refusal_reason(store: Mapping[str, Any] | None, user: Mapping[str, Any] | None) -> str | None:
    """Return why a user is refused, or None. A row that says otherwise than active refuses; a missing row doesn't."""
    if store is not None and _estado(store) != Estado.ACTIVA:
        return f"store is {_estado(store)}"
    if user is not None and _estado(user) != Estado.ACTIVO:
        return f"user is {_estado(user)}"
    return None


def _estado(row: Mapping[str, Any]) -> object:
    data = row.get("data")
    return data.get("estado") if isinstance(data, dict) else None
