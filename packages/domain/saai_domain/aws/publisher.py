"""Handing an event to EmitirEventosWs, which delivers it to the store's screens.

For another SAAI service::

    publisher = EventPublisher.from_environment()   # EMITIR_EVENTOS_WS_FUNCTION_NAME; lambda:InvokeFunction on it
    publisher.emit(parse_store_code("T001"), AnaliticaActualizada(mensaje="..."))
"""

import os
import uuid
from typing import TYPE_CHECKING, Any

import botocore.exceptions
from aws_lite.wire import decode_json_with_floats, encode_json

from saai_domain import events
from saai_domain.aws.clients import process_clients
from saai_domain.codes import ConnectionId, TenantId
from saai_domain.component import component
from saai_domain.errors import FieldError, InvalidInput, PublishError
from saai_domain.event_log import HIGHEST_SEQ, LoggedEvent
from saai_domain.invocation import NewEvent, read_invocation
from saai_domain.settings import load_settings, setting
from saai_domain.time import obtener_fecha_hora_peru

if TYPE_CHECKING:
    from saai_domain.aws.clients import LambdaClient

__all__ = ["EventPublisher", "check_new_event"]


@component
class PublisherSettings:
    """Names the function that delivers events."""

    function_name: str = setting("EMITIR_EVENTOS_WS_FUNCTION_NAME")


@component
class EventPublisher:
    """Invokes EmitirEventosWs asynchronously: it returns when the event is queued, not when it is delivered.

    ``emit`` is for any SAAI service, with an event that is in no log yet. ``deliver`` and ``deliver_or_error`` are for
    the functions of this project, which log an event in the transaction of the change that it reports.
    """

    client: "LambdaClient"
    function_name: str

    @classmethod
    def from_environment(cls) -> "EventPublisher":
        """Make the publisher that the function's environment names.

        Raises:
            MissingSettings: ``EMITIR_EVENTOS_WS_FUNCTION_NAME`` is not set.
        """
        settings = load_settings(PublisherSettings, os.environ)
        return cls(client=process_clients().lambda_, function_name=settings.function_name)

    def emit(
        self,
        tenant_id: TenantId,
        event: "events.EventData | events.StoreEvent",
        *,
        exclude_connection_id: ConnectionId | None = None,
        event_id: str | None = None,
    ) -> str:
        """Have an event logged and delivered; return its ``event_id``.

        Args:
            tenant_id: The store.
            event: A contract's values, or what ``decode_event`` returned.
            exclude_connection_id: The event is not pushed to this connection; its later recovery may bring it.
            event_id: Yours, at most MAX_EVENT_ID characters; within 15 days an event with the same one is not
                logged twice, and another event under it is refused.

        Raises:
            InvalidInput: EmitirEventosWs would refuse it, and an asynchronous caller would not hear of that: a field
                breaks its contract (``InvalidEvent``, ``UnknownEventType``), or the event is too large for a frame
                (``EventTooLarge``).
            PublishError: It was not accepted. Repeat with the ``event_id`` that the error carries.
        """
        event = event if isinstance(event, events.StoreEvent) else events.event_of(event)
        event_id = event_id or uuid.uuid4().hex
        request = {
            "tenant_id": tenant_id,
            "event_type": event.event_type,
            "payload": event.payload,
            "event_id": event_id,
        }
        if exclude_connection_id:
            request["exclude_connection_id"] = exclude_connection_id
        text = _json(request)
        check_new_event(text)
        self._invoke(text, event_id)
        return event_id

    def deliver(self, row: LoggedEvent) -> None:
        """Have an event delivered that is in the log already.

        Raises:
            PublishError: It was not accepted; the row stays pending.
        """
        place = {"tenant_id": row.tenant_id, "canal": row.canal, "seq": row.seq}
        self._invoke(encode_json(place), row.event_id)

    def deliver_or_error(self, row: LoggedEvent | None) -> PublishError | None:
        """Have an event delivered whose change is committed; return why that was not accepted.

        That is no reason to undo or repeat the change: the row stays pending, and the sweep delivers it. Without a
        row there is nothing to do.
        """
        if row is None:
            return None
        try:
            self.deliver(row)
        except PublishError as error:
            return error
        return None

    def _invoke(self, request: str, event_id: str) -> None:
        try:
            self.client.invoke(FunctionName=self.function_name, InvocationType="Event", Payload=request.encode())
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            raise PublishError(self.function_name, event_id) from error


def check_new_event(request: str) -> None:
    """Read an invoke's JSON as EmitirEventosWs will, up to the frame that screens receive.

    Raises:
        InvalidInput: EmitirEventosWs would refuse it.
    """
    try:
        # Lambda has read the JSON before the function sees it, and makes floats of numbers with a fraction.
        received = decode_json_with_floats(request.encode())
    except ValueError as error:
        raise InvalidInput(FieldError("event", f"No se puede leer como JSON: {error}.")) from None
    invocation = read_invocation(received, request_id="")
    if isinstance(invocation, NewEvent):
        events.encode_frame(
            invocation.event,
            tenant_id=invocation.tenant_id,
            timestamp=obtener_fecha_hora_peru(),
            event_id=invocation.dedupe_id,
            seq=HIGHEST_SEQ,
        )


def _json(request: dict[str, Any]) -> str:
    try:
        return encode_json(request)
    except (ValueError, TypeError, RecursionError) as error:
        # Half an emoji, an object that JSON doesn't know, nesting that is too deep.
        raise InvalidInput(FieldError("event", f"No se puede escribir como JSON: {error}.")) from None
