"""Having delivered what failed for good."""

import json
from datetime import timedelta
from typing import Any

import pytest
from operations.redrive import FailedInvokes, UnreadableFailure, give_back, payload_of
from saai_domain.aws.dynamodb import serialize
from saai_domain.event_log import to_item
from saai_domain.testing.aws import InMemoryAws
from saai_support.payloads import payload as recorded
from ws_gateway.outbox.pending_events import ABANDONED_SHARDS, PendingEvents

from tests.ws_gateway.connected import NOON, NOW, logged

QUEUE = "https://sqs/eventos-fallidos"
REQUEST_ID = recorded("failure_destination")["requestContext"]["requestId"]
NEW_EVENT = {"tenant_id": "T001", "event_type": "analitica_actualizada", "payload": {"mensaje": "Lista"}}


def record(payload: Any, **changes: Any) -> str:
    """What Lambda's on-failure destination gets."""
    return json.dumps(recorded("failure_destination", requestPayload=payload, **changes))


def test_a_new_event_keeps_the_key_under_which_it_may_be_logged_already() -> None:
    """A try that logged it and failed afterwards must not have it logged twice."""
    assert payload_of(record(NEW_EVENT)) == {**NEW_EVENT, "event_id": f"lambda#{REQUEST_ID}"}


@pytest.mark.parametrize(
    "payload", [{**NEW_EVENT, "event_id": "e-1"}, {"tenant_id": "T1", "canal": "tienda", "seq": 7}]
)
def test_other_payloads_stay_as_they_are(payload: dict[str, Any]) -> None:
    """They say themselves which event it is."""
    assert payload_of(record(payload)) == payload


@pytest.mark.parametrize("body", ["", "{}", "[]", "hola", record("texto"), record(NEW_EVENT, requestContext={})])
def test_what_is_no_record_of_lambda_is_refused(body: str) -> None:
    """Somebody else wrote it."""
    with pytest.raises(UnreadableFailure):
        payload_of(body)


def test_every_message_is_invoked_again_and_deleted_and_unreadable_ones_stay() -> None:
    """More than are received at once."""
    aws = InMemoryAws()
    for body in (*[record(NEW_EVENT)] * 14, "hola"):
        aws.sqs.send_message(QueueUrl=QUEUE, MessageBody=body)
    told: list[str] = []
    failed = FailedInvokes(
        sqs=aws.client("sqs"), lambda_=aws.client("lambda"), queue_url=QUEUE, function_name="saai-dev-EmitirEventosWs"
    )
    assert failed.invoke_again(told.append) == 14
    assert len(aws.lambda_.queue) == 14
    (left,) = aws.sqs.queues[QUEUE]
    assert left.body == "hola"
    assert [line for line in told if left.message_id in line]


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
