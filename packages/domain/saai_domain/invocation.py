"""What EmitirEventosWs is invoked with, checked (docs/domain.md, "WebSocket").

The function reads an invoke by this, and so does the publisher before it sends one: an asynchronous caller would never
learn that the function refused it.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from saai_domain import events
from saai_domain.channel import Canal
from saai_domain.codes import ConnectionId, TenantId, parse_store_code
from saai_domain.errors import FieldError, InvalidCode, InvalidInput
from saai_domain.event_log import HIGHEST_SEQ, MAX_EVENT_ID

__all__: list[str] = []

_MAX_CONNECTION_ID: Final = 128


class NewEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of another service, not logged yet. ``dedupe_id`` recognises a retry."""

    tenant_id: TenantId
    event: "events.StoreEvent"
    event_id: str | None
    dedupe_id: str
    exclude_connection_id: ConnectionId | None


class LoggedEventRef(msgspec.Struct, frozen=True, kw_only=True):
    """The place of an event in the log."""

    tenant_id: TenantId
    canal: Canal
    seq: int


def read_invocation(event: object, *, request_id: str) -> NewEvent | LoggedEventRef:
    """Read either form. ``request_id`` is the invocation's: the same for every retry.

    Raises:
        InvalidInput: A field is missing or wrong; the error names it.
    """
    if not isinstance(event, dict):
        raise InvalidInput(FieldError("event", "Se espera un objeto JSON."))
    # Unknown keys are no reason to refuse an invoke.
    reference = ("seq" in event or "canal" in event) and "event_type" not in event
    required = ("tenant_id", "canal", "seq") if reference else ("tenant_id", "event_type", "payload")
    missing = [FieldError(name, "Falta este campo.") for name in required if event.get(name) is None]
    if missing:
        raise InvalidInput(*missing)
    tenant_id = _tenant(event["tenant_id"])
    if reference:
        return LoggedEventRef(tenant_id=tenant_id, canal=_canal(event["canal"]), seq=_seq(event["seq"]))
    event_id = _text(event, "event_id", limit=MAX_EVENT_ID)
    exclude = _text(event, "exclude_connection_id", limit=_MAX_CONNECTION_ID)
    return NewEvent(
        tenant_id=tenant_id,
        event=events.decode_event(event["event_type"], event["payload"]),
        event_id=event_id,
        dedupe_id=event_id or f"lambda#{request_id}",
        exclude_connection_id=ConnectionId(exclude) if exclude else None,
    )


def _tenant(value: object) -> TenantId:
    try:
        return parse_store_code(value)
    except InvalidCode:
        raise InvalidInput(FieldError("tenant_id", "No es el código de una tienda, por ejemplo T001.")) from None


def _canal(value: object) -> Canal:
    if value not in list(Canal):
        raise InvalidInput(FieldError("canal", f"Se acepta: {', '.join(Canal)}."))
    return Canal(value)


def _seq(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= HIGHEST_SEQ:
        raise InvalidInput(FieldError("seq", "Se espera un entero mayor que 0."))
    return value


def _text(event: Mapping[str, Any], name: str, *, limit: int) -> str | None:
    value = event.get(name)
    if value is None:
        return None
    # Half a surrogate pair, which no key of DynamoDB can hold, isn't printable.
    if not isinstance(value, str) or not 0 < len(value) <= limit or not value.isprintable():
        raise InvalidInput(FieldError(name, f"Se espera un texto de 1 a {limit} caracteres imprimibles."))
    return value
