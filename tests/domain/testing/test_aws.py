"""AWS in memory: what is asked of it, and what a test puts around that."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from saai_domain.testing.aws import Call, InMemoryAws
from saai_domain.testing.connections import SocketState
from saai_domain.testing.tokens import PARAMETER, SECRET

ROW = {"tenant_id": {"S": "T001"}, "entity_id": {"S": "T001P001"}}
BROKEN = ClientError({"Error": {"Code": "InternalServerError"}}, "AnyOperation")


@pytest.fixture
def aws() -> InMemoryAws:
    return InMemoryAws()


def test_what_functions_call_is_noted_in_order_and_what_tests_ask_is_not(aws: InMemoryAws) -> None:
    """With parameters and answers."""
    clients = aws.clients
    with aws.recording() as calls:
        clients.dynamodb.put_item(TableName="productos", Item=ROW)
        clients.ssm.get_parameter(Name=PARAMETER, WithDecryption=True)
        aws.dynamodb.get_item(TableName="productos", Key=ROW)
    clients.dynamodb.get_item(TableName="productos", Key=ROW)
    assert [call.name for call in calls] == ["dynamodb put_item", "ssm get_parameter"]
    assert calls[0].params == {"TableName": "productos", "Item": ROW}
    assert calls[1].answer["Parameter"]["Value"] == SECRET


def test_each_page_is_a_call(aws: InMemoryAws) -> None:
    """As AWS bills them."""
    aws.dynamodb.page_size = 2
    for number in range(5):
        aws.dynamodb.put_item(TableName="productos", Item=ROW | {"entity_id": {"S": f"T001P00{number}"}})
    with aws.recording() as calls:
        query = aws.clients.dynamodb.get_paginator("query").paginate(
            TableName="productos",
            KeyConditionExpression="tenant_id = :tenant",
            ExpressionAttributeValues={":tenant": {"S": "T001"}},
        )
        pages = list(query)
    assert [len(page["Items"]) for page in pages] == [2, 2, 1]
    assert [call.operation for call in calls] == ["query"] * 3


def test_a_refused_call_is_noted_and_takes_no_effect(aws: InMemoryAws) -> None:
    """For as long as the block lasts, of that operation only."""
    client = aws.clients.dynamodb
    with aws.failing("dynamodb", BROKEN, operation="put_item"), aws.recording() as calls:
        client.get_item(TableName="productos", Key=ROW)
        with pytest.raises(ClientError):
            client.put_item(TableName="productos", Item=ROW)
    assert aws.dynamodb.rows("productos") == []
    client.put_item(TableName="productos", Item=ROW)
    assert aws.dynamodb.rows("productos") == [ROW]
    assert [(call.operation, call.answer) for call in calls] == [("get_item", {}), ("put_item", None)]


def test_something_may_happen_right_before_a_call(aws: InMemoryAws) -> None:
    """What another process did between two of a function's calls."""

    def write_first(call: Call, make: Callable[[], Any]) -> Any:
        aws.dynamodb.put_item(TableName=call.params["TableName"], Item=ROW)
        return make()

    with aws.meanwhile(write_first):
        assert aws.clients.dynamodb.get_item(TableName="productos", Key=ROW)["Item"] == ROW


def test_an_invoke_waits_to_be_run(aws: InMemoryAws) -> None:
    """Under a request id of its own."""
    for number in range(2):
        aws.clients.lambda_.invoke(FunctionName="f", InvocationType="Event", Payload=b'{"seq":%d}' % number)
    assert [invoke.payload for invoke in aws.lambda_.queue] == [{"seq": 0}, {"seq": 1}]
    assert len({invoke.request_id for invoke in aws.lambda_.queue}) == 2


def test_a_published_message_can_be_handed_to_a_function(aws: InMemoryAws) -> None:
    """In the form of SNS."""
    attributes = {"tenant_id": {"DataType": "String", "StringValue": "T001"}}
    aws.clients.sns.publish(TopicArn="arn", Message="{}", MessageAttributes=attributes)
    (message,) = aws.sns.messages
    assert message.record["Sns"]["Message"] == "{}"
    assert message.record["Sns"]["MessageAttributes"] == {"tenant_id": {"Type": "String", "Value": "T001"}}


def test_a_queues_messages_stay_until_they_are_deleted(aws: InMemoryAws) -> None:
    """Ten at a time at most."""
    sqs = aws.client("sqs")
    entries = [{"Id": str(number), "MessageBody": f"m{number}"} for number in range(3)]
    sqs.send_message_batch(QueueUrl="q", Entries=entries)
    sqs.send_message(QueueUrl="q", MessageBody="late", DelaySeconds=5)
    assert [message.delay for message in aws.sqs.queues["q"]] == [0, 0, 0, 5]
    received = sqs.receive_message(QueueUrl="q", MaxNumberOfMessages=2)["Messages"]
    assert [message["Body"] for message in received] == ["m0", "m1"]
    sqs.delete_message(QueueUrl="q", ReceiptHandle=received[0]["ReceiptHandle"])
    assert aws.sqs.bodies("q") == ["m1", "m2", "late"]


def test_a_secret_is_read_decrypted_only_where_that_is_asked_for(aws: InMemoryAws) -> None:
    """What comes otherwise verifies nothing."""
    ssm = aws.client("ssm")
    assert ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"] != SECRET
    with pytest.raises(ClientError, match="ParameterNotFound"):
        ssm.get_parameter(Name="/other", WithDecryption=True)


@pytest.mark.parametrize(
    ("state", "posted", "closed"),
    [(SocketState.OPENING, 410, 410), (SocketState.OPEN, 200, 204), (SocketState.CLOSED, 410, 410)],
)
def test_a_post_reaches_an_open_socket_only(aws: InMemoryAws, state: SocketState, posted: int, closed: int) -> None:
    """Not one whose handshake is under way (docs/aws-facts.md)."""
    socket = aws.connections.open("c", state)
    client = aws.client("connections")
    assert client.post_to_connection(ConnectionId="c", Data=b"{}") == posted
    assert client.delete_connection(ConnectionId="c") == closed
    assert socket.frames == (["{}"] if posted == 200 else [])
    assert client.post_to_connection(ConnectionId="c", Data=b"{}") == 410


def test_a_post_may_be_too_large_or_refused(aws: InMemoryAws) -> None:
    """413 beyond 128 KB; whatever a test says otherwise."""
    aws.connections.open("c")
    client = aws.client("connections")
    assert client.post_to_connection(ConnectionId="c", Data=b"x" * 131_073) == 413
    aws.connections.statuses["c"] = 403
    assert client.post_to_connection(ConnectionId="c", Data=b"{}") == 403
    assert aws.connections.frames("c") == []
