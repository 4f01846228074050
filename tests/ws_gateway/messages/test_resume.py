"""The action ``resume``: every row of the protocol's table, over DynamoDB in memory."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import attrs
import msgspec
import pytest
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import ConnectionId
from saai_domain.event_log import log_event, to_item
from saai_domain.events import AnaliticaActualizada, Canal, event_of
from saai_domain.roles import Rol
from saai_domain.testing.aws import Call
from ws_gateway.delivery.outcome import DeliveryOutcome
from ws_gateway.messages.dispatch import Reply
from ws_gateway.messages.missed_events import MissedEvents
from ws_gateway.messages.resume import MAX_MISSED, Resume

from tests.ws_gateway.connected import NOON, TENANT, screen
from tests.ws_gateway.functions import channel_cursors, put, rows


@attrs.define
class Screen:
    """What a screen was posted, until it takes no more."""

    frames: list[Any] = attrs.field(factory=list)
    takes: float = float("inf")
    then: DeliveryOutcome = DeliveryOutcome.THROTTLED
    before_each: Callable[[], None] = lambda: None

    def post(self, connection_id: ConnectionId, data: bytes) -> DeliveryOutcome:
        assert connection_id == "a"
        self.before_each()
        if len(self.frames) >= self.takes:
            return self.then
        self.frames.append(json.loads(data))
        return DeliveryOutcome.SENT

    def close(self, connection_id: ConnectionId) -> DeliveryOutcome:
        raise AssertionError

    @property
    def seqs(self) -> dict[str, list[int]]:
        """What came, by channel."""
        came: dict[str, list[int]] = {}
        for frame in self.frames:
            came.setdefault(frame["canal"], []).extend(event["seq"] for event in frame["events"])
        return came


@attrs.define
class Log:
    """A store's log."""

    dynamodb: Any
    screen: Screen = attrs.field(factory=Screen)
    seconds: float = 0.0
    later: timedelta = timedelta()
    asked: timedelta = timedelta()
    """When the screen asks, from noon on."""
    max_missed: int = 5000

    def commit(self, count: int = 1, *, canal: Canal = Canal.TIENDA, mensaje: str = "Lista") -> None:
        """Log events as a publisher does: row and counter."""
        first = self.counter(canal) + 1
        for seq in range(first, first + count):
            event = event_of(AnaliticaActualizada(mensaje=mensaje))
            row = msgspec.structs.replace(
                log_event(event, tenant_id=TENANT, seq=seq, moment=NOON, origen="prueba"),
                canal=canal,
                frame=json.dumps({"canal": canal, "seq": seq, "mensaje": mensaje}),
            )
            self.dynamodb.put_item(TableName="eventos", Item=serialize(to_item(row)))
        put(self.dynamodb, "counters", TENANT, f"eventos#{canal}", value=first + count - 1)

    def counter(self, canal: Canal) -> int:
        found = [row for row in rows(self.dynamodb, "counters") if row["entity_id"] == f"eventos#{canal}"]
        return int(found[0]["data"]["value"]) if found else 0

    def expire(self, canal: Canal, seq: int) -> None:
        """Let DynamoDB delete a row."""
        key = serialize({"tenant_id": TENANT, "entity_id": f"{canal}#{seq:012d}"})
        self.dynamodb.delete_item(TableName="eventos", Key=key)

    def resume(self, cursor: object, *, rol: Rol = Rol.ADMIN, **message: Any) -> Reply:
        """Send the message and return the reply."""
        cursors = channel_cursors(self.dynamodb, NOON + self.asked)
        missed = MissedEvents(client=self.dynamodb, eventos_table="eventos", clock=lambda: NOON + self.later)
        resume = Resume(
            cursors=cursors,
            missed=missed,
            poster=self.screen,
            max_missed=self.max_missed,
            monotonic=lambda: self.seconds,
            clock=lambda: NOON + self.asked,
        )
        return resume(screen("a", rol=rol), {"action": "resume", "cursor": cursor, **message})


