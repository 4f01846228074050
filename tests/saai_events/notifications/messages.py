"""SNS records as Lambda gets them."""

from typing import Any

from aws_lite.wire import encode_json
from saai_support.payloads import sns_notification

ID = "2025-12-31T15:30:00-05:00#tienda#000000000007#0"
MESSAGE: dict[str, Any] = {
    "id": ID,
    "tipo": "ventaRegistrada",
    "titulo": "Venta registrada",
    "mensaje": "Venta T001V007 por S/ 12.50 (YAPE).",
    "detalle": {"codigo_venta": "T001V007"},
}
ATTRIBUTES = {
    "tenant_id": "T001",
    "tipo": "ventaRegistrada",
    "severidad": "INFO",
    "origen": "RegistrarVenta",
    "ts": "2025-12-31T15:30:00-05:00",
}


def without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the values but some."""
    return {name: value for name, value in values.items() if name not in names}


def record(message: object = MESSAGE, attributes: dict[str, Any] = ATTRIBUTES) -> dict[str, Any]:
    """A record; ``message`` is encoded unless it is a text."""
    (made,) = sns_notification(message if isinstance(message, str) else encode_json(message), attributes)["Records"]
    return made
