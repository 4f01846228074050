"""Having delivered what failed for good."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from operations.redrive import FailedInvokes, Refused, UnreadableFailure, give_back, read_failure
from saai_domain.aws.dynamodb import serialize
from saai_domain.event_log import to_item
from saai_domain.testing.aws import InMemoryAws
from saai_support.payloads import payload as recorded
from ws_gateway.delivery.refused_events import RefusedEvents
from ws_gateway.outbox.pending_events import ABANDONED_SHARDS, PendingEvents

from tests.ws_gateway.connected import NOON, NOW, logged

QUEUE = "https://sqs/eventos-fallidos"
REQUEST_ID = recorded("failure_destination")["requestContext"]["requestId"]
NEW_EVENT = {"tenant_id": "T001", "event_type": "analitica_actualizada", "payload": {"mensaje": "Lista"}}


def record(payload: Any, **changes: Any) -> str:
    """What Lambda's on-failure destination gets."""
    return json.dumps(recorded("failure_destination", requestPayload=payload, **changes))


def failed_invokes(aws: InMemoryAws) -> FailedInvokes:
    """The queue of an account, at noon."""
    return FailedInvokes(
        sqs=aws.client("sqs"),
        lambda_=aws.client("lambda"),
        queue_url=QUEUE,
        function_name="saai-dev-EmitirEventosWs",
        clock=lambda: NOON,
    )


def test_a_new_event_keeps_the_key_under_which_it_may_be_logged_already() -> None:
    """A try that logged it and failed afterwards must not have it logged twice."""
    assert read_failure(record(NEW_EVENT)).payload == {**NEW_EVENT, "event_id": f"lambda#{REQUEST_ID}"}


@pytest.mark.parametrize(
    "payload", [{**NEW_EVENT, "event_id": "e-1"}, {"tenant_id": "T1", "canal": "tienda", "seq": 7}]
)
def test_other_payloads_stay_as_they_are(payload: dict[str, Any]) -> None:
    """They say themselves which event it is."""
    assert read_failure(record(payload)).payload == payload


@pytest.mark.parametrize("body", ["", "{}", "[]", "hola", record("texto"), record(NEW_EVENT, requestContext={})])
def test_what_is_no_record_of_lambda_is_refused(body: str) -> None:
    """Somebody else wrote it."""
    with pytest.raises(UnreadableFailure):
        read_failure(body)


def test_every_message_is_invoked_again_and_deleted_and_unreadable_ones_stay() -> None:
    """More than are received at once."""
    aws = InMemoryAws()
    for body in (*[record(NEW_EVENT)] * 14, "hola"):
        aws.sqs.send_message(QueueUrl=QUEUE, MessageBody=body)
    told: list[str] = []
    failed = failed_invokes(aws)
    assert failed.invoke_again(told.append) == 14
    assert len(aws.lambda_.queue) == 14
    (left,) = aws.sqs.queues[QUEUE]
    assert left.body == "hola"
    assert [line for line in told if left.message_id in line]


REFUSED_EVENT = {**NEW_EVENT, "payload": {"mensaje": 7}}


@pytest.fixture
def refused() -> InMemoryAws:
    """An account with an event that EmitirEventosWs refused an hour ago."""
    aws = InMemoryAws()
    queue = RefusedEvents(client=aws.client("sqs"), queue_url=QUEUE, clock=lambda: NOON - timedelta(hours=1))
    queue.keep(REFUSED_EVENT, request_id="r-1", answer={"statusCode": 400})
    return aws


def test_a_refused_event_stays_until_an_operator_says_what_becomes_of_it(refused: InMemoryAws) -> None:
    """It would be refused again."""
    told: list[str] = []
    assert failed_invokes(refused).invoke_again(told.append) == 0
    assert len(refused.sqs.queues[QUEUE]) == 1
    assert told == ["left in the queue, since it was refused: T001: analitica_actualizada"]


def test_a_refused_event_can_be_sent_again_as_it_was(refused: InMemoryAws) -> None:
    """Once the contract allows it."""
    assert failed_invokes(refused).invoke_again([].append, refused=Refused.AGAIN) == 1
    (invoke,) = refused.lambda_.queue
    assert invoke.payload == {**REFUSED_EVENT, "event_id": "lambda#r-1"}
    assert refused.sqs.queues[QUEUE] == []


def test_what_is_refused_again_meanwhile_waits_for_the_next_run(refused: InMemoryAws) -> None:
    """Or a run would never end."""
    late = RefusedEvents(client=refused.client("sqs"), queue_url=QUEUE, clock=lambda: NOON + timedelta(seconds=1))
    late.keep(REFUSED_EVENT, request_id="r-2", answer={"statusCode": 400})
    assert failed_invokes(refused).invoke_again([].append, refused=Refused.AGAIN) == 1
    assert len(refused.sqs.queues[QUEUE]) == 1


def test_a_refused_event_can_be_discarded(refused: InMemoryAws) -> None:
    """It is told for the last time."""
    told: list[str] = []
    assert failed_invokes(refused).invoke_again(told.append, refused=Refused.DISCARD) == 0
    assert refused.sqs.queues[QUEUE] == refused.lambda_.queue == []
    assert told == ["discarded, since it was refused: T001: analitica_actualizada"]


def test_half_an_emoji_in_an_event_fails_no_run() -> None:
    """JSON's escapes let it through; the function refuses it, and keeps it."""
    aws = InMemoryAws()
    payload = {**NEW_EVENT, "event_id": "e-1", "payload": {"mensaje": "\ud83d"}}
    aws.sqs.send_message(QueueUrl=QUEUE, MessageBody=record(payload))
    assert failed_invokes(aws).invoke_again([].append) == 1
    assert aws.lambda_.queue[0].payload == payload


def test_an_invoke_that_is_not_accepted_leaves_its_message(refused: InMemoryAws) -> None:
    """And the others have their turn."""
    refused.sqs.send_message(QueueUrl=QUEUE, MessageBody=record(NEW_EVENT))
    told: list[str] = []
    error = ClientError({"Error": {"Code": "InvalidRequestContentException", "Message": ""}}, "Invoke")
    with refused.failing("lambda", error):
        assert failed_invokes(refused).invoke_again(told.append, refused=Refused.AGAIN) == 0
    assert len(refused.sqs.queues[QUEUE]) == len(told) == 2


def test_abandoned_events_are_given_back_to_the_sweep(dynamodb: Any) -> None:
    """Named one by one."""
    events = PendingEvents(client=dynamodb, eventos_table="eventos")
    dynamodb.put_item(TableName="eventos", Item=serialize(to_item(logged())))
    (pending,) = events.created_until(NOW)
    events.abandon(pending)
    told: list[str] = []
    assert give_back(events, told.append, clock=lambda: NOON + timedelta(hours=9)) == 1
    assert told == [f"given back to the sweep: {logged().event_id}"]
    assert len(list(events.created_until(NOW))) == 1
    assert not list(events.created_until(NOW, shards=ABANDONED_SHARDS))
