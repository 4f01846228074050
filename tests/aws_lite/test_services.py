"""Each client: what goes over the wire, and what is read of it, is the same as with botocore."""

import inspect
import io
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import attrs
import botocore.session
import pytest
from aws_lite.connection_pool import ConnectionPool, Endpoint
from aws_lite.http_exchange import HttpResponse, MalformedResponse
from aws_lite.protocols import ServiceError
from aws_lite.services import CLIENTS, client_class
from aws_lite.sigv4 import Credentials
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saai_support.loopback_server import serving, until

from tests.aws_lite.fakes import client_on, client_over

REGION = "us-east-1"
TOPIC = "arn:aws:sns:us-east-1:123456789012:AlertasSAAI-dev"


class Raw(io.BytesIO):
    """A body as urllib3 gives it to botocore."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


@attrs.define
class Wire:
    """Remembers what was sent, and answers."""

    status: int = 200
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: bytes = b"{}"
    path: str = ""
    sent_headers: dict[str, str] = attrs.field(factory=dict)
    sent: bytes = b""

    def botocore(self, request: Any, **_: Any) -> AWSResponse:
        """Stand in botocore's way just before it sends."""
        self.path = "/" + request.url.split("/", 3)[3]
        self.sent_headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        self.sent = request.body if isinstance(request.body, bytes) else request.body.encode()
        raw: Any = Raw(self.body)
        headers: Any = dict(self.headers)
        return AWSResponse(request.url, self.status, headers, raw)

    def send(self, request: bytes, *, seconds: float) -> HttpResponse:
        """Be our client's pool."""
        head, _, self.sent = request.partition(b"\r\n\r\n")
        line, *headers = head.decode().split("\r\n")
        self.path = line.split(" ")[1]
        self.sent_headers = dict(header.split(": ", 1) for header in headers)
        names = {name.lower().encode(): value.encode() for name, value in self.headers.items()}
        return HttpResponse(self.status, self.body, keep=True, headers=names)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(host="service.test", port=443, tls=True)


@pytest.fixture(scope="module")
def theirs() -> dict[str, Any]:
    """The clients of botocore."""
    session: Any = botocore.session.get_session()
    session.set_credentials("AKID", "secret")
    config = Config(retries={"total_max_attempts": 1})
    return {
        service: session.create_client(service, region_name=REGION, config=config, endpoint_url="https://service.test")
        for service in CLIENTS
    }


def call(client: Any, method: str, params: Mapping[str, Any]) -> Any:
    """What a call returns, or the error it raises, as plain values."""
    try:
        answer = getattr(client, method)(**params)
    except ClientError as error:
        return dict(error.response)
    return answer


def both(theirs: dict[str, Any], service: str, method: str, params: Any, **wire: Any) -> tuple[Any, Wire, Any, Wire]:
    """Make the same call with both clients."""
    wires = Wire(**wire), Wire(**wire)
    event = f"before-send.{theirs[service].meta.service_model.service_id.hyphenize()}"
    theirs[service].meta.events.register(event, wires[0].botocore)
    try:
        their_answer = call(theirs[service], method, params)
    finally:
        theirs[service].meta.events.unregister(event, wires[0].botocore)
    pool: Any = wires[1]
    ours = client_class(service)(
        pool=pool,
        credentials=Credentials(access_key_id="AKID", secret_access_key="secret"),
        region=REGION,
        attempts=1,
        seconds=1,
        now=lambda: 0,
    )
    our_answer = call(ours, method, params)
    for answer in (their_answer, our_answer):
        if isinstance(answer, dict):
            answer["ResponseMetadata"] = {"HTTPStatusCode": answer["ResponseMetadata"]["HTTPStatusCode"]}
            answer.pop("Payload", None)
            answer.pop("ExecutedVersion", None)
    return their_answer, wires[0], our_answer, wires[1]


