"""The event log in DynamoDB: no gap, no double, nothing forgotten before it is delivered."""

from collections import Counter as Tally
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, BrokenBarrierError
from typing import TYPE_CHECKING, Any, cast

import attrs
import msgspec
import pytest
from aws_lite.backoff import Backoff
from botocore.exceptions import ClientError
from saai_domain.aws.dynamodb import Key, deserialize, key_of, serialize
from saai_domain.aws.event_log import EVENT_DEDUPE_SECONDS, EventLog, idempotency_record
from saai_domain.codes import TenantId
from saai_domain.component import replace
from saai_domain.errors import EventIdReused, EventTooLarge
from saai_domain.event_log import ForgottenEvent, LoggedEvent, log_event, to_item
from saai_domain.events import AnaliticaActualizada, Canal, EventData, StoreEvent, event_hash, event_of

from tests.domain.aws.fakes import OneCallAtATime, ScriptedClient
from tests.domain.examples import ANALYTICS, FORECAST, OTHER_STORE, SALE, STORE
from tests.domain.fakes import NEW_YEARS_EVE, FakeTime, backoff

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient


@attrs.frozen
class Log:
    """An event log with a time that a test moves."""

    dynamodb: "DynamoDBClient"
    time: FakeTime

    @property
    def log(self) -> EventLog:
        return EventLog(
            client=self.dynamodb,
            eventos_table="eventos",
            counters_table="counters",
            idempotencia_table="idempotencia",
            clock=self.time.clock,
            backoff=backoff(self.time),
        )

    def append(
        self, data: EventData = SALE, *, store: TenantId = STORE, dedupe_id: str, event_id: str | None = None
    ) -> LoggedEvent:
        row = self.log.append(
            event_of(data), tenant_id=store, origen="EmitirEventosWs", dedupe_id=dedupe_id, event_id=event_id
        )
        # What left the log has less to tell; its test says so.
        return cast("LoggedEvent", row)

    def rows(self, table: str = "eventos") -> list[dict[str, Any]]:
        """Return everything in a table, in the order of its keys."""
        items = [deserialize(item) for item in self.dynamodb.scan(TableName=table)["Items"]]
        return sorted(items, key=lambda item: (item["tenant_id"], item["entity_id"]))

    def pending(self) -> list[str]:
        """Return the places that the sparse index holds, over all shards."""
        places: list[str] = []
        for shard in range(16):
            answer = self.dynamodb.query(
                TableName="eventos",
                IndexName="pendientes",
                KeyConditionExpression="pendiente = :shard",
                ExpressionAttributeValues={":shard": {"N": str(shard)}},
            )
            places += [item["entity_id"]["S"] for item in answer["Items"]]
        return sorted(places)


@pytest.fixture
def log(dynamodb: "DynamoDBClient") -> Log:
    return Log(dynamodb, FakeTime())


class TestAppending:
    def test_each_store_and_channel_counts_from_one_without_gaps(self, log: Log) -> None:
        """Independent of each other."""
        rows = [
            log.append(SALE, dedupe_id="1"),
            log.append(ANALYTICS, dedupe_id="2"),
            log.append(SALE, dedupe_id="3"),
            log.append(SALE, dedupe_id="4", store=OTHER_STORE),
            log.append(FORECAST, dedupe_id="5"),
        ]

        assert [(row.tenant_id, row.entity_id) for row in rows] == [
            ("T001", "tienda#000000000001"),
            ("T001", "administracion#000000000001"),
            ("T001", "tienda#000000000002"),
            ("T002", "tienda#000000000001"),
            ("T001", "administracion#000000000002"),
        ]
        assert {(row["tenant_id"], row["entity_id"]): row["data"]["value"] for row in log.rows("counters")} == {
            ("T001", "eventos#administracion"): 2,
            ("T001", "eventos#tienda"): 2,
            ("T002", "eventos#tienda"): 1,
        }

    def test_the_row_is_kept_as_it_was_returned(self, log: Log) -> None:
        """Frame, time and all."""
        row = log.append(dedupe_id="1", event_id="e-1")

        assert log.rows() == [to_item(row)]
        assert log.log.read(STORE, Canal.TIENDA, 1) == row
        assert row.event_id == "e-1"

    def test_an_event_that_no_screen_could_receive_leaves_nothing_behind(self, log: Log) -> None:
        """No gap in the sequence either."""
        with pytest.raises(EventTooLarge):
            log.append(AnaliticaActualizada(mensaje="x" * 131_072), dedupe_id="1")

        assert log.rows() == log.rows("counters") == log.rows("idempotencia") == []

    def test_what_it_decides_on_is_read_consistently(self) -> None:
        """An eventually consistent counter would be decided on in vain."""
        client: Any = ScriptedClient([{"Responses": {}}, {}])
        EventLog(
            client=client, eventos_table="eventos", counters_table="counters", idempotencia_table="idempotencia"
        ).append(event_of(SALE), tenant_id=STORE, origen="EmitirEventosWs", dedupe_id="1", event_id=None)

        assert {table: keys["ConsistentRead"] for table, keys in client.requests[0]["RequestItems"].items()} == {
            "counters": True,
            "idempotencia": True,
        }


