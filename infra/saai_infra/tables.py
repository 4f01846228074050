"""DynamoDB tables, made as their specifications (`saai_infra.table_specs`) say."""

from typing import final

import attrs
import pulumi
import pulumi_aws as aws

from saai_infra.names import table_name, table_variable
from saai_infra.permissions import Grant, Statement
from saai_infra.table_specs import ENTITY, TENANT, IndexSpec, TableSpec


@attrs.frozen(kw_only=True)
class WrongTableError(pulumi.RunError):
    """A table that exists already has other keys. Pulumi shows a RunError's text without a traceback."""

    name: str
    """docs/domain.md's name."""
    physical: str
    keys: tuple[str, str | None]

    def __str__(self) -> str:
        return (
            f"saai:existingTables: {self.physical} can't be the table {self.name}: its keys are "
            f"{self.keys[0]!r} and {self.keys[1]!r}, not {TENANT!r} and {ENTITY!r}"
        )


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
        return aws.dynamodb.Table(
            args.name,
            name=table_name(args.stage, args.name),
            billing_mode="PAY_PER_REQUEST",
            hash_key=TENANT,
            range_key=ENTITY,
            attributes=[{"name": name, "type": kind} for name, kind in args.spec.key_types.items()],
            global_secondary_indexes=[_index(name, index) for name, index in args.spec.indexes.items()] or None,
            ttl=aws.dynamodb.TableTtlArgs(attribute_name="ttl", enabled=True) if args.spec.expires else None,
            point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True) if args.durable else None,
            deletion_protection_enabled=args.durable,
            # What the program no longer names, because `existingTables` does, stays where it is.
            opts=pulumi.ResourceOptions(parent=self, protect=args.durable, retain_on_delete=args.durable),
        )

    def _find(self, physical: str) -> pulumi.Output[str]:
        found = aws.dynamodb.get_table_output(name=physical, opts=pulumi.InvokeOutputOptions(parent=self))
        return found.apply(lambda table: _checked(self._domain_name, table))


def _checked(name: str, table: aws.dynamodb.GetTableResult) -> str:
    """Return the ARN of a table that has the keys every SAAI table has."""
    if (table.hash_key, table.range_key) != (TENANT, ENTITY):
        raise WrongTableError(name=name, physical=table.name, keys=(table.hash_key, table.range_key))
    return table.arn


def _index(name: str, index: IndexSpec) -> aws.dynamodb.TableGlobalSecondaryIndexArgsDict:
    return {
        "name": name,
        "key_schemas": [{"attribute_name": key, "key_type": kind} for key, kind in index.keys.items()],
        "projection_type": "KEYS_ONLY",
    }
