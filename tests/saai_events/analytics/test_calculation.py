"""A refresh: what it writes, in one transaction, and what it makes of being repeated, overtaken or cut short."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from math import ceil, floor
from typing import Any

import attrs
import pytest
from aws_lite.wire import decode_json_with_decimals
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.errors import Contention
from saai_domain.testing.aws import Call
from saai_domain.time import epoch_seconds
from saai_events.analytics.calculation import NotRefreshed, Refreshed, is_shown

from tests.saai_events.analytics.analysed_store import AnalysedStore
from tests.saai_events.summaries.sales_history import TENANT, day

DELAY = 5
"""Seconds from a sale to its message (docs/analytics.md, "After a sale")."""


def _told(store: AnalysedStore) -> list[str]:
    """The kinds of all notices that events carry."""
    return [notice["attributes"]["tipo"] for event in store.events() for notice in event["notices"]]


def test_a_store_is_calculated_and_its_owner_told(store: AnalysedStore) -> None:
    """Three rows, and one event on the owner's channel with the dashboard's head."""
    store.has("P001", stock=3)
    store.employs("U001", "Luz", "worker")
    store.employs("U002", "Rosa", "ADMIN")
    store.spends("G001", Decimal("4.50"), day(0))
    store.sells(day(0), units={"P001": 2})
    store.sells(day(3), units={"P001": 1})
    refreshed = store.analyst().refresh(TENANT)
    assert isinstance(refreshed, Refreshed)
    semana = store.analytics("semana")
    assert semana["ventas"] == {"total_ventas": 2, "total_ingresos": Decimal("7.50")}
    assert semana["gastos"]["balance"] == Decimal(3)
    assert semana["usuarios"] == {"administradores": 1, "trabajadores": 1}
    assert semana["ventas_por_trabajador"][0]["nombre"] == "Luz"
    assert [alert["tipo"] for alert in semana["alertas_detectadas"]] == ["gananciaDiaBaja", "productoTopStockBajo"]
    assert (semana["updated_at"], semana["estado"]) == ("2025-12-31T12:00:00-05:00", "ACTIVO")
    assert (store.analytics("dia")["ventas"]["total_ventas"], len(store.analytics("mes")["ventas_diarias"])) == (
        1,
        30,
    )
    (event,) = store.events()
    frame: Any = decode_json_with_decimals(event["frame"])
    assert (frame["event_type"], frame["canal"], frame["seq"]) == ("analitica_actualizada", "administracion", 1)
    assert frame["data"] == {
        "mensaje": "Analítica actualizada.",
        "timestamp": "2025-12-31T12:00:00-05:00",
        "periodos": [
            {"tipo": "dia", "fecha_inicio": "2025-12-31", "fecha_fin": "2025-12-31"},
            {"tipo": "semana", "fecha_inicio": "2025-12-25", "fecha_fin": "2025-12-31"},
            {"tipo": "mes", "fecha_inicio": "2025-12-02", "fecha_fin": "2025-12-31"},
        ],
        "resumen": {"ventas_hoy": 1, "ingresos_hoy": Decimal("5.00"), "alertas": 2},
    }
    assert refreshed.event.event_id == semana["event_id"]


def test_everything_is_written_in_one_transaction(store: AnalysedStore) -> None:
    """Counter, event and the three rows; so alerts are never lost, and never told twice."""
    calls = store.client.aws.record()
    store.analyst().refresh(TENANT)
    (transaction,) = [call.params for call in calls if call.operation == "transact_write_items"]
    tables = [next(iter(action.values()))["TableName"] for action in transaction["TransactItems"]]
    assert tables == ["counters", "eventos", "analitica", "analitica", "analitica"]


def test_an_alert_is_told_once(store: AnalysedStore) -> None:
    """Until it was gone for a calculation."""
    store.has("P001", stock=3)
    store.sells(day(0), units={"P001": 40})
    assert _refresh_and_tell(store) == ["productoTopStockBajo"]
    assert _refresh_and_tell(store) == []
    store.has("P001", stock=30)
    assert _refresh_and_tell(store) == []
    store.has("P001", stock=0)
    assert _refresh_and_tell(store) == ["productoTopSinStock"]


def _refresh_and_tell(store: AnalysedStore) -> list[str]:
    before = len(_told(store))
    store.analyst().refresh(TENANT)
    return _told(store)[before:]


def test_a_row_keeps_when_it_was_created(store: AnalysedStore) -> None:
    """And says when it was calculated last."""
    store.analyst().refresh(TENANT)
    store.moment += timedelta(hours=4)
    store.analyst().refresh(TENANT)
    row = store.analytics("mes")
    assert (row["created_at"], row["updated_at"]) == ("2025-12-31T12:00:00-05:00", "2025-12-31T16:00:00-05:00")


@attrs.define
class Interrupted:
    """A client in which something happens before, or instead of, each transaction."""

    client: Any
    happening: Callable[[int], None]
    transactions: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def transact_write_items(self, **params: Any) -> Any:
        self.transactions += 1
        self.happening(self.transactions)
        return self.client.transact_write_items(**params)


def test_of_two_workers_at_once_the_second_decides_again(store: AnalysedStore) -> None:
    """The alerts are told by one of them, and the figures are those of the later reading."""
    store.sells(day(0), units={"P001": 1})

    def other_worker(transaction: int) -> None:
        if transaction == 1:
            store.sells(day(0), units={"P001": 1})
            store.analyst().refresh(TENANT)

    store.analyst(Interrupted(store.client, other_worker)).refresh(TENANT)
    assert _told(store) == ["gananciaDiaBaja"]
    assert store.analytics("dia")["ventas"]["total_ventas"] == 2
    assert [event["seq"] for event in store.events()] == [1, 2]


def test_figures_are_not_followed_by_older_ones(store: AnalysedStore) -> None:
    """A worker that has read the sales is overtaken by one that reads more: its own figures are old by then."""
    store.sells(day(0), units={"P001": 1})
    store.analyst().refresh(TENANT)
    overtaken = False

    def overtake(call: Call, make: Callable[[], Any]) -> Any:
        nonlocal overtaken
        keys = str(call.params)
        if not overtaken and call.operation == "batch_get_item" and "eventos#administracion" in keys:
            overtaken = True
            store.sells(day(0), units={"P001": 1})
            store.analyst().refresh(TENANT)
        return make()

    with store.client.aws.meanwhile(overtake):
        store.analyst().refresh(TENANT)
    assert overtaken
    assert store.analytics("dia")["ventas"]["total_ventas"] == 2


def test_a_worker_that_dies_before_the_transaction_leaves_the_alerts_to_the_next(store: AnalysedStore) -> None:
    """Nothing says that they were told."""

    def dies(_transaction: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.analyst(Interrupted(store.client, dies)).refresh(TENANT)
    assert _told(store) == []
    store.analyst().refresh(TENANT)
    assert _told(store) == ["totalventas_0", "gananciaDiaBaja"]


def test_a_message_that_is_delivered_twice_tells_no_alert_twice(store: AnalysedStore) -> None:
    """The second calculation finds the alerts in the first."""
    for _ in range(2):
        store.analyst().refresh(TENANT)
    assert _told(store) == ["totalventas_0", "gananciaDiaBaja"]


def test_a_store_that_is_always_overtaken_gives_up(store: AnalysedStore) -> None:
    """Its message comes again."""

    def cancelled(_transaction: int) -> None:
        reasons = [{"Code": "ConditionalCheckFailed"}, *[{"Code": "None"}] * 4]
        error: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
        raise ClientError(error, "transact_write_items")

    with pytest.raises(Contention):
        store.analyst(Interrupted(store.client, cancelled)).refresh(TENANT)


@pytest.mark.parametrize("estado", ["SUSPENDIDA", "ELIMINADA"])
def test_a_store_that_is_not_active_is_left_alone(store: AnalysedStore, estado: str) -> None:
    """It may have been active when the message was sent."""
    store.is_a_store(estado)
    assert store.analyst().refresh(TENANT) is NotRefreshed.INACTIVE
    assert store.events() == []


def test_an_active_store_is_calculated(store: AnalysedStore) -> None:
    """Its row says so."""
    store.is_a_store("ACTIVA")
    assert isinstance(store.analyst().refresh(TENANT), Refreshed)


def test_what_other_services_wrote_badly_is_left_out_and_named(store: AnalysedStore) -> None:
    """A product without a price, an expense without a day, a user without data, a sale without a total."""
    store.has("P001")
    store.has("P002", precio=None)
    store.spends("G001", Decimal(5), day(0))
    store.spends("G002", Decimal(5), None)
    store.spends("G003", "mucho", day(0))
    store.employs("U001", "Luz", "TRABAJADOR")
    store.write({"tenant_id": TENANT, "entity_id": "T001U002"}, "usuarios")
    store.sells(day(0))
    store.write({"tenant_id": TENANT, "entity_id": "T001V001", "data": {"estado": "COMPLETADA"}})
    refreshed = store.analyst().refresh(TENANT)
    assert isinstance(refreshed, Refreshed)
    assert sorted(str(row).split(":")[0] for row in refreshed.unreadable) == [
        "expense T001G002",
        "expense T001G003",
        "product T001P002",
        "sale T001V001",
        "user T001U002",
    ]
    row = store.analytics("dia")
    assert (row["inventario"]["total_productos"], row["gastos"]["total_gastos"]) == (1, 1)
    assert (row["usuarios"]["trabajadores"], row["ventas"]["total_ventas"]) == (1, 0)


def test_what_is_not_active_does_not_count(store: AnalysedStore) -> None:
    """A product no longer sold, an expense taken back, a cashier who left, who keeps the name in what was sold."""
    store.has("P001")
    store.has("P002", estado="INACTIVO")
    store.spends("G001", Decimal(5), day(0), estado="INACTIVO")
    store.employs("U001", "Luz", "TRABAJADOR", estado="INACTIVO")
    store.sells(day(0), usuario="U001")
    store.analyst().refresh(TENANT)
    row = store.analytics("dia")
    assert (row["inventario"]["total_productos"], row["gastos"]["total_gastos"]) == (1, 0)
    assert row["usuarios"] == {"administradores": 0, "trabajadores": 0}
    assert row["ventas_por_trabajador"][0]["nombre"] == "Luz"


def test_all_pages_are_read(store: AnalysedStore) -> None:
    """A page of DynamoDB holds 1 MB."""
    for number in range(1, 8):
        store.has(f"P{number:03d}")
    store.client.aws.dynamodb.page_size = 2
    store.analyst().refresh(TENANT)
    assert store.analytics("dia")["inventario"]["total_productos"] == 7


def test_products_without_stock_are_flagged_for_the_day(store: AnalysedStore) -> None:
    """The forecast leaves such days out."""
    store.has("P001", stock=0)
    store.has("P002", stock=1)
    store.sells(day(0), units={"P002": 1})
    store.analyst().refresh(TENANT)
    assert store.rows()[day(0).isoformat()]["sin_stock"] == ["T001P001"]


def test_what_an_earlier_calculation_shows_already_is_passed_over(store: AnalysedStore) -> None:
    """A message of a sale that was made before the one that is stored began to read; it costs one batch read."""
    noon = epoch_seconds(store.moment)
    store.analyst().refresh(TENANT)
    with store.client.aws.recording() as calls:
        assert store.analyst().refresh(TENANT, asked=noon - 1) is NotRefreshed.SHOWN
    assert [call.operation for call in calls] == ["batch_get_item"]
    # Clocks differ by a second: the sale may have been made while that one was reading.
    assert isinstance(store.analyst().refresh(TENANT, asked=noon), Refreshed)


def test_a_clock_that_was_wrong_holds_nothing_up(store: AnalysedStore) -> None:
    """A calculation that began an hour from now shows nothing for certain."""
    noon = epoch_seconds(store.moment)
    store.moment += timedelta(hours=1)
    store.analyst().refresh(TENANT)
    store.moment -= timedelta(hours=1)
    assert isinstance(store.analyst().refresh(TENANT, asked=noon - 5), Refreshed)


def test_rows_of_an_earlier_version_show_nothing_for_certain() -> None:
    """They don't say when they were read."""
    assert not is_shown({"data": {}}, asked=0, now=10)
    assert not is_shown(None, asked=0, now=10)


