"""The event log in DynamoDB: tables ``eventos`` and ``counters``, and ``idempotencia`` for what other services send."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from aws_lite.backoff import Backoff

from saai_domain import event_log, events
from saai_domain.aws.dynamodb import Counter, Item, Key, batch_get, deserialize, key_of, put, update_if
from saai_domain.channel import Canal
from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.errors import EventIdReused
from saai_domain.event_log import ForgottenEvent, LoggedEvent
from saai_domain.rows import make_row
from saai_domain.settings import setting
from saai_domain.time import Clock, epoch_seconds, iso_timestamp, lima_now

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

__all__ = [
    "EVENT",
    "EVENT_COUNTER",
    "EventLog",
    "EventLogSettings",
    "EventWriter",
    "EventWriterSettings",
    "idempotency_record",
]

DEDUPE_SECONDS: Final = 24 * 3_600
"""How long a request that is sent again is recognised."""
FAILURES_SECONDS: Final = 14 * 86_400
"""How long an invoke that failed waits for an operator, at most (SQS developer guide, "Message quotas")."""
EVENT_DEDUPE_SECONDS: Final = FAILURES_SECONDS + 86_400
"""How long an event that is sent again is recognised: longer than anything that can send it again waits."""


EVENT: Final = "event"
EVENT_COUNTER: Final = "event counter"
"""The names of the writes that log an event, in a transaction's actions."""


def idempotency_record(key: Key, data: Mapping[str, Any], row: LoggedEvent, *, seconds: int = DEDUPE_SECONDS) -> Any:  # noqa: ANN401 - boto3's own nested type
    """Make the transaction's write that keeps what became of a request, under a key that none has taken.

    It is kept for ``seconds`` from the event's commit. A row past its time may still be there, since TTL deletes
    within days: it doesn't count.
    """
    ttl = row.created_epoch + seconds
    item = make_row(key.tenant_id, key.entity_id, data, moment=row.timestamp, top_level={"ttl": ttl})
    return put(
        key.table,
        item,
        condition="attribute_not_exists(entity_id) OR #ttl <= :now",
        names={"#ttl": "ttl"},
        values={":now": row.created_epoch},
    )


@component
class EventWriterSettings:
    """The log's tables, for the settings of a function that writes events of its own."""

    eventos_table: str = setting("EVENTOS_TABLE")
    counters_table: str = setting("COUNTERS_TABLE")


@component
class EventLogSettings(EventWriterSettings):
    """The same, for a function that also keeps what it was asked for."""

    idempotencia_table: str = setting("IDEMPOTENCIA_TABLE")


@component
class EventWriter:
    """Logs an event in the transaction of the change that it tells of."""

    eventos_table: str
    counters_table: str

    @classmethod
    def of(cls, settings: EventWriterSettings) -> "EventWriter":
        """Return the writer to the settings' tables."""
        return EventWriter(eventos_table=settings.eventos_table, counters_table=settings.counters_table)

    def counter_key(self, tenant_id: TenantId, canal: Canal) -> Key:
        """Return the key of a channel's counter, to be read with whatever else a decision reads."""
        return Key(self.counters_table, tenant_id, event_log.counter_name(canal))

    def actions(self, row: LoggedEvent, counter: Counter) -> Mapping[str, Any]:
        """Make a transaction's writes that log an event: the counter moves on, the row takes the place."""
        return {
            EVENT_COUNTER: counter.advance(now=row.timestamp),
            EVENT: put(self.eventos_table, event_log.to_item(row), condition="attribute_not_exists(entity_id)"),
        }


