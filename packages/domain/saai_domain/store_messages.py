"""The message that asks a worker to look at a store, ``{"tenant_id": "T001"}``, whoever sends it."""

from typing import Any

from aws_lite.wire import decode_json_with_decimals, encode_json

from saai_domain.codes import TenantId, parse_store_code
from saai_domain.errors import FieldError, InvalidInput

__all__: list[str] = []


def store_message(tenant_id: TenantId) -> str:
    """Write a store's message."""
    return encode_json({"tenant_id": tenant_id})


def read_store_message(body: str) -> TenantId:
    """Return the store that a message asks for.

    Raises:
        msgspec.DecodeError: The body is not JSON.
        InvalidInput: It is not an object.
        InvalidCode: Its ``tenant_id`` is not a store.
    """
    message: Any = decode_json_with_decimals(body)
    if not isinstance(message, dict):
        raise InvalidInput(FieldError("body", "Se espera un objeto con tenant_id."))
    return parse_store_code(message.get("tenant_id"))
