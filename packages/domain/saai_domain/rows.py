"""The envelope of every row, and the states it may be in (docs/domain.md, "Table model")."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

__all__ = ["Estado", "make_row"]


class Estado(StrEnum):
    """What ``data.estado`` may say."""

    ACTIVO = "ACTIVO"
    INACTIVO = "INACTIVO"
    """Deleted, as far as a business entity is ever deleted."""
    COMPLETADA = "COMPLETADA"
    """Of a sale."""
    ANULADA = "ANULADA"
    """Of a sale."""
    ACTIVA = "ACTIVA"
    """Of a store."""
    SUSPENDIDA = "SUSPENDIDA"
    """Of a store."""
    ELIMINADA = "ELIMINADA"
    """Of a store."""


def make_row(
    tenant_id: str,
    entity_id: str,
    data: Mapping[str, Any],
    *,
    moment: str,
    estado: Estado = Estado.ACTIVO,
    created_at: str | None = None,
    top_level: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Make a row in plain Python values.

    Args:
        tenant_id: The store.
        entity_id: What the row is of, within the store.
        data: The entity, without what every row has.
        moment: When the row is written, ISO 8601 with offset.
        estado: The entity's state.
        created_at: When the row was first written; ``moment`` where it is new.
        top_level: What DynamoDB itself must see: ``ttl`` and the keys of indexes.
    """
    return {
        "tenant_id": tenant_id,
        "entity_id": entity_id,
        **(top_level or {}),
        "data": {**data, "estado": estado, "created_at": created_at or moment, "updated_at": moment},
    }