KEY = {"tenant_id": {"S": "T001"}, "entity_id": {"S": "ñ#000000000001"}}
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "batch_get_item": (
        "dynamodb",
        "batch_get_item",
        {"RequestItems": {"t": {"ConsistentRead": True, "Keys": [KEY]}}},
    ),
    "batch_write_item": ("dynamodb", "batch_write_item", {"RequestItems": {"t": [{"PutRequest": {"Item": KEY}}]}}),
    "get_item": ("dynamodb", "get_item", {"TableName": "t", "Key": KEY, "ConsistentRead": True}),
    "put_item": ("dynamodb", "put_item", {"TableName": "t", "Item": {**KEY, "data": {"M": {"n": {"N": "1.50"}}}}}),
    "delete_item": ("dynamodb", "delete_item", {"TableName": "t", "Key": KEY, "ReturnValues": "ALL_OLD"}),
    "update_item": (
        "dynamodb",
        "update_item",
        {"TableName": "t", "Key": KEY, "UpdateExpression": "REMOVE a", "ExpressionAttributeNames": {"#a": "a"}},
    ),
    "query": (
        "dynamodb",
        "query",
        {"TableName": "t", "KeyConditionExpression": "a = :a", "Limit": 3, "ScanIndexForward": False},
    ),
    "transact_write_items": (
        "dynamodb",
        "transact_write_items",
        {"TransactItems": [{"Put": {"TableName": "t", "Item": KEY}}], "ClientRequestToken": "one"},
    ),
    "get_parameter": ("ssm", "get_parameter", {"Name": "/saai/dev/jwt-secret", "WithDecryption": True}),
    "send_message": ("sqs", "send_message", {"QueueUrl": "https://sqs/1/q", "MessageBody": "ñ", "DelaySeconds": 3}),
    "send_message to a FIFO queue": (
        "sqs",
        "send_message",
        {
            "QueueUrl": "https://sqs/1/q.fifo",
            "MessageBody": "x",
            "MessageGroupId": "T001",
            "MessageDeduplicationId": "d",
        },
    ),
    "send_message_batch": (
        "sqs",
        "send_message_batch",
        {"QueueUrl": "https://sqs/1/q", "Entries": [{"Id": "1", "MessageBody": "x"}]},
    ),
    "invoke": (
        "lambda",
        "invoke",
        {"FunctionName": "saai-dev-F", "InvocationType": "Event", "Payload": b'{"a":1}'},
    ),
    "invoke an ARN": (
        "lambda",
        "invoke",
        {
            "FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:F",
            "InvocationType": "Event",
            "Payload": b"{}",
        },
    ),
    "publish": (
        "sns",
        "publish",
        {
            "TopicArn": TOPIC,
            "Message": 'ñ & "=" +\n',
            "MessageAttributes": {
                "tipo": {"DataType": "String", "StringValue": "stock"},
                "tenant_id": {"DataType": "String", "StringValue": "T001"},
            },
        },
    ),
}
SNS_BODY = (
    b'<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId>'
    b"</PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>"
)


def ok(output: Any) -> HttpResponse:
    return HttpResponse(200, json.dumps(output).encode(), keep=True)


def _meaning(wire: Wire) -> object:
    if "urlencoded" in wire.sent_headers.get("content-type", ""):
        return sorted(parse_qsl(wire.sent.decode(), keep_blank_values=True))
    return json.loads(wire.sent)


@pytest.mark.parametrize(("service", "method", "params"), CALLS.values(), ids=CALLS)
def test_a_call_says_the_same_as_botocores(
    theirs: dict[str, Any], service: str, method: str, params: dict[str, Any]
) -> None:
    """Path, headers that count, and body."""
    body = SNS_BODY if service == "sns" else b"{}"
    _, expected, _, sent = both(theirs, service, method, params, body=body)
    assert sent.path == expected.path
    assert _meaning(sent) == _meaning(expected)
    for name in ("x-amz-target", "x-amz-invocation-type"):
        assert sent.sent_headers.get(name) == expected.sent_headers.get(name)
    if "content-type" in expected.sent_headers:
        assert sent.sent_headers["content-type"] == expected.sent_headers["content-type"]
    assert sent.sent_headers["content-length"] == str(len(sent.sent))


ANSWERS: list[tuple[str, str, dict[str, Any], bytes]] = [
    (
        *CALLS["get_item"],
        b'{"Item":{"entity_id":{"S":"\\u00f1"},"ttl":{"N":"12.50"},"l":{"L":[{"NULL":true}]}}}',
    ),
    (*CALLS["query"], b'{"Items":[],"Count":0,"ScannedCount":0,"LastEvaluatedKey":{"a":{"S":"b"}}}'),
    (*CALLS["batch_get_item"], b'{"Responses":{"t":[]},"UnprocessedKeys":{}}'),
    (*CALLS["put_item"], b"{}"),
    (*CALLS["update_item"], b""),
    (*CALLS["invoke"], b""),
    (*CALLS["publish"], SNS_BODY),
]


