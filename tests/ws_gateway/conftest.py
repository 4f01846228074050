"""What every test of the gateway may count on: no socket, and moto's tables."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from saai_domain.aws.clients import AwsClients
from saai_support.aws_tables import dynamodb_with
from ws_gateway import emitir_eventos_ws, on_message

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
def ssm() -> FakeSsm:
    return FakeSsm()


@pytest.fixture
def aws(dynamodb: Any, sns: FakeSns, sqs: FakeSqs, lambda_: FakeLambda, ssm: FakeSsm) -> AwsClients:
    """Moto's tables, and the fakes."""
    return AwsClients({"dynamodb": dynamodb, "sns": sns, "sqs": sqs, "lambda": lambda_, "ssm": ssm}.__getitem__)


@pytest.fixture
def call(aws: AwsClients, poster: FakePoster) -> Callable[..., Any]:
    """Build a module's handler and call it."""

    def connections_api(endpoint: str, _environment: Mapping[str, str]) -> FakePoster:
        assert endpoint == ENVIRONMENT["WS_API_ENDPOINT"]
        return poster

    def build_and_call(module: Any, event: Any, context: Context | None = None, **environment: str) -> Any:
        posting = {"connections_api": connections_api} if module in {emitir_eventos_ws, on_message} else {}
        return module.build(ENVIRONMENT | environment, aws, **posting)(event, context or Context())

    return build_and_call