class TestRepeating:
    @pytest.mark.parametrize("days", [0, 1, 6, 14.99])
    def test_the_same_event_is_logged_once(self, log: Log, days: float) -> None:
        """Within 15 days: what failed waits for 14."""
        first = log.append(SALE, dedupe_id="mine", event_id="mine")
        log.append(SALE, dedupe_id="another")
        log.time.elapsed = days * 86_400
        again = log.append(SALE, dedupe_id="mine", event_id="mine")

        assert again == first
        assert len(log.rows()) == 2

    def test_another_event_under_the_same_id_is_refused(self, log: Log) -> None:
        """Its sender would believe that it was delivered."""
        log.append(SALE, dedupe_id="mine", event_id="mine")

        for other in (ANALYTICS, attrs.evolve(SALE, total=Decimal("7.51"))):
            with pytest.raises(EventIdReused, match="'mine'"):
                log.append(other, dedupe_id="mine", event_id="mine")
        assert len(log.rows()) == 1

    def test_the_order_of_keys_makes_no_other_event(self, log: Log) -> None:
        """A sender may write its JSON anew."""
        payload = event_of(SALE).payload
        log.append(SALE, dedupe_id="mine")
        turned = StoreEvent(data=SALE, payload=dict(reversed(list(payload.items()))))

        again = log.log.append(turned, tenant_id=STORE, origen="prueba", dedupe_id="mine", event_id=None)

        assert isinstance(again, LoggedEvent)
        assert again.seq == 1

    def test_a_row_without_a_hash_takes_any_event_for_its_own(self, log: Log) -> None:
        """The version before wrote none, and kept it for a day."""
        first = log.append(SALE, dedupe_id="mine")
        (row,) = log.rows("idempotencia")
        del row["data"]["hash"]
        log.dynamodb.put_item(TableName="idempotencia", Item=serialize(row))

        assert log.append(ANALYTICS, dedupe_id="mine") == first

    def test_a_late_repeat_is_recognised_as_long_as_it_may_wait_itself(self, log: Log) -> None:
        """It may fail again, and be sent again after another 14 days."""
        first = log.append(SALE, dedupe_id="mine")
        for day in (14, 28, 42):
            log.time.elapsed = day * 86_400
            assert log.append(SALE, dedupe_id="mine") == first

        assert len(log.rows()) == 1

    def test_an_early_repeat_writes_nothing(self, log: Log) -> None:
        """Lambda's own come within minutes."""
        log.append(SALE, dedupe_id="mine")
        (before,) = log.rows("idempotencia")
        log.time.elapsed = 3_600
        log.append(SALE, dedupe_id="mine")

        assert log.rows("idempotencia") == [before]

    def test_a_repeat_tells_whether_it_was_delivered_since(self, log: Log) -> None:
        """So that it is delivered again only where it wasn't."""
        first = log.append(dedupe_id="mine")
        assert log.append(dedupe_id="mine").pending

        log.log.mark_delivered(first)

        assert log.append(dedupe_id="mine") == msgspec.structs.replace(first, pending=False)

    def test_stores_do_not_share_ids(self, log: Log) -> None:
        """An id is its sender's within its store."""
        log.append(dedupe_id="1")
        other = log.append(dedupe_id="1", store=OTHER_STORE)

        assert (other.tenant_id, other.seq) == ("T002", 1)

    @pytest.mark.parametrize("late", [0, 1, 3_600])
    def test_after_15_days_the_same_id_is_a_new_event(self, log: Log, late: int) -> None:
        """Also where the expired row still exists: DynamoDB removes it within days."""
        log.append(dedupe_id="mine")
        log.time.elapsed = EVENT_DEDUPE_SECONDS + late

        assert log.append(dedupe_id="mine").seq == 2
        assert log.time.naps == []
        (remembered,) = log.rows("idempotencia")
        assert remembered["data"]["entity_id"] == "tienda#000000000002"
        assert log.append(dedupe_id="mine").seq == 2

    def test_the_row_that_remembers_it_expires_after_15_days(self, log: Log) -> None:
        """By its own attribute at the top."""
        row = log.append(dedupe_id="mine")

        assert log.rows("idempotencia") == [
            {
                "tenant_id": "T001",
                "entity_id": "evento#mine",
                "ttl": row.created_epoch + 15 * 86_400,
                "data": {
                    "entity_id": "tienda#000000000001",
                    "hash": event_hash(event_of(SALE)),
                    "estado": "ACTIVO",
                    "created_at": row.timestamp,
                    "updated_at": row.timestamp,
                },
            }
        ]

    def test_a_repeat_of_an_event_that_left_the_log_was_delivered(self, log: Log) -> None:
        """The log keeps it for 7 days: a re-drive may come later."""
        row = log.append(dedupe_id="mine", event_id="mine")
        log.dynamodb.delete_item(TableName="eventos", Key=key_of(STORE, row.entity_id))

        again = log.append(dedupe_id="mine", event_id="mine")

        assert again == ForgottenEvent(
            tenant_id=STORE, event_id="mine", event_type="venta_registrada", timestamp=row.timestamp
        )
        assert not again.pending
        assert log.rows() == []


