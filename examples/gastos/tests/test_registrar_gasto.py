"""What a store's expense does, over an AWS in memory."""

import json
from decimal import Decimal
from typing import Any

import pytest
from gastos.registrar_gasto import build
from saai_domain.aws.dynamodb import deserialize, serialize
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.lambda_context import Invocation
from saai_domain.testing.tokens import PARAMETER, token

TABLES = ("gastos", "counters", "eventos", "idempotencia", "tiendas", "usuarios")
ENVIRONMENT = {
    "JWT_SECRET_PARAMETER": PARAMETER,
    "EMITIR_EVENTOS_WS_FUNCTION_NAME": "EmitirEventosWs",
    **{f"{name.upper()}_TABLE": name for name in TABLES},
}
OWNER = {"codigo_usuario": "T001U002", "rol": "ADMIN"}
EXPENSE = {"monto": 35.5, "motivo": "Recibo de luz"}


@pytest.fixture
def aws() -> InMemoryAws:
    return InMemoryAws()


def post(aws: InMemoryAws, body: object = EXPENSE, *, key: str = "caja-1", **claims: Any) -> tuple[int, Any]:
    """Ask as the owner; answers status and envelope."""
    event = {
        "requestContext": {"requestId": "r-1"},
        "headers": {"authorization": f"Bearer {token(**{**OWNER, **claims})}", "idempotency-key": key},
        "body": json.dumps(body),
    }
    answer = build(ENVIRONMENT, aws.clients)(event, Invocation())
    return answer["statusCode"], json.loads(answer["body"])


def rows(aws: InMemoryAws, table: str) -> list[dict[str, Any]]:
    found = aws.client("dynamodb").query(
        TableName=table,
        KeyConditionExpression="tenant_id = :tenant",
        ExpressionAttributeValues={":tenant": {"S": "T001"}},
        ConsistentRead=True,
    )
    return [deserialize(item) for item in found["Items"]]


def test_an_expense_is_kept_under_the_next_code(aws: InMemoryAws) -> None:
    status, envelope = post(aws)
    (row,) = rows(aws, "gastos")
    assert (status, envelope["message"]) == (201, "Gasto registrado.")
    assert envelope["data"] == {"codigo_gasto": "T001G001", "monto": 35.5, "fecha": row["data"]["fecha"]}
    assert row["entity_id"] == "T001G001"
    assert row["data"]["monto"] == Decimal("35.5")
    assert (row["data"]["motivo"], row["data"]["codigo_usuario"]) == ("Recibo de luz", "T001U002")
    assert post(aws, key="caja-2")[1]["data"]["codigo_gasto"] == "T001G002"


def test_the_administration_is_told_in_the_same_transaction(aws: InMemoryAws) -> None:
    post(aws)
    (event,) = rows(aws, "eventos")
    frame = json.loads(event["data"]["frame"])
    assert (event["entity_id"], frame["event_type"]) == ("administracion#000000000001", "gasto_registrado")
    assert frame["data"] == {
        "codigo_gasto": "T001G001",
        "monto": 35.5,
        "fecha": frame["data"]["fecha"],
        "motivo": "Recibo de luz",
    }
    (invoke,) = aws.lambda_.queue
    assert invoke.payload == {"tenant_id": "T001", "canal": "administracion", "seq": 1}


def test_a_repeat_under_the_same_key_is_one_expense(aws: InMemoryAws) -> None:
    first, again = post(aws), post(aws)
    assert first == again
    assert len(rows(aws, "gastos")) == 1
    assert post(aws, {**EXPENSE, "monto": 36})[0] == 409


def test_a_cashier_may_not(aws: InMemoryAws) -> None:
    assert post(aws, rol="TRABAJADOR")[0] == 403
    assert post(aws, exp=1)[0] == 401
    assert rows(aws, "gastos") == []


def test_a_store_that_is_not_active_registers_nothing(aws: InMemoryAws) -> None:
    store = {"tenant_id": "SAAI", "entity_id": "T001", "data": {"estado": "SUSPENDIDA"}}
    aws.dynamodb.put_item(TableName="tiendas", Item=serialize(store))
    assert post(aws)[0] == 403
    assert rows(aws, "gastos") == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["monto", "motivo"]),
        ({"monto": 0, "motivo": "Luz"}, ["monto"]),
        ({"monto": True, "motivo": "Luz"}, ["monto"]),
        ({"monto": 1, "motivo": "  "}, ["motivo"]),
        ({"monto": 1, "motivo": "x" * 201}, ["motivo"]),
        ([], ["body"]),
    ],
)
def test_every_bad_field_is_named(aws: InMemoryAws, body: object, fields: list[str]) -> None:
    status, envelope = post(aws, body)
    assert (status, [entry["campo"] for entry in envelope["data"]]) == (400, fields)
    assert rows(aws, "gastos") == []
