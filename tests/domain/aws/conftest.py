"""A made-up AWS account: credentials that open nothing, moto in place of the services."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from moto import mock_aws
from saai_domain.aws import clients, parameters
from saai_support.aws_tables import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLES = ("eventos", "counters", "idempotencia")
REGION = "us-east-1"


@pytest.fixture(autouse=True)
def made_up_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Credentials of nobody, and no client that outlives its test."""
    for name in ("AWS_PROFILE", "AWS_LAMBDA_FUNCTION_NAME", "JWT_SECRET_PARAMETER", "EMITIR_EVENTOS_WS_FUNCTION_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name in ("AWS_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    forget_clients()
    yield
    forget_clients()


def forget_clients() -> None:
    """Make the next call build its client anew."""
    for cached in (clients.process_clients, parameters._jwt_parameter):
        cached.cache_clear()


@pytest.fixture(scope="session")
def real_client() -> "DynamoDBClient":
    """A client for all tests, since making one takes long: moto or a test answers in the service's place."""
    session: Any = botocore.session.get_session()
    return session.create_client(
        "dynamodb", region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
    )


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every client is botocore's and talks to moto, whose account is empty."""
    session: Any = botocore.session.get_session()

    def make_client(service: str, **_: Any) -> Any:
        return session.create_client(service, region_name=REGION)

    monkeypatch.setattr(clients, "make_client", make_client)
    with mock_aws():
        yield


@pytest.fixture
def dynamodb(moto: None, real_client: "DynamoDBClient") -> "DynamoDBClient":
    """A client with the tables of the event log, and the sparse index of what is pending."""
    for table in TABLES:
        create_table(real_client, table)
    return real_client
