"""Every contract by name, with its direction: what the schemas, the documents, the gate and the checks are made of."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

import attrs
import msgspec
from saai_domain.codes import STORE_PATTERN
from saai_domain.events import CONTRACTS, Canal
from saai_domain.http_contracts import Problema
from saai_domain.ws_contracts import SENT_BY_SCREENS, SENT_TO_SCREENS

from saai_contracts.compatibility import Direction
from saai_contracts.json_schema import AMOUNT, AMOUNT_OF_ANYBODY, DIALECT, Schema, Schemas, standalone
from saai_contracts.routes import ROUTES

StoreCode = Annotated[str, msgspec.Meta(pattern=f"^{STORE_PATTERN}$")]
PrintableText = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


@attrs.frozen(kw_only=True)
class Frame:
    """An event as a screen receives it. A gateway of the earlier version sent the first four keys only."""

    event_type: str
    tenant_id: StoreCode
    timestamp: str
    data: Any
    event_id: str
    canal: Canal
    seq: Annotated[int, msgspec.Meta(ge=1)]


@attrs.frozen(kw_only=True)
class NewEventInvoke:
    """What any SAAI service invokes EmitirEventosWs with (docs/domain.md, "WebSocket")."""

    tenant_id: StoreCode
    event_type: str
    payload: Any
    exclude_connection_id: PrintableText | None = None
    event_id: PrintableText | None = None


@attrs.frozen(kw_only=True)
class LoggedEventInvoke:
    """What EmitirEventosWs is invoked with for an event that is in the log."""

    tenant_id: StoreCode
    canal: Canal
    seq: Annotated[int, msgspec.Meta(ge=1)]


@attrs.frozen(kw_only=True)
class SnsMessage:
    """A notice on the topic ``AlertasSAAI`` (docs/domain.md, "SNS message")."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
    tipo: Annotated[str, msgspec.Meta(min_length=1)]
    titulo: Annotated[str, msgspec.Meta(min_length=1)]
    mensaje: Annotated[str, msgspec.Meta(min_length=1)]
    detalle: Any


@attrs.frozen(kw_only=True)
class Failure:
    """A refusal in SAAI's envelope: ``message`` is for people, in Spanish; ``data`` names each problem."""

    success: Literal[False]
    message: str
    data: tuple[Problema, ...] | None = None


@attrs.frozen(kw_only=True)
class Contract:
    """A schema and who writes what it describes."""

    schema: Schema
    direction: Direction


@cache
def contracts() -> Mapping[str, Contract]:
    """Return every contract, by the path of its schema: ``events/venta_registrada``, ``http/POST ventas/body``, …"""
    found: dict[str, Contract] = {}
    for name, cls in CONTRACTS.items():
        # Any service's event goes through to the screens as it was sent.
        found[f"events/{name}"] = Contract(schema=frame_schema(name, cls), direction=Direction.SEND)
        found[f"invoke/{name}"] = Contract(schema=invoke_schema(name, cls), direction=Direction.RECEIVE)
    found["invoke/logged_event"] = _contract(LoggedEventInvoke, Direction.BOTH)
    found["sns/notice"] = _contract(SnsMessage, Direction.BOTH)
    for name, cls in SENT_BY_SCREENS.items():
        found[f"messages/{name}"] = _contract(cls, Direction.RECEIVE)
    for name, cls in SENT_TO_SCREENS.items():
        found[f"messages/{name}"] = _contract(cls, Direction.SEND)
    for key, route in ROUTES.items():
        name = route_name(key)
        if route.body is not None:
            found[f"http/{name}.body"] = _contract(route.body, Direction.RECEIVE)
        found[f"http/{name}.answer"] = Contract(schema=answer_schema(key), direction=Direction.SEND)
    found["http/failure"] = _contract(Failure, Direction.SEND)
    return found


def route_name(key: str) -> str:
    """Return a route's name in files: ``POST /ws-ticket`` is ``post-ws-ticket``."""
    method, path = key.split(" ")
    return method.lower() + path.replace("/", "-")


def frame_schema(event_type: str, cls: type) -> Schema:
    """Return the schema of an event's frame."""
    return _around(Frame, "data", cls, event_type=event_type, title=cls.__name__)


def invoke_schema(event_type: str, cls: type) -> Schema:
    """Return the schema of an invoke that brings an event."""
    return _around(NewEventInvoke, "payload", cls, event_type=event_type, title=f"{cls.__name__}Invoke")


def answer_schema(key: str) -> Schema:
    """Return the schema of a route's success, envelope and all."""
    route = ROUTES[key]
    # Rows that other services wrote are shown as they stand.
    schemas = Schemas(amount=AMOUNT_OF_ANYBODY if route.cursor else AMOUNT)
    data = schemas.reference(route.answer)
    cursor: Schema = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}
    if route.pages:
        data = {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": data},
                "siguiente": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "cursor": cursor,
                "log": {"type": "string"},
            },
            "required": ["items", "siguiente", "cursor", "log"],
        }
    elif route.cursor:
        name = route.answer.__name__
        whole = schemas.definitions[name]
        schemas.definitions[name] = {
            **whole,
            "properties": {**whole["properties"], "cursor": cursor, "log": {"type": "string"}},
            "required": [*whole["required"], "cursor", "log"],
        }
    return {
        "$schema": DIALECT,
        "title": f"{key}: answer",
        "type": "object",
        "properties": {"success": {"enum": [True]}, "message": {"type": "string"}, "data": data},
        "required": ["success", "message", "data"],
        "$defs": schemas.definitions,
    }


def _around(envelope: type, field: str, cls: type, *, event_type: str, title: str) -> Schema:
    """Return an envelope's schema with the class's in its field, and its own event type."""
    schemas = Schemas(amount=AMOUNT_OF_ANYBODY)
    data = schemas.reference(cls)
    schemas.reference(envelope)
    outside = schemas.definitions.pop(envelope.__name__)
    properties = {**outside["properties"], "event_type": {"enum": [event_type]}, field: data}
    return {"$schema": DIALECT, "title": title, **outside, "properties": properties, "$defs": schemas.definitions}


def _contract(cls: type, direction: Direction) -> Contract:
    return Contract(schema=standalone(cls), direction=direction)
