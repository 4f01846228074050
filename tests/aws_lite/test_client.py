"""What all clients have in common: signed calls, botocore's errors, another try where that helps."""

import pytest
from aws_lite.client import endpoint_url
from aws_lite.credentials import MissingVariables
from aws_lite.http_exchange import (
    ConnectError,
    ExchangeError,
    HttpResponse,
    MalformedResponse,
    PeerClosed,
    ReadTimeout,
)
from aws_lite.services import CLIENTS, client_class
from aws_lite.sigv4 import Signer, payload_hash
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)

from tests.aws_lite.fakes import CREDENTIALS, NOW, client_over

ENVIRONMENT = {"AWS_REGION": "us-west-2", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
KEY = {"tenant_id": {"S": "T001"}}
THROTTLED = b'{"__type":"x#ProvisionedThroughputExceededException","message":"slower"}'
CONDITION = b'{"__type":"x#ConditionalCheckFailedException","message":"no"}'


def ok(body: bytes = b"{}") -> HttpResponse:
    return HttpResponse(200, body, keep=True)


def test_a_call_is_one_signed_request() -> None:
    """The headers that say what is asked are signed too. A parameter that is left out isn't sent."""
    client, pool = client_over(ok(b'{"Item":{}}'))
    assert client.get_item(TableName="t", Key=KEY)["Item"] == {}
    head, _, body = pool.requests[0].partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    assert line == "POST / HTTP/1.1"
    assert body == b'{"TableName":"t","Key":{"tenant_id":{"S":"T001"}}}'
    signer = Signer(
        credentials=CREDENTIALS,
        region="us-east-1",
        service="dynamodb",
        method="POST",
        host="abc.test",
        headers={"content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.GetItem"},
    )
    expected = signer.header_lines("/", payload_hash(body), NOW).rstrip("\r\n").split("\r\n")
    assert headers == [*expected, f"content-length: {len(body)}"]


@pytest.mark.parametrize(
    "obstacle",
    [
        HttpResponse(400, THROTTLED, keep=True),
        HttpResponse(500, b"", keep=True),
        HttpResponse(503, b"<html>", keep=True),
        HttpResponse(200, b"<html>", keep=True),
        ConnectError("nobody"),
        ReadTimeout(),
        PeerClosed(),
        MalformedResponse("no length"),
    ],
)
def test_what_may_pass_is_tried_again(obstacle: HttpResponse | ExchangeError) -> None:
    """With the identical request."""
    client, pool = client_over(obstacle, ok())
    metadata = client.get_item(TableName="t", Key=KEY)["ResponseMetadata"]
    assert (metadata["HTTPStatusCode"], metadata["RetryAttempts"]) == (200, 1)
    assert pool.requests[0] == pool.requests[1]


def test_a_refusal_is_not_tried_again() -> None:
    """It is botocore's error with the service's code."""
    client, pool = client_over(HttpResponse(400, CONDITION, keep=True))
    assert client.exceptions.ClientError is ClientError
    with pytest.raises(ClientError) as caught:
        client.put_item(TableName="t", Item=KEY)
    assert caught.value.response["Error"] == {"Code": "ConditionalCheckFailedException", "Message": "no"}
    assert str(caught.value) == (
        "An error occurred (ConditionalCheckFailedException) when calling the PutItem operation: no"
    )
    assert len(pool.requests) == 1


@pytest.mark.parametrize(
    ("problem", "error"),
    [
        (ConnectError("nobody"), EndpointConnectionError),
        (ReadTimeout(), ReadTimeoutError),
        (PeerClosed(), ConnectionClosedError),
        (MalformedResponse("no length"), ConnectionClosedError),
        (HttpResponse(200, b"<html>", keep=True), ConnectionClosedError),
    ],
)
def test_without_a_response_there_is_botocores_error(
    problem: HttpResponse | ExchangeError, error: type[BotoCoreError]
) -> None:
    """Whoever catches it needn't know which client asked."""
    client, pool = client_over(problem, problem)
    with pytest.raises(error, match=r"abc\.test"):
        client.get_item(TableName="t", Key=KEY)
    assert len(pool.requests) == 2


def test_of_a_time_out_nobody_knows_whether_it_was_written() -> None:
    """A transaction is repeated for what botocore calls so."""
    assert issubclass(ReadTimeoutError, HTTPClientError)
    assert issubclass(ConnectionClosedError, HTTPClientError)


def test_one_attempt_is_one_request() -> None:
    """An invoke is not repeated behind our back."""
    client, pool = client_over(ReadTimeout(), attempts=1, service="lambda")
    with pytest.raises(ReadTimeoutError):
        client.invoke(FunctionName="f", InvocationType="Event", Payload=b"{}")
    assert len(pool.requests) == 1


@pytest.mark.parametrize(("value", "error"), [(object(), TypeError), ("\ud800", ValueError)])
def test_a_value_that_cannot_be_sent_is_a_fault_of_ours(value: object, error: type[Exception]) -> None:
    """It is never told as a lost connection, which callers take for a reason to try again, and nothing is sent."""
    client, pool = client_over()
    with pytest.raises(error) as caught:
        client.get_item(TableName=value, Key=KEY)
    assert not isinstance(caught.value, BotoCoreError)
    assert pool.requests == []


def test_a_fault_of_ours_while_sending_is_raised_as_it_is() -> None:
    """A payload that is no bytes is found out when the request is put together."""
    client, pool = client_over(service="lambda")
    with pytest.raises(TypeError):
        client.invoke(FunctionName="f", InvocationType="Event", Payload=17)
    assert pool.requests == []


@pytest.mark.parametrize(
    ("service", "method", "params"),
    [
        ("lambda", "invoke", {"FunctionName": "f", "InvocationType": "Event", "Payload": b"", "Qualifier": "live"}),
        ("sns", "publish", {"TopicArn": "t", "Message": "m", "Subject": "s"}),
        ("dynamodb", "get_item", {"TableName": "t", "Key": KEY, "AttributesToGet": ["a"]}),
        ("sqs", "send_message", {"QueueUrl": "q", "MessageBody": "b", "MessageSystemAttributes": {}}),
        ("ssm", "get_parameter", {"Name": "n", "Version": 1}),
    ],
)
def test_a_parameter_that_is_not_known_is_refused(service: str, method: str, params: dict[str, object]) -> None:
    """Dropped in silence, it would be missed only where it counts."""
    client, pool = client_over(service=service)
    with pytest.raises(TypeError, match=list(params)[-1]):
        getattr(client, method)(**params)
    assert pool.requests == []


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


@pytest.mark.parametrize("service", list(CLIENTS))
def test_a_client_is_made_of_the_environment(service: str) -> None:
    """Its Region's endpoint, over TLS."""
    made = client_class(service).from_environment(ENVIRONMENT, seconds=25.0)
    assert made._pool.endpoint.authority == f"{service}.us-west-2.amazonaws.com"
    assert made._pool.endpoint.tls
    assert (made.service, made._seconds) == (service, 25.0)


@pytest.mark.parametrize("name", list(ENVIRONMENT))
def test_without_region_or_credentials_there_is_no_client(name: str) -> None:
    """A process doesn't start, instead of failing at every call."""
    with pytest.raises(MissingVariables, match=name):
        client_class("dynamodb").from_environment({**ENVIRONMENT, name: ""})
