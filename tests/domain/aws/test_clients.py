"""AWS clients: one of each per process, none of them patient."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_lite.credentials import MissingVariables
from saai_domain.aws.clients import (
    dynamodb_client,
    endpoint_url,
    lambda_client,
    make_client,
    sns_client,
    sqs_client,
    ssm_client,
)

ENVIRONMENT = {"AWS_REGION": "us-west-2", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.mark.parametrize(
    ("client", "service", "attempts"),
    [
        (dynamodb_client, "dynamodb", 2),
        (sns_client, "sns", 2),
        (sqs_client, "sqs", 2),
        (ssm_client, "ssm", 2),
        (lambda_client, "lambda", 1),
    ],
)
def test_a_service_has_one_client_with_short_timeouts(client: Callable[[], Any], service: str, attempts: int) -> None:
    """A call that hangs must not eat the function's time; an invoke is never repeated behind our back."""
    made = client()
    assert client() is made
    assert made.pool.endpoint.host == f"{service}.us-east-1.amazonaws.com"
    assert made.pool.endpoint.tls
    assert (made.service, made.attempts, made.seconds) == (service, attempts, 3.0)


def test_a_client_may_be_more_patient() -> None:
    """A tool may wait for a queue."""
    made = make_client("sqs", seconds=25.0, environment=ENVIRONMENT)
    assert (made.region, made.seconds) == ("us-west-2", 25.0)


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, "https://dynamodb.us-west-2.amazonaws.com"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, "http://127.0.0.1:4566"),
        (
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:8000"},
            "http://127.0.0.1:8000",
        ),
    ],
)
def test_the_environment_may_name_another_address(environment: dict[str, str], url: str) -> None:
    """As every AWS SDK understands it: for an AWS on this machine."""
    assert endpoint_url("dynamodb", "us-west-2", environment) == url


@pytest.mark.parametrize("name", list(ENVIRONMENT))
def test_without_region_or_credentials_there_is_no_client(name: str) -> None:
    """The function doesn't start, instead of failing at every call."""
    with pytest.raises(MissingVariables, match=name):
        make_client("dynamodb", environment={**ENVIRONMENT, name: ""})
