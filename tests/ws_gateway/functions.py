"""The functions of the gateway as AWS calls them: their environment, their callers, what they leave behind."""

import json
from typing import Any

import attrs
import jwt
import pytest
from saai_domain.aws.dynamodb import deserialize, serialize

SECRET = "un-secreto-de-pruebas-de-32-bytes-o-mas"
TOPIC = "arn:aws:sns:us-east-1:123456789012:AlertasSAAI-dev"
ENVIRONMENT = {
    "WS_CONNECTIONS_TABLE": "ws-connections",
    "WS_API_ENDPOINT": "https://abcdef123.execute-api.us-east-1.amazonaws.com/dev",
    "COUNTERS_TABLE": "counters",
    "EVENTOS_TABLE": "eventos",
    "IDEMPOTENCIA_TABLE": "idempotencia",
    "JWT_SECRET_PARAMETER": "/saai/dev/jwt-secret",
    "TIENDAS_TABLE": "tiendas",
    "USUARIOS_TABLE": "usuarios",
    "WS_TICKETS_TABLE": "ws-tickets",
    "TOKEN_IN_URL": "true",
    "ALERTAS_SNS_TOPIC_ARN": TOPIC,
    "ANALITICA_TABLE": "analitica",
    "ANALITICA_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/saai-dev-analitica",
    "EMITIR_EVENTOS_WS_FUNCTION_NAME": "saai-dev-EmitirEventosWs",
}


@attrs.frozen(kw_only=True)
class Context:
    """Lambda's context of an invocation, by default with a minute left."""

    aws_request_id: str = "8f5c0f3e-6a41-4c6e-9f57-0a7a2f5d4b11"
    remaining_millis: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_millis


@attrs.define
class FakeSsm:
    """Holds the signing secrets, one a line."""

    secrets: str = SECRET

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> Any:  # noqa: N803 - SSM's names
        assert WithDecryption
        return {"Parameter": {"Value": {"/saai/dev/jwt-secret": self.secrets}[Name]}}


@attrs.define
class FakeSns:
    """Takes messages, or fails."""

    error: Exception | None = None
    published: list[dict[str, Any]] = attrs.field(factory=list)

    def publish(self, **params: Any) -> Any:
        if self.error:
            raise self.error
        self.published.append(params)
        return {"MessageId": "m-1"}


@attrs.define
class FakeSqs:
    """Takes messages, or fails."""

    error: Exception | None = None
    sent: list[dict[str, Any]] = attrs.field(factory=list)

    def send_message(self, **params: Any) -> Any:
        if self.error:
            raise self.error
        self.sent.append(params)
        return {"MessageId": "m-1"}


@attrs.define
class FakeLambda:
    """Accepts asynchronous invokes."""

    invoked: list[tuple[str, bytes]] = attrs.field(factory=list)

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> Any:  # noqa: N803 - Lambda's names
        assert InvocationType == "Event"
        self.invoked.append((FunctionName, Payload))
        return {"StatusCode": 202}


def token(secret: str = SECRET, **changes: Any) -> str:
    """A cashier's token, with some claims changed."""
    claims = {"tenant_id": "T001", "codigo_usuario": "T001U001", "rol": "worker", "exp": 4_000_000_000, **changes}
    return jwt.encode(claims, secret, algorithm="HS256")


def rows(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    """Everything in a table, in plain values."""
    return [deserialize(item) for item in dynamodb.scan(TableName=table)["Items"]]


def put(dynamodb: Any, table: str, tenant_id: str, entity_id: str, **data: Any) -> None:
    """Write a row of the table model."""
    item = {"tenant_id": tenant_id, "entity_id": entity_id, "data": data}
    dynamodb.put_item(TableName=table, Item=serialize(item))


def log_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged since the last look."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]
