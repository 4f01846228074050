"""The event log's rows: what is kept, what is sent, in which order."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.aws.dynamodb import deserialize, serialize
from saai_domain.errors import EventTooLarge, UnknownEventType
from saai_domain.event_log import LoggedEvent, counter_name, entity_id_of, from_item, log_event, to_item
from saai_domain.events import AnaliticaActualizada, Canal, EventData, Notice, Severidad, event_of
from saai_domain.testing.events import events

from tests.domain.examples import ANALYTICS, SALE, STORE
from tests.domain.fakes import NEW_YEARS_EVE

NOTICE = Notice(
    tipo="ventaRegistrada",
    severidad=Severidad.INFO,
    titulo="Venta registrada",
    mensaje="T001V015: S/ 7.50",
    detalle={"codigo_venta": "T001V015", "total": Decimal("7.50")},
)
SEQUENCES = st.integers(1, 10**12 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NOTICES = st.builds(
    Notice,
    tipo=TEXTS,
    severidad=st.sampled_from(Severidad),
    titulo=TEXTS,
    mensaje=TEXTS,
    detalle=st.dictionaries(TEXTS, TEXTS | st.integers(0, 10**9), max_size=2),
)


def logged(
    data: EventData = SALE, *, seq: int = 7, notices: Sequence[Notice] = (), event_id: str | None = None
) -> LoggedEvent:
    return log_event(
        event_of(data),
        tenant_id=STORE,
        seq=seq,
        moment=NEW_YEARS_EVE,
        origen="RegistrarVenta",
        notices=notices,
        event_id=event_id,
    )


class TestPlaces:
    def test_a_channel_has_a_counter_and_its_rows_a_place(self) -> None:
        """docs/domain.md's names: twelve digits."""
        assert counter_name(Canal.TIENDA) == "eventos#tienda"
        assert entity_id_of(Canal.ADMINISTRACION, 42) == "administracion#000000000042"
        assert logged().entity_id == "tienda#000000000007"

    @given(first=SEQUENCES, second=SEQUENCES)
    def test_rows_sort_by_their_sequence(self, first: int, second: int) -> None:
        """DynamoDB sorts texts; a query from a cursor relies on it."""
        earlier, later = sorted((first, second))

        assert (entity_id_of(Canal.TIENDA, earlier) < entity_id_of(Canal.TIENDA, later)) == (earlier < later)


class TestLogging:
    def test_an_event_gets_its_place_time_and_frame(self) -> None:
        """The frame tells what the row tells."""
        row = logged()
        frame = json.loads(row.frame)

        assert (row.tenant_id, row.canal, row.seq) == ("T001", Canal.TIENDA, 7)
        assert (row.timestamp, row.created_epoch) == ("2025-12-31T15:30:00-05:00", 1_767_213_000)
        assert row.pending
        assert {key: frame[key] for key in ("event_type", "tenant_id", "timestamp", "event_id", "canal", "seq")} == {
            "event_type": "venta_registrada",
            "tenant_id": "T001",
            "timestamp": row.timestamp,
            "event_id": row.event_id,
            "canal": "tienda",
            "seq": 7,
        }

    def test_an_event_without_an_id_is_named_by_its_place(self) -> None:
        """Unique over stores, channels and time."""
        assert logged().event_id == "T001-tienda-000000000007"
        assert logged(ANALYTICS).event_id == "T001-administracion-000000000007"

    def test_a_senders_own_id_stands(self) -> None:
        """So that it recognises its event on the screen."""
        row = logged(event_id="mine")

        assert row.event_id == json.loads(row.frame)["event_id"] == "mine"

    def test_the_time_is_limas_whatever_the_clocks_zone(self) -> None:
        """Row and frame agree."""
        row = log_event(
            event_of(SALE), tenant_id=STORE, seq=1, moment=datetime(2026, 1, 1, 1, tzinfo=UTC), origen="RegistrarVenta"
        )

        assert row.timestamp == "2025-12-31T20:00:00-05:00"

    def test_an_event_that_no_screen_could_receive_is_refused(self) -> None:
        """When it is appended, not when it is delivered."""
        with pytest.raises(EventTooLarge):
            logged(AnaliticaActualizada(mensaje="x" * 131_072))

    @pytest.mark.parametrize("event_type", ["stock_repuesto", "venta_registrada"])
    def test_an_event_of_no_contract_is_refused(self, event_type: str) -> None:
        """Also one under a contract's name whose class is another: what it says was never agreed."""
        name = event_type

        @attrs.frozen(kw_only=True)
        class StockRepuesto(EventData):
            event_type: ClassVar[str] = name
            canal: ClassVar[Canal] = Canal.TIENDA
            codigo_producto: str = "T001P005"

        with pytest.raises(UnknownEventType, match=f"no contract for event type '{event_type}' in this version"):
            logged(StockRepuesto())


