"""What a screen missed: read from the log over DynamoDB in memory, and packed into frames."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import TenantId
from saai_domain.event_log import LoggedEvent, log_event, to_item
from saai_domain.events import AnaliticaActualizada, Canal, event_of
from saai_domain.testing.aws import InMemoryAws
from ws_gateway.messages.missed_events import EventsExpired, MissedEvent, MissedEvents, pack

from tests.ws_gateway.connected import NOON, NOW, TENANT

SEVEN_DAYS = 7 * 86_400
OWNERS = Canal.ADMINISTRACION


def log(dynamodb: Any, *seqs: int, tenant_id: TenantId = TENANT, mensaje: str = "Lista", **changes: Any) -> None:
    """Log events of the owner's channel at these places."""
    for seq in seqs:
        event = event_of(AnaliticaActualizada(mensaje=f"{mensaje} {seq}"))
        row = msgspec.structs.replace(
            log_event(event, tenant_id=tenant_id, seq=seq, moment=NOON, origen="prueba"), **changes
        )
        dynamodb.put_item(TableName="eventos", Item=serialize(to_item(row)))


def read(dynamodb: Any, *, after: int, until: int, seconds_later: int = 0) -> list[MissedEvent]:
    now = NOON.fromtimestamp(NOW + seconds_later, NOON.tzinfo)
    missed = MissedEvents(client=dynamodb, eventos_table="eventos", clock=lambda: now)
    return list(missed.between(TENANT, OWNERS, after=after, until=until))


def test_exactly_the_events_after_the_one_and_up_to_the_other_come_in_order(dynamodb: Any) -> None:
    """With the text that was sent first; other stores' and channels' events don't."""
    log(dynamodb, *range(1, 12))
    log(dynamodb, 4, tenant_id=TenantId("T002"), mensaje="ajeno")
    log(dynamodb, 4, canal=Canal.TIENDA, mensaje="de otro canal")
    events = read(dynamodb, after=3, until=10)
    assert [event.seq for event in events] == [4, 5, 6, 7, 8, 9, 10]
    assert [json.loads(event.text)["data"]["mensaje"] for event in events] == [f"Lista {seq}" for seq in range(4, 11)]


def test_all_pages_are_read_consistently(aws: InMemoryAws, dynamodb: Any) -> None:
    """DynamoDB answers 1 MB at a time."""
    aws.dynamodb.page_size = 10
    log(dynamodb, *range(1, 25))
    with aws.recording() as calls:
        assert len(read(dynamodb, after=0, until=24)) == 24
    assert len(calls) == 3
    assert all(call.params["ConsistentRead"] for call in calls)


@pytest.mark.parametrize("gone", [1, 3, 5])
def test_a_row_that_is_gone_is_told(dynamodb: Any, gone: int) -> None:
    """At the beginning, in the middle or at the end."""
    log(dynamodb, *(seq for seq in range(1, 6) if seq != gone))
    with pytest.raises(EventsExpired) as error:
        read(dynamodb, after=0, until=5)
    assert (error.value.seq, error.value.canal) == (gone, OWNERS)


def test_a_row_past_its_time_counts_as_gone_though_it_is_there(dynamodb: Any) -> None:
    """TTL deletes within days: what one screen gets another must get as well."""
    log(dynamodb, 1)
    assert len(read(dynamodb, after=0, until=1, seconds_later=SEVEN_DAYS - 1)) == 1
    with pytest.raises(EventsExpired):
        read(dynamodb, after=0, until=1, seconds_later=SEVEN_DAYS)


def event(seq: int, size: int) -> MissedEvent:
    """An event whose text takes so many bytes; some of its characters take two."""
    text = f'{{"seq":{seq},"ñ":"'
    return MissedEvent(seq=seq, text=text + "x" * (size - len(text.encode()) - 2) + '"}')


def test_frames_say_what_is_in_them_and_keep_each_text_as_it_is() -> None:
    """The events are the very frames that were sent live."""
    (frame,) = pack(Canal.TIENDA, [event(4, 40), event(5, 50)])
    assert (frame.canal, frame.last) == (Canal.TIENDA, 5)
    assert frame.text == (
        '{"action":"events","canal":"tienda","desde":4,"hasta":5,"events":['
        + event(4, 40).text
        + ","
        + event(5, 50).text
        + "]}"
    )


def test_an_event_beyond_32_kb_has_a_frame_of_its_own() -> None:
    """It can't be made smaller."""
    frames = list(pack(OWNERS, [event(1, 100), event(2, 40_000), event(3, 100)]))
    assert [frame.last for frame in frames] == [1, 2, 3]


def test_an_event_that_fits_no_envelope_goes_as_it_was_first_sent() -> None:
    """128 KB is API Gateway's limit, and an event may take all of it."""
    (frame,) = pack(OWNERS, [event(1, 131_072)])
    assert frame.text == event(1, 131_072).text


SIZES = st.integers(40, 3_000) | st.sampled_from([16_000, 32_000, 32_700, 32_768, 90_000, 130_990, 131_072])


@given(sizes=st.lists(SIZES, max_size=60), first=st.integers(1, 10**11))
def test_however_large_the_events_are_each_goes_once_in_order_within_the_limits(sizes: list[int], first: int) -> None:
    """32 KB where it can be, never more than 128 KB; and no frame is sent that the one before had room for."""
    events = [event(seq, size) for seq, size in enumerate(sizes, first)]
    frames = list(pack(OWNERS, events))
    contents = [json.loads(frame.text) for frame in frames]
    texts = [content.get("events", [content]) for content in contents]
    assert [item["seq"] for items in texts for item in items] == [each.seq for each in events]
    assert [frame.last for frame in frames] == [items[-1]["seq"] for items in texts]
    for frame, items in zip(frames, texts, strict=True):
        size = len(frame.text.encode())
        assert size <= 131_072
        assert size <= 32_768 or len(items) == 1
    for frame, following in zip(frames, texts[1:], strict=False):
        room = 32_768 - len(frame.text.encode())
        assert len(json.dumps(following[0], ensure_ascii=False).encode()) > room - 200


def test_the_log_and_the_frames_hold_the_same_text(dynamodb: Any) -> None:
    """From the row to the wire nothing is read and written again."""
    row: LoggedEvent = log_event(
        event_of(AnaliticaActualizada(mensaje="Ñandú 12.50")), tenant_id=TENANT, seq=1, moment=NOON, origen="prueba"
    )
    dynamodb.put_item(TableName="eventos", Item=serialize(to_item(row)))
    (frame,) = pack(OWNERS, read(dynamodb, after=0, until=1))
    assert row.frame in frame.text
