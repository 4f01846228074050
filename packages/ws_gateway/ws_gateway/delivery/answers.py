"""What EmitirEventosWs answers (docs/domain.md, "WebSocket")."""

from typing import Any

from aws_lite.wire import encode_json
from saai_domain.errors import EventIdReused, InvalidInput, NotFound
from saai_domain.event_log import ForgottenEvent, LoggedEvent

from ws_gateway.delivery.emitter import Emission


def accepted_response(row: LoggedEvent | ForgottenEvent, emission: Emission) -> dict[str, Any]:
    """Make the response to an event that was taken."""
    body: dict[str, Any] = {
        "message": "Evento registrado; su entrega se repetirá." if emission.pending else "Evento emitido.",
        "tenant_id": row.tenant_id,
        "event_type": row.event_type,
        "connections_sent": emission.sent,
        "connections_cleaned": emission.cleaned,
        "timestamp": row.timestamp,
    }
    return {"statusCode": 200, "body": encode_json(body)}


def refused_response(error: InvalidInput | NotFound | EventIdReused) -> dict[str, Any]:
    """Make the response to an invoke that can't be served: 400 with an entry per bad field, 404 or 409."""
    from saai_domain.http_api import status_of  # noqa: PLC0415 - an event is rarely refused

    body = {"message": error.user_message, "error": str(error), "data": error.details}
    return {"statusCode": int(status_of(error)), "body": encode_json(body)}
