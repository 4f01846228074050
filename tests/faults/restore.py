"""A restore to a point in time, as docs/operations.md has it ("A restore to a point in time")."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from operations.new_log import begin_log
from saai_domain.testing.values import Item

from tests.faults.audit import Audit
from tests.faults.verdict import notices_of, wrong_screens
from tests.faults.world import World

RESTORED: Final = ("ventas", "productos", "counters", "eventos", "idempotencia", "notificaciones")
"""Tables that come back as they were at one moment."""
TRIES: Final = 100


@attrs.frozen(kw_only=True)
class Backup:
    """The tables at a moment, and what the judge knew by then."""

    rows: Mapping[str, Sequence[Item]]
    audit: Audit
    answered: int


def backup(world: World) -> Backup:
    """Note what stands in the tables."""
    rows = {table: list(world.dynamodb.rows(table)) for table in RESTORED}
    return Backup(rows=rows, audit=copy.deepcopy(world.audit), answered=len(world.cashiers.answered))


def restore(world: World, backup: Backup, *, new_log: bool = True) -> None:
    """Bring the tables back, give every store a new log, and close the screens.

    What was sold since is lost, and with it what was told of it. Without ``new_log`` the operator forgets it.
    """
    world.problems += wrong_screens(world, complete=False)
    for seat in world.seats:
        seat.followings[-1].over = len(seat.application)
    _bring_back(world, backup)
    for field in attrs.fields(Audit):
        setattr(world.audit, field.name, getattr(copy.deepcopy(backup.audit), field.name))
    del world.cashiers.answered[backup.answered :]
    world.topic.messages.clear()
    world.topic.published = notices_of(world.audit).keys() | set()
    client: Any = world.dynamodb
    tenants = {seat.tenant_id: None for seat in world.seats}
    for tenant in tenants if new_log else ():
        begin_log(client, "counters", tenant)
    for tenant in tenants:
        if all(world.functions.run("CerrarPantallas", {"tenant_id": tenant}) is None for _ in range(TRIES)):
            world.problems.append(f"the screens of {tenant} can't be closed")


def _bring_back(world: World, backup: Backup) -> None:
    world.dynamodb.written = None
    for table, rows in backup.rows.items():
        for row in world.dynamodb.rows(table):
            key = {name: row[name] for name in ("tenant_id", "entity_id")}
            world.dynamodb.delete_item(TableName=table, Key=key)
        for row in rows:
            world.dynamodb.load(table, row)
    world.dynamodb.written = world.audit.note