@pytest.fixture
def log(dynamodb: Any) -> Log:
    return Log(dynamodb)


def resumed(cursor: Mapping[str, int], *, more: bool = False) -> Reply:
    return {"action": "resumed", "cursor": cursor, "log": "1", "more": more, "connection_id": "a", "expira_en": 3600}


def test_an_empty_cursor_is_answered_with_where_the_channels_stand(log: Log) -> None:
    """Nothing is sent: the screen begins here."""
    log.commit(3)
    assert log.resume({}) == resumed({"tienda": 3, "administracion": 0})
    assert log.screen.frames == []


def test_an_old_cursor_gets_what_it_misses_in_order(log: Log) -> None:
    """Of both channels, each on its own."""
    log.commit(5)
    log.commit(2, canal=Canal.ADMINISTRACION)
    assert log.resume({"tienda": 2, "administracion": 0}) == resumed({"tienda": 5, "administracion": 2})
    assert log.screen.seqs == {"tienda": [3, 4, 5], "administracion": [1, 2]}


def test_a_cursor_that_is_current_gets_nothing(log: Log) -> None:
    """And is confirmed."""
    log.commit(5)
    assert log.resume({"tienda": 5, "administracion": 0}) == resumed({"tienda": 5, "administracion": 0})
    assert log.screen.frames == []


def test_a_channel_that_the_cursor_does_not_name_begins_now(log: Log) -> None:
    """A cashier who becomes an owner has no past in the new channel."""
    log.commit(2)
    log.commit(7, canal=Canal.ADMINISTRACION)
    assert log.resume({"tienda": 1}) == resumed({"tienda": 2, "administracion": 7})
    assert log.screen.seqs == {"tienda": [2]}


@pytest.mark.parametrize("other", ["administracion", "otro", ""])
@pytest.mark.parametrize("value", [0, 99, -1, "x", None])
def test_a_channel_that_the_role_may_not_hear_is_ignored_and_never_answered(
    log: Log, other: str, value: object
) -> None:
    """Nor does one that doesn't exist."""
    log.commit(2)
    log.commit(3, canal=Canal.ADMINISTRACION)
    assert log.resume({"tienda": 1, other: value}, rol=Rol.TRABAJADOR) == resumed({"tienda": 2})
    assert log.screen.seqs == {"tienda": [2]}


def test_a_cursor_beyond_the_counter_is_told_to_reload(log: Log) -> None:
    """It is of another log: the table was restored, or the screen mistook the store."""
    log.commit(2)
    assert log.resume({"tienda": 3}) == {"action": "reload", "cursor": {"tienda": 2, "administracion": 0}, "log": "1"}
    assert log.resume({"tienda": 10**30})["action"] == "reload"
    assert log.screen.frames == []


def test_a_cursor_of_another_log_is_told_to_reload(log: Log) -> None:
    """After a restore the numbers are the same and the events others. A screen that names no log is believed."""
    log.commit(105)
    put(log.dynamodb, "counters", TENANT, "eventos#tienda", value=105, log="2025-12-31T12:00:00-05:00")
    stands = {"tienda": 105, "administracion": 0}
    reload = {"action": "reload", "cursor": stands, "log": "2025-12-31T12:00:00-05:00"}
    for other in ("1", "", 1, None, ["1"]):
        assert log.resume({"tienda": 100}, log=other) == reload or other is None
    log.screen.frames.clear()
    assert log.resume({"tienda": 100}, log="2025-12-31T12:00:00-05:00")["action"] == "resumed"
    assert log.screen.seqs == {"tienda": [101, 102, 103, 104, 105]}
    assert log.resume({"tienda": 100})["action"] == "resumed"


@pytest.mark.parametrize("gone", [3, 5, 6])
def test_a_cursor_whose_events_the_log_no_longer_holds_is_told_to_reload(log: Log, gone: int) -> None:
    """Deleted at the beginning, in the middle, at the end."""
    log.commit(6)
    log.expire(Canal.TIENDA, gone)
    assert log.resume({"tienda": 2}) == {"action": "reload", "cursor": {"tienda": 6, "administracion": 0}, "log": "1"}