@given(st.lists(st.tuples(st.floats(0, 40), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)), min_size=1, max_size=20))
def test_every_sale_is_seen_by_a_refresh_within_its_time(sales: list[tuple[float, float, float]]) -> None:
    """Whatever the sales' moments, and though SQS's and each worker's clock is wrong by up to half a second.

    A sale's message becomes visible DELAY seconds after it; a refresh sees what was sold before it began to read.
    """
    shown: dict[str, Any] | None = None
    refreshes: list[float] = []
    for sold, sqs_off, worker_off in sorted(sales):
        begins = sold + DELAY
        now = floor(begins + worker_off)
        if not is_shown(shown, asked=ceil(sold + sqs_off), now=now):
            shown = {"leido_epoch": now}
            refreshes.append(begins)
    for sold, _, _ in sales:
        assert any(sold <= begins <= sold + DELAY for begins in refreshes)


def test_a_sale_a_second_makes_a_refresh_every_few_seconds() -> None:
    """A minute of them, each with a message of its own."""
    shown: dict[str, Any] | None = None
    refreshes = 0
    for sold in range(60):
        if not is_shown(shown, asked=sold, now=sold + DELAY):
            shown = {"leido_epoch": sold + DELAY}
            refreshes += 1
    assert refreshes == 60 / DELAY
