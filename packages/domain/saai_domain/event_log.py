"""The event log: one contiguous sequence of events per store and channel
(docs/architecture.md, "Transactional outbox with a relay").

An event's row is written in the transaction of the business change that it reports, together with the counter of
its channel. The row holds the frame's exact text, so an event sent again is byte-equal, and the notices that are
published with it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

import msgspec
from aws_lite.wire import encode_json

from saai_domain import events
from saai_domain.channel import Canal
from saai_domain.codes import TenantId
from saai_domain.errors import UnknownEventType
from saai_domain.rows import make_row
from saai_domain.time import epoch_seconds, iso_timestamp

__all__ = [
    "MAX_EVENT_ID",
    "LoggedEvent",
    "NoticeMessage",
    "counter_name",
    "log_event",
]

RETENTION_SECONDS: Final = 7 * 86_400
"""For how long a screen can catch up from the log."""
PENDING_SHARDS: Final = 16
"""``pendiente`` is the hash key of an index; one value would put every store's rows on one partition."""

HIGHEST_SEQ: Final = 10**12 - 1
"""A row's key has room for 12 digits."""
MAX_EVENT_ID: Final = 100
"""Characters of an ``event_id`` that a sender chooses: it becomes part of a key."""


def __getattr__(name: str) -> object:
    """Deployed code imports these from here."""
    if name in {"Notice", "Severidad"}:
        return getattr(events, name)
    raise AttributeError(name)


class NoticeMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as the topic carries it: the message's JSON text and its attributes, all strings."""

    message: str
    attributes: Mapping[str, str]


class LoggedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the log.

    ``timestamp`` is the commit time, ``created_epoch`` the same in epoch seconds; ``frame`` the exact JSON text
    that screens receive.
    """

    tenant_id: TenantId
    canal: Canal
    seq: int
    event_id: str
    event_type: str
    timestamp: str
    created_epoch: int
    frame: str
    notices: tuple[NoticeMessage, ...] = ()
    pending: bool = True

    @property
    def entity_id(self) -> str:
        return entity_id_of(self.canal, self.seq)


class ForgottenEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that was logged and has left the log since: it counts as delivered. ``timestamp`` is its commit time."""

    tenant_id: TenantId
    event_id: str
    event_type: str
    timestamp: str
    pending: ClassVar[bool] = False


def counter_name(canal: Canal) -> str:
    """Return the name of a channel's counter in ``counters``."""
    return f"eventos#{canal}"


def entity_id_of(canal: Canal, seq: int) -> str:
    """Return a row's ``entity_id``: 12 digits, so that it sorts by sequence."""
    return f"{canal}#{seq:012d}"


def log_event(
    event: "events.StoreEvent",
    *,
    tenant_id: TenantId,
    seq: int,
    moment: datetime,
    origen: str,
    notices: Sequence["events.Notice"] = (),
    event_id: str | None = None,
) -> LoggedEvent:
    """Make the row of an event that takes place ``seq`` in its channel.

    Args:
        event: What happened.
        tenant_id: The store.
        seq: The channel's counter plus one.
        moment: The commit time.
        origen: The publisher's function name as docs/domain.md has it, for the notices.
        notices: Published with the event.
        event_id: The sender's own id; by default one made of store, channel and sequence.

    Raises:
        UnknownEventType: Its class is no contract of this version.
        EventTooLarge: The frame exceeds what can be posted to a connection.
    """
    if events.CONTRACTS.get(event.event_type) is not type(event.data):
        raise UnknownEventType(event.event_type, list(events.CONTRACTS))
    timestamp = iso_timestamp(moment)
    event_id = event_id or f"{tenant_id}-{event.canal}-{seq:012d}"
    return LoggedEvent(
        tenant_id=tenant_id,
        canal=event.canal,
        seq=seq,
        event_id=event_id,
        event_type=event.event_type,
        timestamp=timestamp,
        created_epoch=epoch_seconds(moment),
        frame=events.encode_frame(event, tenant_id=tenant_id, timestamp=timestamp, event_id=event_id, seq=seq),
        notices=tuple(
            _message_of(notice, f"{timestamp}#{event.canal}#{seq:012d}#{place}", tenant_id, origen, timestamp)
            for place, notice in enumerate(notices)
        ),
    )


def to_item(row: LoggedEvent) -> dict[str, Any]:
    """Return the row as the table keeps it, in plain Python values."""
    data = {
        "event_id": row.event_id,
        "event_type": row.event_type,
        "canal": row.canal,
        "seq": row.seq,
        "timestamp": row.timestamp,
        "frame": row.frame,
        "notices": [{"message": notice.message, "attributes": dict(notice.attributes)} for notice in row.notices],
    }
    top_level = {"ttl": row.created_epoch + RETENTION_SECONDS, "created_epoch": row.created_epoch}
    if row.pending:
        top_level["pendiente"] = row.seq % PENDING_SHARDS
    return make_row(row.tenant_id, row.entity_id, data, moment=row.timestamp, top_level=top_level)


def from_item(item: Mapping[str, Any]) -> LoggedEvent:
    """Read a row of the table."""
    data = item["data"]
    return LoggedEvent(
        tenant_id=TenantId(item["tenant_id"]),
        canal=Canal(data["canal"]),
        seq=int(data["seq"]),
        event_id=data["event_id"],
        event_type=data["event_type"],
        timestamp=data["timestamp"],
        created_epoch=int(item["created_epoch"]),
        frame=data["frame"],
        notices=tuple(
            NoticeMessage(message=notice["message"], attributes=notice["attributes"]) for notice in data["notices"]
        ),
        pending="pendiente" in item,
    )


def _message_of(
    notice: "events.Notice", notice_id: str, tenant_id: TenantId, origen: str, timestamp: str
) -> NoticeMessage:
    # The id starts with the time, so that a store's notifications sort newest first by their entity_id.
    return NoticeMessage(
        message=encode_json(
            {
                "id": notice_id,
                "tipo": notice.tipo,
                "titulo": notice.titulo,
                "mensaje": notice.mensaje,
                "detalle": notice.detalle,
            }
        ),
        attributes={
            "tenant_id": tenant_id,
            "tipo": notice.tipo,
            "severidad": notice.severidad,
            "origen": origen,
            "ts": timestamp,
        },
    )