def test_a_cursor_over_rows_past_their_time_is_told_to_reload(log: Log) -> None:
    """DynamoDB still returns them for days."""
    log.commit(6)
    log.later = timedelta(days=7)
    assert log.resume({"tienda": 2})["action"] == "reload"
    assert log.resume({"tienda": 6})["action"] == "resumed"
    assert log.screen.frames == []


def test_rows_before_the_cursor_may_be_gone(log: Log) -> None:
    """Only what is missed matters."""
    log.commit(6)
    log.expire(Canal.TIENDA, 2)
    assert log.resume({"tienda": 2})["action"] == "resumed"


def test_too_many_missed_events_are_not_sent(log: Log) -> None:
    """A snapshot costs less. The channels count together."""
    log.commit(9)
    log.commit(2, canal=Canal.ADMINISTRACION)
    log.max_missed = 10
    assert log.resume({"tienda": 0, "administracion": 0})["action"] == "reload"
    assert log.screen.frames == []
    assert log.resume({"tienda": 1, "administracion": 0})["action"] == "resumed"
    assert log.screen.seqs == {"tienda": list(range(2, 10)), "administracion": [1, 2]}


def test_more_than_5000_are_too_many(log: Log) -> None:
    """docs/protocol.md, "What a screen sends"."""
    log.max_missed = MAX_MISSED
    put(log.dynamodb, "counters", TENANT, "eventos#tienda", value=5001)
    assert log.resume({"tienda": 0})["action"] == "reload"
    assert MAX_MISSED == 5000


GARBAGE: list[Any] = [None, [], [1], "tienda", 7, True, Decimal("1.5")]
NO_PLACES: list[Any] = [-1, Decimal("1.5"), Decimal(3), "3", None, True, [], {}]


@pytest.mark.parametrize("cursor", [*GARBAGE, *({"tienda": place} for place in NO_PLACES)])
def test_garbage_is_answered_with_a_clear_error(log: Log, cursor: object) -> None:
    """And reads nothing."""
    reply = log.resume(cursor)
    assert (reply["action"], reply["code"]) == ("error", "cursor_no_valido")
    assert "cursor" in reply["message"]
    assert rows(log.dynamodb, "ws-connections") == []


def test_what_a_screen_can_take_only_in_part_is_gone_on_with(log: Log) -> None:
    """The cursor is what was sent, not what is newest; the next resume brings the rest."""
    log.commit(8, mensaje="x" * 15_000)
    log.screen.takes = 2
    assert log.resume({"tienda": 0, "administracion": 0}) == resumed({"tienda": 4, "administracion": 0}, more=True)
    log.screen.takes = 99
    assert log.resume({"tienda": 4, "administracion": 0}) == resumed({"tienda": 8, "administracion": 0})
    assert log.screen.seqs == {"tienda": [1, 2, 3, 4, 5, 6, 7, 8]}


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_nothing_is_sent_after_a_frame_that_was_not_taken(log: Log, refused: int) -> None:
    """The screen would drop what follows a gap, and the cursor would cover what it never got."""
    log.commit(6, mensaje="x" * 15_000)
    log.commit(2, canal=Canal.ADMINISTRACION)
    tries = iter(range(99))

    class Stumbling(Screen):
        def post(self, connection_id: ConnectionId, data: bytes) -> DeliveryOutcome:
            return DeliveryOutcome.THROTTLED if next(tries) == refused else super().post(connection_id, data)

    log.screen = Stumbling()
    reply = log.resume({"tienda": 0, "administracion": 0})
    assert log.screen.seqs == ({"tienda": list(range(1, 2 * refused + 1))} if refused else {})
    if refused:
        assert reply == resumed({"tienda": 2 * refused, "administracion": 0}, more=True)
    else:
        assert reply["code"] == "recuperacion_fallida"


