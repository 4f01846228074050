"""Finds the action of a message, and replies to what is not served (docs/protocol.md, "What a screen sends")."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import msgspec
from aws_lite.wire import decode_json_with_decimals
from saai_domain.component import component

from ws_gateway.screens.connections import Connection

Reply = dict[str, Any]
"""A frame that answers a message; ``action`` tells its kind."""
Action = Callable[[Connection, Mapping[str, Any]], Reply]
"""Answers one kind of message."""


class ErrorCode(StrEnum):
    """Why a message is not served, for the program that sent it."""

    MENSAJE_NO_VALIDO = "mensaje_no_valido"
    """Not a JSON object with the text ``action``."""
    ACCION_DESCONOCIDA = "accion_desconocida"
    CURSOR_NO_VALIDO = "cursor_no_valido"
    """The ``cursor`` of ``resume`` is missing or not valid."""
    RECUPERACION_FALLIDA = "recuperacion_fallida"
    """No missed event could be sent; asking again later may help."""


@component
class MessageDispatcher:
    """Finds the action of a message."""

    actions: Mapping[str, Action]

    def reply(self, connection: Connection, event: Mapping[str, Any]) -> Reply:
        """Answer the message in API Gateway's event."""
        message = read_message(event)
        if message is None:
            return error_reply(ErrorCode.MENSAJE_NO_VALIDO, "Se espera un objeto JSON con el texto «action».")
        action = self.actions.get(message["action"])
        if action is None:
            known = ", ".join(self.actions)
            return error_reply(ErrorCode.ACCION_DESCONOCIDA, f"Acción desconocida. Se acepta: {known}.")
        return action(connection, message)


def read_message(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the object that a screen sent, whose ``action`` is a text; None for anything else."""
    if event.get("isBase64Encoded"):
        return None
    try:
        message = decode_json_with_decimals(event.get("body") or "")
    except msgspec.DecodeError:
        return None
    return message if isinstance(message, dict) and isinstance(message.get("action"), str) else None


def error_reply(code: ErrorCode, message: str) -> Reply:
    """Make the reply to what is not served: ``code`` for the program, ``message`` (Spanish) for people."""
    return {"action": "error", "code": code, "message": message}


def throttled_reply(wait: int) -> Reply:
    """Make the reply to what is not served for ``wait`` seconds, since a screen asks for more than it may."""
    return {
        "action": "throttled",
        "code": "demasiados_mensajes",
        "message": f"Demasiados mensajes. Vuelve a intentarlo en {wait} segundos.",
        "reintentar_en": wait,
    }
