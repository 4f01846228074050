"""What EmitirEventosWs answers (docs/domain.md, "WebSocket")."""

from http import HTTPStatus
from typing import Any

from aws_lite.wire import encode_json
from saai_domain.errors import InvalidInput, NotFound
from saai_domain.event_log import LoggedEvent

from ws_gateway.delivery.emitter import Emission


def answer(row: LoggedEvent, emission: Emission) -> dict[str, Any]:
    """Make the answer of an event that was taken."""
    body: dict[str, Any] = {
        "message": "Evento registrado; su entrega se repetirá." if emission.pending else "Evento emitido.",
        "tenant_id": row.tenant_id,
        "event_type": row.event_type,
        "connections_sent": emission.sent,
        "connections_cleaned": emission.cleaned,
        "timestamp": row.timestamp,
    }
    return {"statusCode": int(HTTPStatus.OK), "body": encode_json(body)}


def refusal(error: InvalidInput | NotFound) -> dict[str, Any]:
    """Make the answer of an invoke that can't be served: 400 with an entry per bad field, or 404."""
    status = HTTPStatus.NOT_FOUND if isinstance(error, NotFound) else HTTPStatus.BAD_REQUEST
    body = {"message": error.user_message, "error": str(error), "data": error.details}
    return {"statusCode": int(status), "body": encode_json(body)}