@pytest.mark.parametrize(("service", "method", "params", "body"), ANSWERS)
def test_an_answer_is_read_as_botocore_reads_it(
    theirs: dict[str, Any], service: str, method: str, params: dict[str, Any], body: bytes
) -> None:
    """Whoever gets it needn't know which client asked."""
    status = 202 if service == "lambda" else 200
    expected, _, found, _ = both(theirs, service, method, params, body=body, status=status)
    assert found == expected


CANCELLED = (
    b'{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"Transaction cancelled",'
    b'"CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"The conditional failed"}]}'
)
REFUSALS: list[tuple[str, str, dict[str, Any], int, dict[str, str], bytes]] = [
    (
        *CALLS["put_item"],
        400,
        {},
        b'{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional"}',
    ),
    (*CALLS["transact_write_items"], 400, {}, CANCELLED),
    (*CALLS["get_item"], 400, {}, b'{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}'),
    (*CALLS["get_item"], 500, {}, b'{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}'),
    (*CALLS["get_parameter"], 400, {}, b'{"__type":"ParameterNotFound","Message":"x"}'),
    (
        *CALLS["send_message"],
        400,
        {"x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender"},
        b'{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"none"}',
    ),
    (
        *CALLS["invoke"],
        404,
        {"x-amzn-errortype": "ResourceNotFoundException:http://internal/"},
        b'{"Message":"Function not found","Type":"User"}',
    ),
    (*CALLS["invoke"], 429, {"x-amzn-errortype": "TooManyRequestsException"}, b'{"message":"Rate Exceeded"}'),
    (
        *CALLS["publish"],
        403,
        {},
        b"<ErrorResponse><Error><Code>NoRight</Code><Message>&lt;b&gt; &amp; c</Message></Error></ErrorResponse>",
    ),
]


@pytest.mark.parametrize(("service", "method", "params", "status", "headers", "body"), REFUSALS)
def test_a_refusal_is_read_as_botocore_reads_it(
    theirs: dict[str, Any],
    service: str,
    method: str,
    params: dict[str, Any],
    status: int,
    headers: dict[str, str],
    body: bytes,
) -> None:
    """Its code, its message, its status, and the reasons of a cancelled transaction."""
    expected, _, found, _ = both(theirs, service, method, params, status=status, headers=headers, body=body)
    for name in ("Code", "Message"):
        assert found["Error"][name] == expected["Error"][name]
    assert found["ResponseMetadata"] == expected["ResponseMetadata"]
    assert found.get("CancellationReasons") == expected.get("CancellationReasons")


@given(body=st.binary(max_size=60), status=st.sampled_from([300, 400, 403, 404, 429, 500, 503]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("service", list(CLIENTS))
def test_whatever_a_refusal_holds_it_is_one(service: str, body: bytes, status: int) -> None:
    """A proxy's page, half a response, nothing: the code is the status then."""
    protocol = client_class(service).protocol
    with pytest.raises(ServiceError) as caught:
        protocol.read(HttpResponse(status, body, keep=True))
    assert caught.value.code
    with pytest.raises(ServiceError) as caught:
        protocol.read(HttpResponse(status, b"", keep=True))
    assert caught.value.code == str(status)


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"<html>"])
@pytest.mark.parametrize("service", ["dynamodb", "sns"])
def test_what_is_no_output_of_the_services_is_refused(service: str, body: bytes) -> None:
    """Status 200 alone is none."""
    with pytest.raises(MalformedResponse):
        client_class(service).protocol.read(HttpResponse(200, body, keep=True))


