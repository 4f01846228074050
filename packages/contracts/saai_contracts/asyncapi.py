"""The WebSocket API as an AsyncAPI 3 document, from a screen's side: what it may send, and what it receives."""

import json
from collections.abc import Mapping
from typing import Any, Final

from saai_domain.codes import TenantId
from saai_domain.events import CONTRACTS, Canal, decode_event, encode_frame
from saai_domain.roles import Rol
from saai_domain.ws_contracts import SENT_BY_SCREENS, SENT_TO_SCREENS

from saai_contracts.catalogue import contracts
from saai_contracts.json_schema import Schema, description_of

_CLOSE_CODES: Final = {
    "1001": "API Gateway closes: idle for 10 minutes, connected for 2 hours, or the connection is past its time.",
    "1003": "The screen sent a binary frame.",
    "1006": "The handshake was refused (403), or the line broke: a browser tells no more.",
    "1009": "The screen sent more than 128 KB, or a frame of more than 32 KB.",
}
_COMMITTED: Final = "2025-12-31T15:30:00-05:00"
"""When the examples' events happened."""
_ANSWERED_BY: Final = {
    "ping": ("pong", "error", "throttled"),
    "resume": ("events", "resumed", "reload", "error", "throttled"),
}


def document(version: str) -> dict[str, Any]:
    """Return the whole document."""
    sent = {name: _message(name, f"messages/{name}") for name in SENT_BY_SCREENS}
    answered = {name: _message(name, f"messages/{name}") for name in SENT_TO_SCREENS}
    events = {name: _event(name) for name in CONTRACTS}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "SAAI, live",
            "version": version,
            "description": "One connection follows one store. Store, user and role come from the token alone.\n\n"
            + "\n".join(f"- close code {code}: {meaning}" for code, meaning in _CLOSE_CODES.items()),
        },
        "defaultContentType": "application/json",
        "servers": {
            "stage": {
                "host": "{api}.execute-api.{region}.amazonaws.com",
                "pathname": "/{stage}",
                "protocol": "wss",
                "variables": {
                    "api": {"description": "The id of the stage's WebSocket API: see the output `websocket_url`."},
                    "region": {"default": "us-east-1"},
                    "stage": {"default": "dev"},
                },
                "security": [
                    {"$ref": f"#/components/securitySchemes/{name}"} for name in ("ticket", "token", "header")
                ],
            }
        },
        "channels": {
            "store": {
                "address": "/",
                "description": "The connection itself: API Gateway selects the route by the message's `action`.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in (*sent, *answered, *events)},
                "bindings": {"ws": {"method": "GET", "query": _QUERY, "headers": _HEADERS, "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            **_questions(),
            "events": {**_operation("receive", "Follow the store.", events), "title": "Events"},
        },
        "components": {
            "messages": {**sent, **answered, **events},
            "securitySchemes": {
                "ticket": {
                    "type": "httpApiKey",
                    "in": "query",
                    "name": "ticket",
                    "description": "From `POST /ws-ticket`: good once, for 60 seconds. What a browser uses.",
                },
                "token": {
                    "type": "httpApiKey",
                    "in": "query",
                    "name": "token",
                    "description": "The JWT, where the stage takes it in the URL (`saai:tokenInUrl`).",
                },
                "header": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            },
        },
    }


def _questions() -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for name, cls in SENT_BY_SCREENS.items():
        answers = _ANSWERED_BY[name]
        operations[name] = {
            **_operation("send", description_of(cls), [name]),
            "title": cls.__name__,
            "reply": {
                "channel": {"$ref": "#/channels/store"},
                "messages": [{"$ref": f"#/channels/store/messages/{answer}"} for answer in answers],
            },
        }
    return operations


def _operation(action: str, summary: str, messages: Any) -> dict[str, Any]:  # noqa: ANN401 - names, of a list or a mapping
    return {
        "action": action,
        "channel": {"$ref": "#/channels/store"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/store/messages/{name}"} for name in messages],
    }


def _message(name: str, path: str) -> dict[str, Any]:
    schema = contracts()[path].schema
    return {"name": name, "title": schema["title"], "payload": _inlined(schema, schema.get("$defs", {}))}


def _event(name: str) -> dict[str, Any]:
    canal = CONTRACTS[name].canal
    roles = ", ".join(rol.value for rol in Rol if canal.heard_by(rol))
    everyone = "everyone in the store" if canal is Canal.TIENDA else "the owner"
    return {
        **_message(name, f"events/{name}"),
        "summary": description_of(CONTRACTS[name]),
        "description": f"Channel `{canal}`, for {everyone} ({roles}).",
        "tags": [{"name": canal.value}],
        "examples": [
            {"payload": _frame_of(name, payload, place)} for place, payload in enumerate(CONTRACTS[name].examples)
        ],
    }


def _frame_of(event_type: str, payload: Mapping[str, Any], place: int) -> Any:  # noqa: ANN401 - a JSON value
    event = decode_event(event_type, payload)
    seq = place + 1
    event_id = f"T001-{event.canal}-{seq:012d}"
    return json.loads(encode_frame(event, tenant_id=TenantId("T001"), timestamp=_COMMITTED, event_id=event_id, seq=seq))


def _inlined(schema: Any, definitions: dict[str, Schema]) -> Any:  # noqa: ANN401 - any part of a schema
    """Write a schema without references: AsyncAPI resolves them against the whole document."""
    match schema:
        case {"$ref": str(reference)}:
            return {
                **_inlined({name: value for name, value in schema.items() if name != "$ref"}, definitions),
                **_inlined(definitions[reference.removeprefix("#/$defs/")], definitions),
            }
        case dict():
            return {
                name: _inlined(value, definitions) for name, value in schema.items() if name not in {"$schema", "$defs"}
            }
        case list():
            return [_inlined(each, definitions) for each in schema]
        case _:
            return schema


_QUERY: Final[Schema] = {
    "type": "object",
    "properties": {
        "ticket": {"type": "string", "description": "A one-use ticket."},
        "token": {"type": "string", "description": "A JWT."},
    },
}
_HEADERS: Final[Schema] = {
    "type": "object",
    "properties": {"Authorization": {"type": "string", "description": "`Bearer {jwt}`; a browser can't set it."}},
}
