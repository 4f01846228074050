"""What is still to be delivered, over DynamoDB in memory."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from saai_domain.aws.dynamodb import deserialize, key_of, serialize
from saai_domain.event_log import LoggedEvent, to_item
from saai_domain.testing.aws import Call, InMemoryAws
from ws_gateway.outbox.pending_events import ABANDONED_SHARDS, PendingEvent, PendingEvents

from tests.ws_gateway.connected import NOW, TENANT, logged


@pytest.fixture
def events(dynamodb: Any) -> PendingEvents:
    return PendingEvents(client=dynamodb, eventos_table="eventos")


def log(dynamodb: Any, seq: int, *, age: int = 60, **changes: Any) -> LoggedEvent:
    """Log an event that was committed so many seconds before NOW."""
    row = msgspec.structs.replace(logged(), seq=seq, event_id=f"e-{seq}", created_epoch=NOW - age, **changes)
    dynamodb.put_item(TableName="eventos", Item=serialize(to_item(row)))
    return row


def found(events: PendingEvents, **shards: Any) -> list[str]:
    return sorted(pending.event.event_id for pending in events.created_until(NOW - 30, **shards))


def row_of(dynamodb: Any, event: LoggedEvent) -> Any:
    key = key_of(TENANT, event.entity_id)
    return deserialize(dynamodb.get_item(TableName="eventos", Key=key, ConsistentRead=True)["Item"])


def only(events: PendingEvents) -> PendingEvent:
    (pending,) = events.created_until(NOW)
    return pending


def test_rows_of_every_shard_that_are_old_enough_are_found(events: PendingEvents, dynamodb: Any) -> None:
    """Those just committed have their publisher's own invoke under way; those delivered are not in the index."""
    for seq in range(1, 40):
        log(dynamodb, seq, age=29 if seq == 7 else 30, pending=seq != 8)
    assert found(events) == sorted(f"e-{seq}" for seq in range(1, 40) if seq not in {7, 8})


def test_the_oldest_of_a_shard_comes_first(events: PendingEvents, dynamodb: Any) -> None:
    """It has waited longest."""
    for seq, age in ((16, 40), (32, 90), (48, 60)):
        log(dynamodb, seq, age=age)
    assert [pending.event.seq for pending in events.created_until(NOW)] == [32, 48, 16]


def test_the_row_itself_is_read_consistently(events: PendingEvents, aws: InMemoryAws, dynamodb: Any) -> None:
    """An index is behind its table: what is delivered must not be sent again for that."""
    log(dynamodb, 1)
    with aws.recording() as calls:
        found(events)
    reads = [call.params["RequestItems"] for call in calls if call.operation == "batch_get_item"]
    assert [read["eventos"]["ConsistentRead"] for read in reads] == [True]


def test_what_the_index_still_shows_but_is_delivered_is_left_out(
    events: PendingEvents, aws: InMemoryAws, dynamodb: Any
) -> None:
    """It was delivered between the two readings."""
    log(dynamodb, 1)

    def deliver_then_read(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation == "batch_get_item":
            log(dynamodb, 1, pending=False)
        return make()

    aws.around.append(deliver_then_read)
    assert found(events) == []


def test_attempts_are_counted_one_by_one(events: PendingEvents, dynamodb: Any) -> None:
    """And told with the row."""
    row = log(dynamodb, 1)
    for attempts in range(3):
        assert only(events).attempts == attempts
        assert events.count_attempt(only(events))
    assert row_of(dynamodb, row)["data"]["intentos"] == 3


@pytest.mark.parametrize("change", ["count_attempt", "abandon", "take_up"])
def test_of_two_sweeps_one_has_the_event(events: PendingEvents, dynamodb: Any, change: str) -> None:
    """A sweep may overlap the next."""
    log(dynamodb, 1)
    pending = only(events)
    assert events.count_attempt(pending)
    assert not getattr(events, change)(pending)


@pytest.mark.parametrize("change", ["count_attempt", "abandon", "take_up"])
def test_what_is_delivered_stays_so(events: PendingEvents, dynamodb: Any, change: str) -> None:
    """``pendiente`` does not come back."""
    row = log(dynamodb, 1)
    pending = only(events)
    log(dynamodb, 1, pending=False)
    assert not getattr(events, change)(pending)
    assert "pendiente" not in row_of(dynamodb, row)


def test_an_abandoned_event_stands_in_no_sweeps_way_until_it_is_taken_up(events: PendingEvents, dynamodb: Any) -> None:
    """Then it has all its attempts again."""
    log(dynamodb, 17)
    events.count_attempt(only(events))
    assert events.abandon(only(events))
    assert found(events) == []
    (abandoned,) = events.created_until(NOW, shards=ABANDONED_SHARDS)
    assert abandoned.attempts == 1
    assert events.take_up(abandoned)
    assert only(events).attempts == 0
    assert found(events, shards=ABANDONED_SHARDS) == []