@pytest.mark.parametrize("outcome", [each for each in DeliveryOutcome if each is not DeliveryOutcome.SENT])
def test_a_screen_that_takes_nothing_is_told_so(log: Log, outcome: DeliveryOutcome) -> None:
    """``more`` without one new event would have it ask for ever."""
    log.commit(2)
    log.screen = Screen(takes=0, then=outcome)
    reply = log.resume({"tienda": 0})
    assert (reply["action"], reply["code"]) == ("error", "recuperacion_fallida")


def test_the_time_of_one_resume_is_bounded(log: Log) -> None:
    """A slow screen asks again before its patience ends."""
    log.commit(8, mensaje="x" * 15_000)

    def slowly() -> None:
        log.seconds += 3

    log.screen.before_each = slowly
    assert log.resume({"tienda": 0, "administracion": 0}) == resumed({"tienda": 4, "administracion": 0}, more=True)


def test_an_event_committed_meanwhile_is_left_to_the_live_post(log: Log) -> None:
    """The cursor is where the channels stood when the row was there, and that much was sent."""
    log.commit(2)
    log.screen.before_each = log.commit
    assert log.resume({"tienda": 0, "administracion": 0}) == resumed({"tienda": 2, "administracion": 0})
    assert log.screen.seqs == {"tienda": [1, 2]}
    assert log.resume({"tienda": 2, "administracion": 0})["cursor"] == {"tienda": 3, "administracion": 0}


def test_a_row_that_is_missing_is_written_again(log: Log) -> None:
    """Or no live event would follow."""
    log.resume({})
    (row,) = rows(log.dynamodb, "ws-connections")
    assert row["entity_id"] == "a"


@pytest.mark.parametrize("size", [1_000, 20_000])
def test_frames_stay_within_32_kb(log: Log, size: int) -> None:
    """API Gateway bills by it."""
    log.commit(40, mensaje="x" * size)
    log.resume({"tienda": 0})
    assert max(len(json.dumps(frame)) for frame in log.screen.frames) <= 32_768
    assert log.screen.seqs == {"tienda": list(range(1, 41))}


def test_four_full_recoveries_are_served_at_once_then_the_screen_waits_and_is_told_how_long(log: Log) -> None:
    """Each reads up to 5,000 events and posts them: a loop of it would be the dearest thing a screen can do."""
    log.commit(5000)
    for _ in range(4):
        assert log.resume({"tienda": 0}, rol=Rol.TRABAJADOR)["action"] == "resumed"
    log.screen.frames.clear()
    refused = log.resume({"tienda": 0}, rol=Rol.TRABAJADOR)
    assert (refused["code"], refused["reintentar_en"]) == ("demasiados_mensajes", 300)
    assert "300 segundos" in refused["message"]
    assert log.screen.frames == []
    log.asked = timedelta(seconds=299)
    assert log.resume({"tienda": 0}, rol=Rol.TRABAJADOR)["reintentar_en"] == 1
    log.asked = timedelta(seconds=300)
    assert log.resume({"tienda": 0}, rol=Rol.TRABAJADOR)["action"] == "resumed"


def test_of_large_recoveries_at_the_same_moment_one_goes_on(log: Log) -> None:
    """Each has read the same allowance."""
    log.commit(600)
    overtaking: list[Reply] = []

    def another_before_the_write(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation == "update_item" and not overtaking:
            overtaking.append({})
            overtaking[0] = log.resume({"tienda": 0})
        return make()

    with log.dynamodb.aws.meanwhile(another_before_the_write):
        overtaken = log.resume({"tienda": 0})
    assert overtaking[0]["action"] == "resumed"
    assert (overtaken["code"], overtaken["reintentar_en"]) == ("demasiados_mensajes", 1)


def test_usual_recoveries_write_nothing(log: Log) -> None:
    """A screen that was away for a moment, however often."""
    log.commit(499)
    for _ in range(100):
        assert log.resume({"tienda": 0}, rol=Rol.TRABAJADOR)["action"] == "resumed"
    (row,) = rows(log.dynamodb, "ws-connections")
    assert "recuperado_hasta" not in row["data"]
