"""Posting to API Gateway, with its answers played by botocore's Stubber."""

from typing import Any

import attrs
import botocore.session
import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.stub import Stubber
from saai_domain.codes import ConnectionId
from saai_domain.pacing import Pacing
from ws_gateway.fan_out import Outcome
from ws_gateway.poster import ApiGatewayPoster, api_gateway_poster

ID = ConnectionId("L0SM9cOFvHcCIhw=")


@pytest.fixture(scope="module")
def client() -> Any:
    session = botocore.session.get_session()
    session.set_credentials("test", "test")
    return session.create_client(
        "apigatewaymanagementapi", region_name="us-east-1", endpoint_url="https://abc.execute-api.test/dev"
    )


def _poster(client: Any) -> ApiGatewayPoster:
    clock = iter([0.0, 0.1, 0.2, 9.0])
    return ApiGatewayPoster(
        client=client,
        pacing=Pacing(total=1, monotonic=clock.__next__, sleep=lambda _: None, uniform=lambda _low, _high: 0),
    )


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (410, "GoneException", Outcome.GONE),
        (403, "ForbiddenException", Outcome.FORBIDDEN),
        (413, "PayloadTooLargeException", Outcome.TOO_LARGE),
        (500, "InternalServerError", Outcome.FAILED),
    ],
)
def test_each_status_is_an_outcome(client: Any, status: int, code: str, outcome: Outcome) -> None:
    """None is an exception, and none is repeated."""
    with Stubber(client) as stubber:
        stubber.add_client_error("post_to_connection", code, http_status_code=status)
        assert _poster(client).post(ID, b"x") is outcome


def test_a_throttled_post_is_repeated(client: Any) -> None:
    """429 means later."""
    with Stubber(client) as stubber:
        stubber.add_client_error("post_to_connection", "LimitExceededException", http_status_code=429)
        stubber.add_response("post_to_connection", {}, {"ConnectionId": ID, "Data": b"x"})
        assert _poster(client).post(ID, b"x") is Outcome.SENT
        stubber.assert_no_pending_responses()


def test_a_screen_that_stays_throttled_uses_up_its_budget(client: Any) -> None:
    """It recovers by itself; the others don't wait for it."""
    with Stubber(client) as stubber:
        for _ in range(3):
            stubber.add_client_error("post_to_connection", "LimitExceededException", http_status_code=429)
        assert _poster(client).post(ID, b"x") is Outcome.THROTTLED


@attrs.define
class FakeClient:
    """Raises one error after another, then takes the post."""

    errors: list[Exception]
    posts: int = 0

    def post_to_connection(self, **_: Any) -> None:
        self.posts += 1
        if self.errors:
            raise self.errors.pop(0)


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://abc"),
        EndpointConnectionError(endpoint_url="https://abc"),
        NoCredentialsError(),
    ],
)
def test_a_post_that_gets_no_answer_failed_and_is_not_repeated(error: Exception) -> None:
    """A hung screen costs one time-out."""
    client = FakeClient([error])
    assert _poster(client).post(ID, b"x") is Outcome.FAILED
    assert client.posts == 1


def test_a_kept_connection_that_was_closed_meanwhile_is_replaced_once() -> None:
    """The function may have been frozen for minutes. A screen drops what it gets twice."""
    closed = ConnectionClosedError(endpoint_url="https://abc")
    assert _poster(FakeClient([closed])).post(ID, b"x") is Outcome.SENT
    assert _poster(FakeClient([closed, closed])).post(ID, b"x") is Outcome.FAILED


def test_time_outs_are_short_and_nothing_is_retried_behind_our_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Botocore's defaults let one hung post starve the others."""
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    config: Any = api_gateway_poster("https://abc.execute-api.test/dev").client.meta.config
    assert (config.connect_timeout, config.read_timeout, config.max_pool_connections) == (1.0, 2.0, 64)
    assert config.retries["total_max_attempts"] == 1
