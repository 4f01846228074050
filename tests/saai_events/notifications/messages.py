"""SNS records as Lambda gets them."""

from typing import Any

from aws_lite.wire import encode_json

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
    return {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": "arn:aws:sns:us-east-1:123456789012:AlertasSAAI-dev:1",
        "Sns": {
            "Type": "Notification",
            "MessageId": "m-1",
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:AlertasSAAI-dev",
            "Subject": None,
            "Message": message if isinstance(message, str) else encode_json(message),
            "Timestamp": "2025-12-31T20:30:01.000Z",
            "MessageAttributes": {name: {"Type": "String", "Value": value} for name, value in attributes.items()},
        },
    }
