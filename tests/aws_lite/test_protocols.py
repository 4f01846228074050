"""What goes over the wire, and what is read of it: the same as with botocore, operation by operation."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import attrs
import botocore.session
import pytest
from aws_lite.client import AwsClient
from aws_lite.connection_pool import Endpoint
from aws_lite.http_exchange import Answer
from aws_lite.protocols import PROTOCOLS, pascal_case
from aws_lite.sigv4 import Credentials
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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

    def send(self, request: bytes, *, seconds: float) -> Answer:
        """Be our client's pool."""
        head, _, self.sent = request.partition(b"\r\n\r\n")
        line, *headers = head.decode().split("\r\n")
        self.path = line.split(" ")[1]
        self.sent_headers = dict(header.split(": ", 1) for header in headers)
        names = {name.lower().encode(): value.encode() for name, value in self.headers.items()}
        return Answer(self.status, self.body, keep=True, headers=names)

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
        for service in PROTOCOLS
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
    ours = AwsClient(
        pool=pool,
        protocol=PROTOCOLS[service],
        credentials=Credentials(access_key_id="AKID", secret_access_key="secret"),
        region=REGION,
        service=service,
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
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "batch_get_item", {"RequestItems": {"t": {"ConsistentRead": True, "Keys": [KEY]}}}),
    ("dynamodb", "batch_write_item", {"RequestItems": {"t": [{"PutRequest": {"Item": KEY}}]}}),
    ("dynamodb", "get_item", {"TableName": "t", "Key": KEY, "ConsistentRead": True}),
    ("dynamodb", "put_item", {"TableName": "t", "Item": {**KEY, "data": {"M": {"n": {"N": "1.50"}}}}}),
    ("dynamodb", "delete_item", {"TableName": "t", "Key": KEY, "ReturnValues": "ALL_OLD"}),
    (
        "dynamodb",
        "update_item",
        {"TableName": "t", "Key": KEY, "UpdateExpression": "REMOVE a", "ExpressionAttributeNames": {"#a": "a"}},
    ),
    (
        "dynamodb",
        "query",
        {"TableName": "t", "KeyConditionExpression": "a = :a", "Limit": 3, "ScanIndexForward": False},
    ),
    (
        "dynamodb",
        "transact_write_items",
        {"TransactItems": [{"Put": {"TableName": "t", "Item": KEY}}], "ClientRequestToken": "one"},
    ),
    ("ssm", "get_parameter", {"Name": "/saai/dev/jwt-secret", "WithDecryption": True}),
    ("sqs", "send_message", {"QueueUrl": "https://sqs/1/q", "MessageBody": '{"a":"ñ"}', "DelaySeconds": 3}),
    ("sqs", "send_message_batch", {"QueueUrl": "https://sqs/1/q", "Entries": [{"Id": "1", "MessageBody": "x"}]}),
    ("sqs", "receive_message", {"QueueUrl": "https://sqs/1/q", "MaxNumberOfMessages": 10}),
    ("sqs", "delete_message", {"QueueUrl": "https://sqs/1/q", "ReceiptHandle": "h"}),
    ("sqs", "get_queue_url", {"QueueName": "saai-dev-eventos-fallidos"}),
    ("lambda", "invoke", {"FunctionName": "saai-dev-F", "InvocationType": "Event", "Payload": b'{"a":1}'}),
    (
        "lambda",
        "invoke",
        {
            "FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:F",
            "InvocationType": "Event",
            "Payload": b"{}",
        },
    ),
    (
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
]
SNS_BODY = (
    b'<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId>'
    b"</PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>"
)


def _meaning(wire: Wire) -> object:
    if "urlencoded" in wire.sent_headers.get("content-type", ""):
        return sorted(parse_qsl(wire.sent.decode(), keep_blank_values=True))
    return json.loads(wire.sent)


@pytest.mark.parametrize(
    ("service", "method", "params"), CALLS, ids=lambda value: value if isinstance(value, str) else ""
)
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
        "dynamodb",
        "get_item",
        CALLS[2][2],
        b'{"Item":{"entity_id":{"S":"\\u00f1"},"ttl":{"N":"12.50"},"l":{"L":[{"NULL":true}]}}}',
    ),
    ("dynamodb", "query", CALLS[6][2], b'{"Items":[],"Count":0,"ScannedCount":0,"LastEvaluatedKey":{"a":{"S":"b"}}}'),
    ("dynamodb", "batch_get_item", CALLS[0][2], b'{"Responses":{"t":[]},"UnprocessedKeys":{}}'),
    ("dynamodb", "put_item", CALLS[3][2], b"{}"),
    ("sqs", "get_queue_url", CALLS[13][2], b'{"QueueUrl":"https://sqs/1/q"}'),
    ("sqs", "delete_message", CALLS[12][2], b""),
    ("lambda", "invoke", CALLS[14][2], b""),
    ("sns", "publish", CALLS[16][2], SNS_BODY),
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
        *CALLS[3],
        400,
        {},
        b'{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional"}',
    ),
    (*CALLS[7], 400, {}, CANCELLED),
    (*CALLS[2], 400, {}, b'{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}'),
    (*CALLS[2], 500, {}, b'{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}'),
    (*CALLS[8], 400, {}, b'{"__type":"ParameterNotFound","Message":"x"}'),
    (
        *CALLS[9],
        400,
        {"x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender"},
        b'{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"none"}',
    ),
    (
        *CALLS[14],
        404,
        {"x-amzn-errortype": "ResourceNotFoundException:http://internal/"},
        b'{"Message":"Function not found","Type":"User"}',
    ),
    (*CALLS[14], 429, {"x-amzn-errortype": "TooManyRequestsException"}, b'{"message":"Rate Exceeded"}'),
    (
        *CALLS[16],
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
@pytest.mark.parametrize("service", list(PROTOCOLS))
def test_whatever_a_refusal_holds_it_is_one(service: str, body: bytes, status: int) -> None:
    """A proxy's page, half an answer, nothing: the code is the status then."""
    refusal = PROTOCOLS[service].refusal(Answer(status, body, keep=True))
    assert refusal.code
    assert PROTOCOLS[service].refusal(Answer(status, b"", keep=True)).code == str(status)


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"<html>"])
@pytest.mark.parametrize("service", ["dynamodb", "sns"])
def test_what_is_no_answer_of_the_services_is_refused(service: str, body: bytes) -> None:
    """Status 200 alone is none."""
    with pytest.raises((ValueError, TypeError)):
        PROTOCOLS[service].read(Answer(200, body, keep=True))


@pytest.mark.parametrize("service", ["lambda", "sns"])
def test_an_operation_that_is_not_known_is_told_so(service: str) -> None:
    """Nothing is sent."""
    with pytest.raises(AttributeError, match="only"):
        PROTOCOLS[service].call("ListThings", {})


def test_a_methods_name_is_its_operations() -> None:
    """As botocore names them."""
    assert pascal_case("batch_get_item") == "BatchGetItem"
    assert pascal_case("query") == "Query"
