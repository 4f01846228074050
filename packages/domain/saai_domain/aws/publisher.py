"""Handing an event to EmitirEventosWs, which delivers it to the store's screens.

For another SAAI service::

    publisher = EventPublisher.from_environment()   # EMITIR_EVENTOS_WS_FUNCTION_NAME; lambda:InvokeFunction on it
    publisher.emit(parse_store_code("T001"), AnaliticaActualizada(mensaje="..."))
"""

import os
import uuid
from typing import TYPE_CHECKING, Any

import attrs
from aws_lite.wire import encode_json
from botocore.exceptions import BotoCoreError, ClientError

from saai_domain.aws.clients import process_clients
from saai_domain.codes import ConnectionId, TenantId, parse_store_code
from saai_domain.errors import FieldError, InvalidInput, PublishError
from saai_domain.event_log import HIGHEST_SEQ, MAX_EVENT_ID, LoggedEvent
from saai_domain.events import EventData, StoreEvent, encode_frame, event_of
from saai_domain.settings import load_settings, setting
from saai_domain.time import obtener_fecha_hora_peru

if TYPE_CHECKING:
    from saai_domain.aws.clients import LambdaClient


@attrs.frozen(kw_only=True)
class PublisherSettings:
    """Names the function that delivers events."""

    function_name: str = setting("EMITIR_EVENTOS_WS_FUNCTION_NAME")


@attrs.frozen(kw_only=True)
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
        event: EventData | StoreEvent,
        *,
        exclude_connection_id: ConnectionId | None = None,
        event_id: str | None = None,
    ) -> str:
        """Have an event logged and delivered; return its ``event_id``.

        Args:
            tenant_id: The store.
            event: A contract's values, or what ``decode_event`` returned.
            exclude_connection_id: The event is not pushed to this connection; its later recovery may bring it.
            event_id: Yours, at most MAX_EVENT_ID characters; within 24 hours an event with the same one is not
                logged twice.

        Raises:
            InvalidInput: ``tenant_id`` is not a store, ``event_id`` too long, or the event can't be a frame
                (``EventTooLarge``, ``InvalidEvent``). Refused here, because what EmitirEventosWs refuses is lost to
                an asynchronous caller.
            PublishError: It was not accepted. Repeat with the ``event_id`` that the error carries.
        """
        event = event if isinstance(event, StoreEvent) else event_of(event)
        event_id = event_id or uuid.uuid4().hex
        if len(event_id) > MAX_EVENT_ID:
            raise InvalidInput(FieldError("event_id", f"Se espera un texto de 1 a {MAX_EVENT_ID} caracteres."))
        tenant_id = parse_store_code(tenant_id)
        encode_frame(
            event, tenant_id=tenant_id, timestamp=obtener_fecha_hora_peru(), event_id=event_id, seq=HIGHEST_SEQ
        )
        request = {
            "tenant_id": tenant_id,
            "event_type": event.event_type,
            "payload": event.payload,
            "event_id": event_id,
        }
        if exclude_connection_id:
            request["exclude_connection_id"] = exclude_connection_id
        self._invoke(request, event_id)
        return event_id

    def deliver(self, row: LoggedEvent) -> None:
        """Have an event delivered that is in the log already.

        Raises:
            PublishError: It was not accepted; the row stays pending.
        """
        self._invoke({"tenant_id": row.tenant_id, "canal": row.canal, "seq": row.seq}, row.event_id)

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

    def _invoke(self, request: dict[str, Any], event_id: str) -> None:
        try:
            self.client.invoke(
                FunctionName=self.function_name, InvocationType="Event", Payload=encode_json(request).encode()
            )
        except (ClientError, BotoCoreError) as error:
            raise PublishError(self.function_name, event_id) from error