class TestRemembering:
    """What became of a request, kept with whatever it wrote."""

    KEY = Key("idempotencia", STORE, "venta#T001U002#key-1")
    ROW = log_event(event_of(SALE), tenant_id=STORE, seq=7, moment=NEW_YEARS_EVE, origen="RegistrarVenta")

    def remember(self, log: Log, answer: str, *, later: int = 0) -> None:
        row = msgspec.structs.replace(self.ROW, created_epoch=self.ROW.created_epoch + later)
        log.dynamodb.transact_write_items(TransactItems=[idempotency_record(self.KEY, {"respuesta": answer}, row)])

    def test_it_is_kept_for_a_day_from_the_commit(self, log: Log) -> None:
        """With what the caller needs to answer again."""
        self.remember(log, "first")

        assert log.rows("idempotencia") == [
            {
                "tenant_id": "T001",
                "entity_id": "venta#T001U002#key-1",
                "ttl": self.ROW.created_epoch + 86_400,
                "data": {
                    "respuesta": "first",
                    "estado": "ACTIVO",
                    "created_at": self.ROW.timestamp,
                    "updated_at": self.ROW.timestamp,
                },
            }
        ]

    def test_a_key_that_is_taken_cancels_the_transaction(self, log: Log) -> None:
        """To the last second of its day."""
        self.remember(log, "first")

        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            self.remember(log, "second", later=86_399)
        assert log.rows("idempotencia")[0]["data"]["respuesta"] == "first"

    def test_a_key_whose_day_is_over_is_free(self, log: Log) -> None:
        """Though DynamoDB has not removed the row yet."""
        self.remember(log, "first")
        self.remember(log, "second", later=86_400)

        assert log.rows("idempotencia")[0]["data"]["respuesta"] == "second"


class TestReading:
    def test_a_row_that_is_not_there_is_none(self, log: Log) -> None:
        """Not logged yet, or no longer kept."""
        log.append(dedupe_id="1")

        assert log.log.read(STORE, Canal.TIENDA, 2) is None
        assert log.log.read(STORE, Canal.ADMINISTRACION, 1) is None
        assert log.log.read(OTHER_STORE, Canal.TIENDA, 1) is None

    def test_a_row_is_read_consistently(self) -> None:
        """It may have been written a moment ago."""
        client: Any = ScriptedClient([{}])
        log = EventLog(client=client, eventos_table="eventos", counters_table="c", idempotencia_table="i")

        assert log.read(STORE, Canal.TIENDA, 7) is None
        assert client.requests == [
            {"TableName": "eventos", "Key": key_of("T001", "tienda#000000000007"), "ConsistentRead": True}
        ]


