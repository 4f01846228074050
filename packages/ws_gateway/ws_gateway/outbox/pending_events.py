"""Events that are still to be delivered: table ``eventos`` and its sparse index ``pendientes``.

A row is in the index while it has ``pendiente``: first one of the shards that the sweep repeats. A row whose attempts
are used up moves to a shard beyond those, where it costs the sweeps nothing and waits for ``operations redrive``.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import msgspec
from saai_domain import event_log
from saai_domain.aws.dynamodb import Key, batch_get, serialize, update_if
from saai_domain.component import component
from saai_domain.event_log import PENDING_SHARDS, LoggedEvent

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

PENDING_INDEX: Final = "pendientes"
SWEPT_SHARDS: Final = range(PENDING_SHARDS)
ABANDONED_SHARDS: Final = range(PENDING_SHARDS, 2 * PENDING_SHARDS)
_BATCH: Final = 100
"""Rows that one BatchGetItem takes."""


class PendingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is not delivered yet, and how often the sweep has had it delivered again."""

    event: LoggedEvent
    attempts: int


@component
class PendingEvents:
    """The event log, as the sweep and its operator see it."""

    client: "DynamoDBClient"
    eventos_table: str

    def created_until(self, epoch: int, *, shards: Iterable[int] = SWEPT_SHARDS) -> Iterator[PendingEvent]:
        """Yield the pending events of these shards that were committed until then, oldest first in each shard.

        The index is behind the table, so each row is read itself, consistently: what was delivered meanwhile is left
        out. ``epoch`` in epoch seconds.
        """
        for shard in shards:
            for keys in self._batches(shard, epoch):
                rows = batch_get(self.client, keys)
                for key in keys:
                    row = rows.get(key)
                    if row is not None and row.get("pendiente") == shard:
                        yield PendingEvent(event=event_log.from_item(row), attempts=int(row["data"].get("intentos", 0)))

    def count_attempt(self, pending: PendingEvent) -> bool:
        """Count one more attempt. Return False where another did, or the event is delivered."""
        return self._change(pending, expression="SET #data.intentos = :after", values={":after": pending.attempts + 1})

    def abandon(self, pending: PendingEvent) -> bool:
        """Take an event out of the sweeps. Return False where that is done, or the event is delivered."""
        shard = ABANDONED_SHARDS[pending.event.seq % PENDING_SHARDS]
        return self._change(pending, expression="SET pendiente = :after", values={":after": shard})

    def take_up(self, pending: PendingEvent) -> bool:
        """Give an abandoned event back to the sweep, with all its attempts."""
        shard = SWEPT_SHARDS[pending.event.seq % PENDING_SHARDS]
        return self._change(
            pending, expression="SET pendiente = :after REMOVE #data.intentos", values={":after": shard}
        )

    def _batches(self, shard: int, epoch: int) -> Iterator[Sequence[Key]]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.eventos_table,
            IndexName=PENDING_INDEX,
            KeyConditionExpression="pendiente = :shard AND created_epoch <= :epoch",
            ExpressionAttributeValues=serialize({":shard": shard, ":epoch": epoch}),
            PaginationConfig={"PageSize": _BATCH},
        )
        for page in pages:
            if page["Items"]:
                yield [
                    Key(self.eventos_table, item["tenant_id"]["S"], item["entity_id"]["S"]) for item in page["Items"]
                ]

    def _change(self, pending: PendingEvent, *, expression: str, values: dict[str, int]) -> bool:
        """Change a row on condition that it is pending and nobody counted an attempt since it was read."""
        row = pending.event
        unchanged = "attribute_not_exists(#data.intentos)"
        if pending.attempts:
            unchanged = "#data.intentos = :before"
            values = {**values, ":before": pending.attempts}
        return update_if(
            self.client,
            Key(self.eventos_table, row.tenant_id, row.entity_id),
            expression=expression,
            condition=f"attribute_exists(pendiente) AND {unchanged}",
            names={"#data": "data"},
            values=values,
        )