@component
class EventLog(EventWriter):
    """The log of all stores, and what became of requests (``idempotencia``)."""

    client: "DynamoDBClient"
    idempotencia_table: str
    clock: Clock = lima_now
    backoff: Backoff = Backoff()

    @classmethod
    def over(cls, client: "DynamoDBClient", settings: EventLogSettings) -> "EventLog":
        """Return the log in the settings' tables."""
        return cls(
            client=client,
            eventos_table=settings.eventos_table,
            counters_table=settings.counters_table,
            idempotencia_table=settings.idempotencia_table,
        )

    def append(
        self, event: "events.StoreEvent", *, tenant_id: TenantId, origen: str, dedupe_id: str, event_id: str | None
    ) -> LoggedEvent | ForgottenEvent:
        """Log an event that another service sends, once for each ``dedupe_id`` of the store within 15 days.

        A repeat returns the row that is logged already; ``pending`` tells whether it was delivered since. One whose
        event has left the log was delivered long ago. A repeat near the end of these days makes them 15
        more: it may fail in its turn, and wait for an operator as long as the first did.

        Raises:
            EventIdReused: Another event was logged under this ``dedupe_id``.
            InvalidEvent: A text of the payload is not Unicode, or it is nested too deeply.
            EventTooLarge: The frame exceeds what can be posted to a connection.
            Contention: Other events of the store were faster for ``backoff.total`` seconds.
            OutcomeUnknown: DynamoDB never said whether it wrote.
        """
        from saai_domain.aws.transactions import Decision, commit  # noqa: PLC0415 - most events are in the log already

        counter_key = self.counter_key(tenant_id, event.canal)
        dedupe_key = Key(self.idempotencia_table, tenant_id, f"evento#{dedupe_id}")

        digest = events.event_hash(event)

        def decide() -> Decision[LoggedEvent | Item]:
            rows = batch_get(self.client, (counter_key, dedupe_key))
            moment = self.clock()
            seen = rows.get(dedupe_key)
            if seen is not None and seen["ttl"] > epoch_seconds(moment):
                # A row of the version before has no hash.
                if seen["data"].get("hash", digest) != digest:
                    raise EventIdReused(dedupe_id)
                return Decision(result=seen, actions=self._renewal(dedupe_key, seen, epoch_seconds(moment)))
            counter = Counter.among(rows, counter_key)
            row = event_log.log_event(
                event, tenant_id=tenant_id, seq=counter.value + 1, moment=moment, origen=origen, event_id=event_id
            )
            record = idempotency_record(
                dedupe_key, {"entity_id": row.entity_id, "hash": digest}, row, seconds=EVENT_DEDUPE_SECONDS
            )
            return Decision(result=row, actions={**self.actions(row, counter), "idempotency record": record})

        logged = commit(self.client, decide, backoff=self.backoff).result
        if isinstance(logged, LoggedEvent):
            return logged
        item = self._item(Key(self.eventos_table, tenant_id, logged["data"]["entity_id"]))
        if item is not None:
            return event_log.from_item(item)
        return ForgottenEvent(
            tenant_id=tenant_id,
            event_id=event_id or dedupe_id,
            event_type=event.event_type,
            timestamp=logged["data"]["created_at"],
        )

    def read(self, tenant_id: TenantId, canal: Canal, seq: int) -> LoggedEvent | None:
        """Read a row consistently; None when the log doesn't hold it, or no longer."""
        item = self._item(Key(self.eventos_table, tenant_id, event_log.entity_id_of(canal, seq)))
        return event_log.from_item(item) if item else None

    def mark_delivered(self, row: LoggedEvent) -> None:
        """Take the row off the list of what is still to be delivered."""
        # Where the row expired meanwhile there is nothing left to mark.
        update_if(
            self.client,
            Key(self.eventos_table, row.tenant_id, row.entity_id),
            expression="REMOVE pendiente SET #data.updated_at = :now",
            condition="attribute_exists(entity_id)",
            names={"#data": "data"},
            values={":now": iso_timestamp(self.clock())},
        )

    def _renewal(self, key: Key, seen: Item, now: int) -> Mapping[str, Any]:
        """Make the write that keeps a row longer than a repeat that fails now may wait; none where it is kept so."""
        if seen["ttl"] >= now + FAILURES_SECONDS:
            return {}
        renewed = {**seen, "ttl": now + EVENT_DEDUPE_SECONDS}
        return {"idempotency record": put(key.table, renewed, condition="attribute_exists(entity_id)")}

    def _item(self, key: Key) -> Item | None:
        response = self.client.get_item(
            TableName=key.table, Key=key_of(key.tenant_id, key.entity_id), ConsistentRead=True
        )
        item = response.get("Item")
        return deserialize(item) if item else None