class TestDelivering:
    def test_the_index_holds_what_is_pending_only(self, log: Log) -> None:
        """The sweep reads nothing else."""
        rows = [log.append(dedupe_id=str(number)) for number in range(20)]
        for row in rows[:18]:
            log.log.mark_delivered(row)

        assert log.pending() == ["tienda#000000000019", "tienda#000000000020"]

    def test_marking_changes_the_mark_and_the_time_only(self, log: Log) -> None:
        """The frame stays byte for byte."""
        row = log.append(dedupe_id="1")
        (before,) = log.rows()
        log.time.elapsed = 5

        log.log.mark_delivered(row)

        (after,) = log.rows()
        assert after.pop("data") == {**before.pop("data"), "updated_at": "2025-12-31T15:30:05-05:00"}
        assert before.pop("pendiente") == 1
        assert after == before

    def test_marking_twice_does_no_harm(self, log: Log) -> None:
        """Delivery is at least once."""
        row = log.append(dedupe_id="1")
        log.log.mark_delivered(row)
        log.log.mark_delivered(row)

        assert log.pending() == []
        assert log.log.read(STORE, Canal.TIENDA, 1) == msgspec.structs.replace(row, pending=False)

    def test_a_row_that_expired_meanwhile_is_not_made_again(self, log: Log) -> None:
        """Half a row, without its frame, would break whoever reads the log."""
        row = log.append(dedupe_id="1")
        log.dynamodb.delete_item(TableName="eventos", Key=key_of(STORE, row.entity_id))

        log.log.mark_delivered(row)

        assert log.rows() == []

    def test_any_other_error_is_raised(self, log: Log) -> None:
        """The row stays pending and will be tried again."""
        row = log.append(dedupe_id="1")
        denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "UpdateItem")
        client: Any = ScriptedClient([denied])

        with pytest.raises(ClientError, match="AccessDenied"):
            replace(log.log, client=client).mark_delivered(row)


class TestTogether:
    """Threads that have all read before any of them writes."""

    THREADS = 6

    def appended(self, log: Log, dedupe_ids: list[str]) -> list[LoggedEvent]:
        everyone_has_read = Barrier(len(dedupe_ids))

        def clock() -> "datetime":
            # The log looks at the clock between reading and writing.
            with suppress(BrokenBarrierError):
                everyone_has_read.wait(timeout=0.5)
            return NEW_YEARS_EVE + timedelta(seconds=1)

        client: Any = OneCallAtATime(log.dynamodb)
        shared = replace(log.log, client=client, clock=clock, backoff=Backoff(base=0.001, ceiling=0.01, total=60.0))

        def append(dedupe_id: str) -> LoggedEvent:
            row = shared.append(
                event_of(SALE), tenant_id=STORE, origen="EmitirEventosWs", dedupe_id=dedupe_id, event_id=None
            )
            return cast("LoggedEvent", row)

        with ThreadPoolExecutor(len(dedupe_ids)) as pool:
            return list(pool.map(append, dedupe_ids))

    def test_events_at_once_leave_no_gap_and_no_double(self, log: Log) -> None:
        """Each gets a place of its own, and the counter stands at the last."""
        rows = self.appended(log, [str(number) for number in range(self.THREADS)])

        assert sorted(row.seq for row in rows) == list(range(1, self.THREADS + 1))
        assert [row["data"]["seq"] for row in log.rows()] == list(range(1, self.THREADS + 1))
        assert [row["data"]["value"] for row in log.rows("counters")] == [self.THREADS]

    def test_the_same_event_at_once_is_logged_once(self, log: Log) -> None:
        """Two retries may run at the same time."""
        rows = self.appended(log, ["mine"] * self.THREADS)

        assert Tally(row.seq for row in rows) == {1: self.THREADS}
        assert len(log.rows()) == len(log.rows("idempotencia")) == 1