@pytest.mark.parametrize("service", list(CLIENTS))
def test_a_client_promises_only_what_boto3s_has(theirs: dict[str, Any], service: str) -> None:
    """Operations and parameters by the same names, so that either client can stand for the other."""
    ours = client_class(service)
    methods = [name for name in vars(ours) if not name.startswith("_") and callable(getattr(ours, name))]
    model = theirs[service].meta.service_model
    for method in methods:
        if method == "get_paginator":
            continue
        shape = model.operation_model(theirs[service].meta.method_to_api_mapping[method]).input_shape
        parameters = inspect.signature(getattr(ours, method)).parameters
        assert parameters.keys() - {"self"} <= shape.members.keys()
        required = {name for name, each in parameters.items() if each.default is inspect.Parameter.empty} - {"self"}
        assert set(shape.required_members) <= required
    assert methods


def test_an_operation_that_is_not_there_is_not_there() -> None:
    """Nothing is made up from a name."""
    with pytest.raises(AttributeError):
        client_over()[0].describe_table  # noqa: B018 - asking is the test


def test_pages_are_read_to_the_end() -> None:
    """Each begins where the one before ended."""
    last = {"a": {"S": "b"}}
    client, pool = client_over(ok({"Items": [1], "LastEvaluatedKey": last}), ok({"Items": [2]}))
    query = {"TableName": "t", "KeyConditionExpression": "a = :a"}
    pages = client.get_paginator("query").paginate(**query, PaginationConfig={"PageSize": 5})
    assert [page["Items"] for page in pages] == [[1], [2]]
    sent = [json.loads(request.partition(b"\r\n\r\n")[2]) for request in pool.requests]
    assert sent == [{**query, "Limit": 5}, {**query, "Limit": 5, "ExclusiveStartKey": last}]


def test_what_is_not_read_page_by_page_is_told_so() -> None:
    """Neither another operation nor another way of paging."""
    client, _ = client_over()
    with pytest.raises(ValueError, match="scan"):
        client.get_paginator("scan")
    pages = client.get_paginator("query").paginate(TableName="t", PaginationConfig={"MaxItems": 5})
    with pytest.raises(ValueError, match="MaxItems"):
        next(pages)


def test_an_invoke_whose_result_would_be_dropped_is_refused() -> None:
    """Only events are queued."""
    client, pool = client_over(service="lambda")
    with pytest.raises(ValueError, match="RequestResponse"):
        client.invoke(FunctionName="f", InvocationType="RequestResponse", Payload=b"{}")
    assert pool.requests == []


@pytest.mark.parametrize("attribute", [{"DataType": "Binary", "BinaryValue": b"x"}, {"DataType": "String"}])
def test_an_attribute_of_a_message_that_is_no_text_is_refused(attribute: dict[str, Any]) -> None:
    """The form would hold half of it."""
    client, pool = client_over(service="sns")
    with pytest.raises(ValueError, match="tipo"):
        client.publish(TopicArn=TOPIC, Message="m", MessageAttributes={"tipo": attribute})
    assert pool.requests == []


def test_an_invoke_on_a_kept_connection_that_was_closed_meanwhile_is_sent_once_more(socket_enabled: None) -> None:
    """A process that was frozen hears of the end only when it sends. Though there is a single attempt."""
    accepted = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
    requests: list[bytes] = []

    def part(connection: socket.socket) -> None:
        requests.append(connection.recv(65_536))
        connection.sendall(accepted)

    def closing(connection: socket.socket) -> None:
        part(connection)
        # The next request arrives, and no response to it.
        requests.append(connection.recv(65_536))

    with serving(closing, part) as port:
        pool = ConnectionPool(Endpoint(host="127.0.0.1", port=port, tls=False))
        client = client_on(pool, "lambda", attempts=1)
        event = {"FunctionName": "f", "InvocationType": "Event", "Payload": b"{}"}
        assert [client.invoke(**event)["StatusCode"] for _ in range(2)] == [202, 202]
        while (kept := pool.take()) is not None:
            kept.close()
    assert len(requests) == 3
    assert requests[1] == requests[2]


def test_a_new_connection_that_is_closed_is_not_tried_again(socket_enabled: None) -> None:
    """It wasn't the freezing: with a single attempt the caller is told."""
    closing = threading.Event()
    closing.set()
    with serving(until(closing)) as port:
        client = client_on(ConnectionPool(Endpoint(host="127.0.0.1", port=port, tls=False)), "lambda", attempts=1)
        with pytest.raises(ConnectionClosedError):
            client.invoke(FunctionName="f", InvocationType="Event", Payload=b"{}")
