"""What every test of the gateway may count on: no socket, and moto's tables."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from saai_support.aws_tables import dynamodb_with
from ws_gateway import autorizar_conexion, barrer_eventos, emitir_eventos_ws, emitir_ticket_ws, on_message

from tests.ws_gateway.connected import FakePoster
from tests.ws_gateway.functions import ENVIRONMENT, Context, FakeLambda, FakeSns, FakeSqs, FakeSsm

TABLES = ("ws-connections", "tiendas", "usuarios", "counters", "eventos", "idempotencia", "ws-tickets", "analitica")


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Moto answers below the socket."""


@pytest.fixture(scope="module")
def tables() -> Iterator[Any]:
    """A client of an account with the tables; making one takes longer than all tests of a module."""
    with dynamodb_with(*TABLES) as client:
        yield client


@pytest.fixture
def dynamodb(tables: Any) -> Any:
    """The client, with empty tables."""
    for table in TABLES:
        for row in tables.get_paginator("scan").paginate(TableName=table).build_full_result()["Items"]:
            tables.delete_item(TableName=table, Key={name: row[name] for name in ("tenant_id", "entity_id")})
    return tables


@pytest.fixture
def poster() -> FakePoster:
    return FakePoster()


@pytest.fixture
def sns() -> FakeSns:
    return FakeSns()


@pytest.fixture
def sqs() -> FakeSqs:
    return FakeSqs()


@pytest.fixture
def lambda_() -> FakeLambda:
    return FakeLambda()


@pytest.fixture
def call(
    dynamodb: Any,
    poster: FakePoster,
    sns: FakeSns,
    sqs: FakeSqs,
    lambda_: FakeLambda,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Any]:
    """Build a module's handler over moto's tables and the fakes, and call it."""
    for module in (autorizar_conexion, emitir_ticket_ws):
        monkeypatch.setattr(module, "ssm_client", FakeSsm)
    for module in (emitir_eventos_ws, on_message):
        monkeypatch.setattr(module, "api_gateway_poster", {ENVIRONMENT["WS_API_ENDPOINT"]: poster}.__getitem__)
    monkeypatch.setattr(emitir_eventos_ws, "sns_client", lambda: sns)
    monkeypatch.setattr(emitir_eventos_ws, "sqs_client", lambda: sqs)
    monkeypatch.setattr(barrer_eventos, "lambda_client", lambda: lambda_)

    def build_and_call(module: Any, event: Any, context: Context | None = None, **environment: str) -> Any:
        monkeypatch.setattr(module, "dynamodb_client", lambda: dynamodb)
        return module.build(ENVIRONMENT | environment)(event, context or Context())

    return build_and_call
