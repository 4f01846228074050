"""Which tables there are, as docs/domain.md's "Table model" has them, in plain values: nothing here imports Pulumi.

What makes them on AWS is `saai_infra.tables`; tests make theirs from the same specifications.
"""

from collections.abc import Mapping
from typing import Final, Literal

import attrs

KeyType = Literal["S", "N"]

TENANT: Final = "tenant_id"
ENTITY: Final = "entity_id"
"""Every table's keys."""


@attrs.frozen(kw_only=True)
class IndexSpec:
    """A sparse index of keys: rows without its attributes are not in it."""

    hash_key: str
    range_key: str | None = None
    attributes: Mapping[str, KeyType] = attrs.field(factory=dict)
    """Types of the key attributes that the table itself does not define."""

    @property
    def keys(self) -> Mapping[str, str]:
        """Its key attributes, and which key each is: `HASH` or `RANGE`."""
        return {self.hash_key: "HASH"} | ({} if self.range_key is None else {self.range_key: "RANGE"})


@attrs.frozen(kw_only=True)
class TableSpec:
    """What a table needs besides its two keys."""

    expires: bool = False
    """Whether rows carry `ttl`, a top-level epoch in seconds."""
    indexes: Mapping[str, IndexSpec] = attrs.field(factory=dict)
    may_exist: bool = False
    """Whether other services write it, so that a stage may use a table that exists already."""

    @property
    def key_types(self) -> Mapping[str, KeyType]:
        """The types of all key attributes, the indexes' too."""
        types: dict[str, KeyType] = {TENANT: "S", ENTITY: "S"}
        for index in self.indexes.values():
            types.update(index.attributes)
        return types


TABLES: Final[Mapping[str, TableSpec]] = {
    "ws-connections": TableSpec(expires=True, indexes={"por_conexion": IndexSpec(hash_key=ENTITY)}),
    "productos": TableSpec(may_exist=True),
    "ventas": TableSpec(may_exist=True),
    "gastos": TableSpec(may_exist=True),
    "usuarios": TableSpec(may_exist=True),
    "tiendas": TableSpec(may_exist=True),
    "analitica": TableSpec(),
    "predicciones": TableSpec(expires=True),
    "notificaciones": TableSpec(),
    "counters": TableSpec(may_exist=True),
    "eventos": TableSpec(
        expires=True,
        indexes={
            "pendientes": IndexSpec(
                hash_key="pendiente",
                range_key="created_epoch",
                attributes={"pendiente": "N", "created_epoch": "N"},
            )
        },
    ),
    "idempotencia": TableSpec(expires=True),
    "ws-tickets": TableSpec(expires=True),
    "resumenes": TableSpec(),
}
"""Every table of docs/domain.md, by its name there."""

TABLES_THAT_MAY_EXIST: Final = tuple(name for name, spec in TABLES.items() if spec.may_exist)
