"""Reading from the event log what a screen missed, and packing it into frames
(docs/protocol.md, "What a screen sends").
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import msgspec
from saai_domain.channel import MAX_FRAME_BYTES, Canal
from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.event_log import entity_id_of
from saai_domain.time import Clock, epoch_seconds, lima_now

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

FRAME_BYTES: Final = 32_768
"""API Gateway bills a message by 32 KB, and a browser handles several small ones sooner than a large one."""


class EventsExpired(Exception):
    """The log no longer holds every event after a cursor: the screen must load a snapshot."""

    def __init__(self, tenant_id: TenantId, canal: Canal, seq: int) -> None:
        super().__init__(tenant_id, canal, seq)
        self.tenant_id = tenant_id
        self.canal = canal
        self.seq = seq

    def __str__(self) -> str:
        return f"event {self.seq} of {self.canal} of {self.tenant_id} is not in the log, or past its time"


class MissedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event's place and the exact text in which screens received it."""

    seq: int
    text: str


class EventsFrame(msgspec.Struct, frozen=True, kw_only=True):
    """What is posted at once; ``last`` is the last event in it."""

    canal: Canal
    last: int
    text: str


@component
class MissedEvents:
    """The event log, as OnMessage reads it."""

    client: "DynamoDBClient"
    eventos_table: str
    clock: Clock = lima_now

    def between(self, tenant_id: TenantId, canal: Canal, *, after: int, until: int) -> Iterator[MissedEvent]:
        """Yield the events with ``after < seq <= until``, in order and without a gap.

        Raises:
            EventsExpired: One of them is gone. TTL deletes within days of a row's time: from then on it counts as gone.
        """
        now = epoch_seconds(self.clock())
        due = after + 1
        pages = self.client.get_paginator("query").paginate(
            TableName=self.eventos_table,
            KeyConditionExpression="tenant_id = :tenant AND entity_id BETWEEN :first AND :last",
            ProjectionExpression="#data.seq, #data.frame, #ttl",
            ExpressionAttributeNames={"#data": "data", "#ttl": "ttl"},
            ExpressionAttributeValues={
                ":tenant": {"S": tenant_id},
                ":first": {"S": entity_id_of(canal, due)},
                ":last": {"S": entity_id_of(canal, until)},
            },
            ConsistentRead=True,
        )
        for page in pages:
            for item in page["Items"]:
                data = item["data"]["M"]
                if int(data["seq"]["N"]) != due or int(item["ttl"]["N"]) <= now:
                    raise EventsExpired(tenant_id, canal, due)
                yield MissedEvent(seq=due, text=data["frame"]["S"])
                due += 1
        if due <= until:
            raise EventsExpired(tenant_id, canal, due)


def pack(canal: Canal, events: Iterable[MissedEvent]) -> Iterator[EventsFrame]:
    """Pack events into frames of FRAME_BYTES where they fit, and never beyond what can be posted.

    An event that fits no frame with its envelope goes as it was first sent, which a screen takes as well.
    """
    batch: list[MissedEvent] = []
    size = _ENVELOPE_BYTES
    for event in events:
        added = len(event.text.encode()) + 1
        if batch and size + added > FRAME_BYTES:
            yield _frame(canal, batch)
            batch.clear()
            size = _ENVELOPE_BYTES
        batch.append(event)
        size += added
    if batch:
        yield _frame(canal, batch)


def _frame(canal: Canal, batch: list[MissedEvent]) -> EventsFrame:
    first, last = batch[0], batch[-1]
    # The texts are joined as they are: what is sent again is byte-equal.
    texts = ",".join(event.text for event in batch)
    text = f'{{"action":"events","canal":"{canal}","desde":{first.seq},"hasta":{last.seq},"events":[{texts}]}}'
    if len(text.encode()) > MAX_FRAME_BYTES:
        text = first.text
    return EventsFrame(canal=canal, last=last.seq, text=text)


_ENVELOPE_BYTES: Final = len('{"action":"events","canal":"administracion","desde":,"hasta":,"events":[]}') + 2 * 12