class TestNotices:
    def test_a_notice_becomes_the_message_of_the_contract(self) -> None:
        """docs/domain.md, "SNS message": JSON with an id that is stable over repeats, and attributes that are texts."""
        (notice,) = logged(notices=[NOTICE]).notices

        assert notice.message == (
            '{"id":"2025-12-31T15:30:00-05:00#tienda#000000000007#0","tipo":"ventaRegistrada",'
            '"titulo":"Venta registrada","mensaje":"T001V015: S/ 7.50",'
            '"detalle":{"codigo_venta":"T001V015","total":7.50}}'
        )
        assert notice.attributes == {
            "tenant_id": "T001",
            "tipo": "ventaRegistrada",
            "severidad": "INFO",
            "origen": "RegistrarVenta",
            "ts": "2025-12-31T15:30:00-05:00",
        }
        assert all(isinstance(value, str) for value in notice.attributes.values())

    def test_the_notices_of_one_event_have_ids_of_their_own(self) -> None:
        """In their order."""
        ids = [json.loads(notice.message)["id"] for notice in logged(notices=[NOTICE, NOTICE]).notices]

        assert ids == [
            "2025-12-31T15:30:00-05:00#tienda#000000000007#0",
            "2025-12-31T15:30:00-05:00#tienda#000000000007#1",
        ]


class TestRows:
    def test_a_row_is_kept_like_this(self) -> None:
        """What DynamoDB itself must see stands at the top: keys, TTL, index; the rest in `data`."""
        row = logged(notices=[NOTICE], seq=23)

        assert to_item(row) == {
            "tenant_id": "T001",
            "entity_id": "tienda#000000000023",
            "ttl": 1_767_213_000 + 7 * 86_400,
            "pendiente": 7,
            "created_epoch": 1_767_213_000,
            "data": {
                "event_id": "T001-tienda-000000000023",
                "event_type": "venta_registrada",
                "canal": "tienda",
                "seq": 23,
                "timestamp": "2025-12-31T15:30:00-05:00",
                "frame": row.frame,
                "notices": [{"message": row.notices[0].message, "attributes": dict(row.notices[0].attributes)}],
                "estado": "ACTIVO",
                "created_at": "2025-12-31T15:30:00-05:00",
                "updated_at": "2025-12-31T15:30:00-05:00",
            },
        }

    def test_a_delivered_row_is_in_no_index(self) -> None:
        """The attribute is absent, not empty: the index is sparse."""
        assert "pendiente" not in to_item(msgspec.structs.replace(logged(), pending=False))

    @given(seq=SEQUENCES)
    def test_pending_rows_are_spread_over_sixteen_shards(self, seq: int) -> None:
        """One index partition takes 1,000 writes a second."""
        assert to_item(logged(seq=seq))["pendiente"] in range(16)

    @given(
        data=events(),
        seq=SEQUENCES,
        notices=st.lists(NOTICES, max_size=2),
        event_id=st.none() | TEXTS.filter(bool),
        pending=st.booleans(),
    )
    def test_a_row_reads_back_as_it_was_written(
        self, data: EventData, seq: int, notices: list[Notice], event_id: str | None, *, pending: bool
    ) -> None:
        """Through DynamoDB's types, down to the frame's bytes."""
        row = msgspec.structs.replace(logged(data, seq=seq, notices=notices, event_id=event_id), pending=pending)

        assert from_item(deserialize(serialize(to_item(row)))) == row
