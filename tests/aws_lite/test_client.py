"""The client: signed calls, botocore's errors, and another try where the network, a throttle or a 5xx hindered."""

from typing import Any

import attrs
import pytest
from aws_lite.backoff import Backoff
from aws_lite.client import AwsClient
from aws_lite.connection_pool import CantConnect, Endpoint
from aws_lite.http_exchange import Answer, BadAnswer, ExchangeError, NoAnswer, PeerClosed
from aws_lite.protocols import PROTOCOLS
from aws_lite.sigv4 import Credentials, Signer, payload_hash
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)

CREDENTIALS = Credentials(access_key_id="AKID", secret_access_key="secret", session_token="token")
NOW = 1_767_200_400.0
THROTTLED = b'{"__type":"x#ProvisionedThroughputExceededException","message":"slower"}'
CONDITION = b'{"__type":"x#ConditionalCheckFailedException","message":"no"}'


def ok(body: bytes = b"{}") -> Answer:
    return Answer(200, body, keep=True)


@attrs.define
class FakePool:
    """Gives one answer after another."""

    script: list[Answer | ExchangeError]
    requests: list[bytes] = attrs.field(factory=list)
    endpoint: Endpoint = attrs.field(factory=lambda: Endpoint(host="abc.test", port=443, tls=True))

    def send(self, request: bytes, *, seconds: float) -> Answer:
        assert seconds == 3.0
        self.requests.append(request)
        answer = self.script.pop(0)
        if isinstance(answer, ExchangeError):
            raise answer
        return answer


def client_over(
    *script: Answer | ExchangeError, attempts: int = 2, service: str = "dynamodb", **pool: Any
) -> tuple[Any, FakePool]:
    fake = FakePool(list(script), **pool)
    fake_pool: Any = fake
    client = AwsClient(
        pool=fake_pool,
        protocol=PROTOCOLS[service],
        credentials=CREDENTIALS,
        region="us-east-1",
        service=service,
        attempts=attempts,
        seconds=3.0,
        now=lambda: NOW,
        backoff=Backoff(sleep=lambda _: None),
    )
    return client, fake


def test_a_call_is_one_signed_request() -> None:
    """The headers that say what is asked are signed too."""
    client, pool = client_over(ok(b'{"Item":{}}'))
    assert client.get_item(TableName="t")["Item"] == {}
    head, _, body = pool.requests[0].partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    assert line == "POST / HTTP/1.1"
    assert body == b'{"TableName":"t"}'
    signer = Signer(
        credentials=CREDENTIALS,
        region="us-east-1",
        service="dynamodb",
        method="POST",
        host="abc.test",
        headers={"content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.GetItem"},
    )
    expected = signer.header_lines("/", payload_hash(body), NOW).rstrip("\r\n").split("\r\n")
    assert headers == [*expected, "content-length: 17"]


def test_a_path_is_encoded_once_more_in_what_is_signed() -> None:
    """A function may be named by its ARN."""
    client, pool = client_over(Answer(202, b"", keep=True), service="lambda")
    client.invoke(FunctionName="arn:aws:lambda:x", InvocationType="Event", Payload=b"{}")
    assert pool.requests[0].startswith(b"POST /2015-03-31/functions/arn%3Aaws%3Alambda%3Ax/invocations HTTP/1.1\r\n")
    signer = Signer(
        credentials=CREDENTIALS,
        region="us-east-1",
        service="lambda",
        method="POST",
        host="abc.test",
        headers={"content-type": "application/json", "x-amz-invocation-type": "Event"},
    )
    path = "/2015-03-31/functions/arn%253Aaws%253Alambda%253Ax/invocations"
    assert signer.header_lines(path, payload_hash(b"{}"), NOW).encode() in pool.requests[0]


@pytest.mark.parametrize(
    "obstacle",
    [
        Answer(400, THROTTLED, keep=True),
        Answer(500, b"", keep=True),
        Answer(503, b"<html>", keep=True),
        Answer(200, b"<html>", keep=True),
        CantConnect("nobody"),
        NoAnswer(),
        PeerClosed(),
        BadAnswer("no length"),
    ],
)
def test_what_may_pass_is_tried_again(obstacle: Answer | ExchangeError) -> None:
    """With the identical request."""
    client, pool = client_over(obstacle, ok())
    assert client.put_item(TableName="t")["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert pool.requests[0] == pool.requests[1]


def test_a_refusal_is_not_tried_again() -> None:
    """It is botocore's error, by its name and by its root."""
    client, pool = client_over(Answer(400, CONDITION, keep=True))
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as caught:
        client.put_item(TableName="t")
    assert isinstance(caught.value, ClientError)
    assert caught.value.response["Error"] == {"Code": "ConditionalCheckFailedException", "Message": "no"}
    assert str(caught.value) == (
        "An error occurred (ConditionalCheckFailedException) when calling the PutItem operation: no"
    )
    assert len(pool.requests) == 1


def test_an_error_is_only_its_own_codes() -> None:
    """Another code passes by."""
    client, _ = client_over(Answer(400, CONDITION, keep=True))
    with pytest.raises(ClientError) as caught:
        client.put_item(TableName="t")
    assert not isinstance(caught.value, client.exceptions.ResourceNotFoundException)


@pytest.mark.parametrize(
    ("problem", "error"),
    [
        (CantConnect("nobody"), EndpointConnectionError),
        (NoAnswer(), ReadTimeoutError),
        (PeerClosed(), ConnectionClosedError),
        (BadAnswer("no length"), ConnectionClosedError),
        (Answer(200, b"<html>", keep=True), ConnectionClosedError),
    ],
)
def test_without_an_answer_there_is_botocores_error(
    problem: Answer | ExchangeError, error: type[BotoCoreError]
) -> None:
    """Whoever catches it needn't know which client asked."""
    client, pool = client_over(problem, problem)
    with pytest.raises(error, match=r"abc\.test"):
        client.get_item(TableName="t")
    assert len(pool.requests) == 2


def test_of_a_time_out_nobody_knows_whether_it_was_written() -> None:
    """A transaction is repeated for what botocore calls so."""
    assert issubclass(ReadTimeoutError, HTTPClientError)
    assert issubclass(ConnectionClosedError, HTTPClientError)


def test_one_attempt_is_one_request() -> None:
    """An invoke is not repeated behind our back."""
    client, pool = client_over(NoAnswer(), attempts=1, service="lambda")
    with pytest.raises(ReadTimeoutError):
        client.invoke(FunctionName="f", InvocationType="Event", Payload=b"{}")
    assert len(pool.requests) == 1


def test_pages_are_read_to_the_end() -> None:
    """Each begins where the one before ended."""
    client, pool = client_over(ok(b'{"Items":[1],"LastEvaluatedKey":{"a":{"S":"b"}}}'), ok(b'{"Items":[2]}'))
    pages = client.get_paginator("query").paginate(TableName="t", PaginationConfig={"PageSize": 5})
    assert [page["Items"] for page in pages] == [[1], [2]]
    assert [request.partition(b"\r\n\r\n")[2] for request in pool.requests] == [
        b'{"TableName":"t","Limit":5}',
        b'{"TableName":"t","Limit":5,"ExclusiveStartKey":{"a":{"S":"b"}}}',
    ]


def test_private_names_are_no_operations() -> None:
    """A copy or a debugger may ask for them."""
    client, _ = client_over()
    with pytest.raises(AttributeError):
        client._signer  # noqa: B018 - asking is the test
    with pytest.raises(AttributeError):
        client.exceptions._code  # noqa: B018
