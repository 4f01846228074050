"""AWS clients: one of each per process, none of them patient."""

from typing import Any

import attrs
import pytest
from aws_lite.credentials import MissingVariables
from botocore.client import BaseClient
from saai_domain.aws.clients import (
    AWS_CLIENT,
    AwsClients,
    connect_ahead,
    make_client,
    process_clients,
    starts_in_lambda,
)

ENVIRONMENT = {"AWS_REGION": "us-west-2", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
SERVICES = {"dynamodb": "dynamodb", "sns": "sns", "sqs": "sqs", "ssm": "ssm", "lambda_": "lambda"}
"""By attribute of the clients, the service's own name."""


@pytest.mark.parametrize(("name", "service"), SERVICES.items())
def test_a_service_has_one_client_that_is_made_when_it_is_first_asked_for(name: str, service: str) -> None:
    """A function pays for the clients it uses."""
    made: list[str] = []

    def make(service: str) -> object:
        made.append(service)
        return object()

    aws = AwsClients(make)
    assert made == []
    assert getattr(aws, name) is getattr(aws, name)
    assert made == [service]


@pytest.mark.parametrize(("name", "service"), SERVICES.items())
def test_a_processs_clients_have_short_timeouts(name: str, service: str) -> None:
    """A call that hangs must not eat the function's time; an invoke is never repeated behind our back."""
    client = getattr(process_clients(), name)
    assert client is getattr(process_clients(), name)
    assert (client.service, client._attempts, client._seconds) == (service, 1 if service == "lambda" else 2, 3.0)


def test_a_client_is_of_the_region_that_its_environment_names() -> None:
    """Not of the process's."""
    assert make_client("sqs", ENVIRONMENT)._region == "us-west-2"


@pytest.mark.parametrize("service", SERVICES.values())
def test_an_environment_may_ask_for_boto3(service: str) -> None:
    """For the same account, Region and endpoint, and with the same patience."""
    environment = {**ENVIRONMENT, "AWS_ENDPOINT_URL": "http://127.0.0.1:4566", AWS_CLIENT: "boto3"}
    client: Any = make_client(service, environment)
    assert BaseClient in type(client).__mro__
    meta = client.meta
    assert (meta.region_name, meta.endpoint_url) == ("us-west-2", "http://127.0.0.1:4566")
    assert (meta.config.connect_timeout, meta.config.read_timeout) == (1.0, 3.0)
    assert meta.config.retries["total_max_attempts"] == (1 if service == "lambda" else 2)
    assert client._request_signer._credentials.access_key == "AKID"


def test_there_is_no_third_client() -> None:
    """A setting that is mistyped is found out when the function starts."""
    with pytest.raises(ValueError, match="SAAI_AWS_CLIENT is 'boto', and may be lite, boto3"):
        make_client("dynamodb", {**ENVIRONMENT, AWS_CLIENT: "boto"})


@pytest.mark.parametrize("chosen", ["lite", "boto3"])
@pytest.mark.parametrize("name", list(ENVIRONMENT))
def test_without_region_or_credentials_there_is_no_client(name: str, chosen: str) -> None:
    """The function doesn't start, instead of failing at every call."""
    with pytest.raises(MissingVariables, match=name):
        make_client("dynamodb", {**ENVIRONMENT, AWS_CLIENT: chosen, name: ""})


@attrs.frozen
class Opening:
    """A client that notes when it opens a connection."""

    service: str
    opened: list[str]

    def open_ahead(self) -> None:
        self.opened.append(self.service)


SALE = {"VENTAS_TABLE": "v", "EVENTOS_TABLE": "e", "JWT_SECRET_PARAMETER": "/s", "EMITIR_EVENTOS_WS_FUNCTION_NAME": "f"}


@pytest.mark.parametrize(
    ("environment", "opened"),
    [
        (SALE, ["dynamodb", "ssm", "lambda"]),
        ({"WS_CONNECTIONS_TABLE": "c", "ALERTAS_SNS_TOPIC_ARN": "t", "ANALITICA_QUEUE_URL": "q"}, ["dynamodb"]),
        ({"WS_CONNECTIONS_TABLE": "c", AWS_CLIENT: "lite"}, ["dynamodb"]),
        ({**SALE, AWS_CLIENT: "boto3"}, []),
        ({}, []),
    ],
)
def test_a_process_connects_once_to_each_service_that_its_environment_names_and_somebody_waits_for(
    environment: dict[str, str], opened: list[str]
) -> None:
    """Nobody waits for a topic or a queue."""
    noted: list[str] = []
    connect_ahead(AwsClients(lambda service: Opening(service, noted), ahead=lambda work: work()), environment)
    assert noted == opened


def test_where_nothing_starts_nothing_is_done_ahead() -> None:
    """A test's clients, and those of a tool, are asked by calls only."""
    noted: list[str] = []
    connect_ahead(AwsClients(lambda service: Opening(service, noted)), SALE)
    assert noted == []


@pytest.mark.parametrize(
    ("environment", "starts"),
    [
        ({"AWS_LAMBDA_FUNCTION_NAME": "f"}, True),
        ({"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}, True),
        ({"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_INITIALIZATION_TYPE": "provisioned-concurrency"}, True),
        ({"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}, False),
        ({}, False),
    ],
)
def test_only_a_process_of_lambda_whose_events_follow_begins_anything(
    environment: dict[str, str],
    starts: bool,  # noqa: FBT001 - a case's own
) -> None:
    """A snapshot's connections would be closed when it is restored."""
    assert starts_in_lambda(environment) is starts
