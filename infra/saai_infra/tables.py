"""The DynamoDB tables of docs/domain.md, "Table model"."""

from collections.abc import Mapping
from typing import Final, Literal, final

import attrs
import pulumi
import pulumi_aws as aws

from saai_infra.names import table_name, table_variable
from saai_infra.permissions import Grant, Statement

KeyType = Literal["S", "N"]

_TENANT: Final = "tenant_id"
_ENTITY: Final = "entity_id"


@attrs.frozen(kw_only=True)
class IndexSpec:
    """A sparse index of keys: rows without its attributes are not in it."""

    hash_key: str
    range_key: str | None = None
    attributes: Mapping[str, KeyType] = attrs.field(factory=dict)
    """Types of the key attributes that the table itself does not define."""


@attrs.frozen(kw_only=True)
class TableSpec:
    """What a table needs besides its two keys."""

    expires: bool = False
    """Whether rows carry `ttl`, a top-level epoch in seconds."""
    indexes: Mapping[str, IndexSpec] = attrs.field(factory=dict)
    reusable: bool = False
    """Whether a stage may use a table that already exists (docs/domain.md, "Table model")."""


TABLES: Final[Mapping[str, TableSpec]] = {
    "ws-connections": TableSpec(expires=True, indexes={"por_conexion": IndexSpec(hash_key=_ENTITY)}),
    "productos": TableSpec(reusable=True),
    "ventas": TableSpec(reusable=True),
    "gastos": TableSpec(reusable=True),
    "usuarios": TableSpec(reusable=True),
    "tiendas": TableSpec(reusable=True),
    "analitica": TableSpec(),
    "predicciones": TableSpec(expires=True),
    "notificaciones": TableSpec(),
    "counters": TableSpec(reusable=True),
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

REUSABLE_TABLES: Final = tuple(name for name, spec in TABLES.items() if spec.reusable)
"""Tables that other services write, so that they may exist before the stage."""


@attrs.frozen(kw_only=True)
class TableArgs:
    """How a table is made, or which existing one stands for it."""

    stage: str
    name: str
    """docs/domain.md's name."""
    spec: TableSpec
    durable: bool
    """Whether its data must survive mistakes: point-in-time recovery, and no deletion before that is switched off."""
    existing: str | None = None
    """The physical name of a table that exists already."""


@final
class Table(pulumi.ComponentResource):
    """A table with docs/domain.md's keys, or a reference to one that exists."""

    def __init__(self, args: TableArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:Table", args.name, None, opts)
        self._domain_name = args.name
        self._indexes = frozenset(args.spec.indexes)
        self.name: pulumi.Output[str]
        self.arn: pulumi.Output[str]
        if args.existing is None:
            table = self._create(args)
            self.name, self.arn = table.name, table.arn
        else:
            self.name, self.arn = pulumi.Output.from_input(args.existing), self._find(args.existing)
        self.register_outputs({"name": self.name, "arn": self.arn})

    def grant(self, *actions: str, index: str | None = None) -> Grant:
        """Let a function call these DynamoDB actions on the table, or on one of its indexes.

        A transaction needs the rights of its parts: PutItem, UpdateItem, DeleteItem, ConditionCheckItem.
        """
        if index is not None and index not in self._indexes:
            raise ValueError(f"table {self._domain_name} has no index {index!r}, only {sorted(self._indexes)}")
        resource = self.arn if index is None else pulumi.Output.concat(self.arn, "/index/", index)
        return Grant(
            environment={table_variable(self._domain_name): self.name},
            statements=(Statement(actions=tuple(f"dynamodb:{action}" for action in actions), resource=resource),),
        )

    def _create(self, args: TableArgs) -> aws.dynamodb.Table:
        types: dict[str, KeyType] = {_TENANT: "S", _ENTITY: "S"}
        for index in args.spec.indexes.values():
            types.update(index.attributes)
        return aws.dynamodb.Table(
            args.name,
            name=table_name(args.stage, args.name),
            billing_mode="PAY_PER_REQUEST",
            hash_key=_TENANT,
            range_key=_ENTITY,
            attributes=[{"name": name, "type": kind} for name, kind in types.items()],
            global_secondary_indexes=[_index(name, index) for name, index in args.spec.indexes.items()] or None,
            ttl=aws.dynamodb.TableTtlArgs(attribute_name="ttl", enabled=True) if args.spec.expires else None,
            point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True) if args.durable else None,
            deletion_protection_enabled=args.durable,
            opts=pulumi.ResourceOptions(parent=self, protect=args.durable),
        )

    def _find(self, physical: str) -> pulumi.Output[str]:
        found = aws.dynamodb.get_table_output(name=physical, opts=pulumi.InvokeOutputOptions(parent=self))
        return found.apply(lambda table: _checked(self._domain_name, table))


def _checked(name: str, table: aws.dynamodb.GetTableResult) -> str:
    """Return the ARN of a table that has the keys every SAAI table has."""
    if (table.hash_key, table.range_key) != (_TENANT, _ENTITY):
        raise ValueError(
            f"saai:existingTables: {table.name} can't be the table {name}: its keys are "
            f"{table.hash_key!r} and {table.range_key!r}, not {_TENANT!r} and {_ENTITY!r}"
        )
    return table.arn


def _index(name: str, index: IndexSpec) -> aws.dynamodb.TableGlobalSecondaryIndexArgsDict:
    keys: list[aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgsDict] = [
        {"attribute_name": index.hash_key, "key_type": "HASH"}
    ]
    if index.range_key is not None:
        keys.append({"attribute_name": index.range_key, "key_type": "RANGE"})
    return {"name": name, "key_schemas": keys, "projection_type": "KEYS_ONLY"}
