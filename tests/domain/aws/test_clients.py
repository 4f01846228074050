"""AWS clients: one of each per process, none of them patient."""

from collections.abc import Callable
from typing import Any

import pytest
from saai_domain.aws.clients import (
    client_config,
    dynamodb_client,
    lambda_client,
    make_client,
    sns_client,
    sqs_client,
    ssm_client,
)


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
    config = made.meta.config

    assert client() is made
    assert made.meta.service_model.service_name == service
    assert (config.connect_timeout, config.read_timeout) == (1.0, 2.0)
    assert config.retries == {"mode": "standard", "total_max_attempts": attempts}


def test_a_client_may_have_limits_of_its_own() -> None:
    """A fan-out needs more connections and less patience."""
    config: Any = client_config(connect_timeout=0.5, read_timeout=1.0, attempts=1, pool=50)

    assert (config.connect_timeout, config.read_timeout, config.max_pool_connections) == (0.5, 1.0, 50)


def test_a_client_may_talk_to_an_endpoint_of_its_own() -> None:
    """The stage's address is the endpoint for posting to connections."""
    client = make_client(
        "apigatewaymanagementapi", client_config(), "https://abc.execute-api.us-east-1.amazonaws.com/dev"
    )

    assert client.meta.endpoint_url == "https://abc.execute-api.us-east-1.amazonaws.com/dev"
