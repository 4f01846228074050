"""The message that asks a worker to look at a store, ``{"tenant_id": "T001"}``, and the answer to a batch of them."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lite.wire import decode_json_with_decimals, encode_json
from saai_domain.codes import TenantId, store_code
from saai_domain.errors import FieldError, InvalidInput


def message_for(tenant_id: TenantId) -> str:
    """Write a store's message."""
    return encode_json({"tenant_id": tenant_id})


def read_message(body: str) -> TenantId:
    """Return the store that a message asks for.

    Raises:
        msgspec.DecodeError: The body is not JSON.
        InvalidInput: It is not an object.
        InvalidCode: Its ``tenant_id`` is not a store.
    """
    message = decode_json_with_decimals(body)
    if not isinstance(message, dict):
        raise InvalidInput(FieldError("body", "Se espera un objeto con tenant_id."))
    return store_code(message.get("tenant_id"))


def work_through(event: Mapping[str, Any], work: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any]:
    """Work on each record of SQS's event, and answer which must come again: those for which ``work`` returns False."""
    failed = [record["messageId"] for record in event["Records"] if not work(record)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
