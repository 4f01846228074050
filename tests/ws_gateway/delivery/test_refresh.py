"""After a sale: one refresh for a burst, none that sticks, none that comes too early to see the sale."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from saai_domain.aws.dynamodb import deserialize, key_of, serialize
from saai_domain.codes import TenantId
from saai_domain.event_log import LoggedEvent
from saai_domain.events import ProductoVendido, VentaRegistrada
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.services import Message
from saai_support.functions import QUEUES
from ws_gateway.delivery.refresh import CLOCKS_DIFFER_SECONDS, DELAY_SECONDS, AnalyticsRefresh

from tests.ws_gateway.connected import NOON, NOW, logged

SALE = logged(
    VentaRegistrada(
        codigo_venta="T001V001",
        items_count=1,
        metodo_pago="YAPE",
        trabajador="T001U001",
        fecha="2025-12-31",
        productos_vendidos=(ProductoVendido(codigo="T001P001", nombre="Arroz", cantidad=1, subtotal=Decimal(1)),),
    )
)
URL = QUEUES["analitica"]
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "later"}}, "AnyOperation")


@attrs.define
class Store:
    """A store's refreshes, at moments in seconds after noon."""

    aws: InMemoryAws
    seconds: float = 0.0

    def _clock(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def after(self, at: float, *, row: LoggedEvent = SALE, waited: float = 0.0) -> str | None:
        self.seconds = at
        clients = self.aws.clients
        refresh = AnalyticsRefresh(
            dynamodb=clients.dynamodb, sqs=clients.sqs, analitica_table="analitica", queue_url=URL, clock=self._clock
        )
        return refresh.after(row, waited=waited)

    @property
    def sent(self) -> Sequence[Message]:
        return self.aws.sqs.queues.get(URL, [])

    def until(self) -> int | None:
        """Until when a refresh is on its way, in seconds after noon."""
        item = self.aws.dynamodb.get_item(TableName="analitica", Key=key_of("T001", "refresco")).get("Item")
        return int(deserialize(item)["data"]["refresco_hasta"]) - NOW if item else None


@pytest.fixture
def store(aws: InMemoryAws) -> Store:
    return Store(aws)


def test_a_sale_sends_its_stores_message_delayed(store: Store) -> None:
    """The worker's message, visible when the time that was set has passed."""
    assert store.after(0) is None
    (message,) = store.sent
    assert (json.loads(message.body), message.delay) == ({"tenant_id": "T001"}, 5)
    assert store.until() == 5


def _sale(number: int) -> LoggedEvent:
    return attrs.evolve(SALE, event_id=f"sale-{number}")


def test_a_burst_causes_one_refresh(store: Store) -> None:
    """Sales that find one on its way send nothing."""
    for number, moment in enumerate((0, 0.1, 1, 2.5, 3.9)):
        store.after(moment, row=_sale(number))
    assert len(store.sent) == 1


def test_a_refresh_that_is_about_to_read_sees_no_sale_any_more(store: Store) -> None:
    """It is due in a second, by a clock that may be a little behind its worker's: another one follows."""
    store.after(0, row=_sale(1))
    store.after(4, row=_sale(2))
    assert (len(store.sent), store.until()) == (2, 9)


def test_an_event_that_comes_again_sends_its_message_again(store: Store) -> None:
    """Its invocation may have died between the row and the message; others needn't send another."""
    store.after(0, row=_sale(1))
    store.after(1, row=_sale(2))
    store.after(2, row=_sale(1))
    assert (len(store.sent), store.until()) == (2, 7)


def test_sales_that_go_on_are_refreshed_again_and_again(store: Store) -> None:
    """A sale a second for a minute: a refresh every few seconds."""
    for moment in range(60):
        store.after(moment, row=_sale(moment))
    assert len(store.sent) == 60 / (DELAY_SECONDS - CLOCKS_DIFFER_SECONDS)


def test_stores_are_independent(store: Store) -> None:
    """One store's burst holds no other's refresh back."""
    store.after(0)
    store.after(1, row=attrs.evolve(SALE, tenant_id=TenantId("T002")))
    assert len(store.sent) == 2


def test_other_events_ask_for_nothing(store: Store) -> None:
    """The refresh's own event least of all."""
    assert store.after(0, row=logged()) is None
    assert (store.sent, store.until()) == ([], None)


@pytest.mark.parametrize(("waited", "delay"), [(0.9, 5), (1.0, 4), (3.7, 2), (6.0, 1), (36.0, 1)])
def test_what_the_delivery_took_is_taken_off_the_delay(store: Store, waited: float, delay: int) -> None:
    """A screen that hangs for 6 seconds keeps the dashboard waiting no longer."""
    store.after(0, waited=waited)
    assert (store.sent[0].delay, store.until()) == (delay, delay)


def test_a_message_that_is_not_sent_takes_the_time_back(store: Store) -> None:
    """The failure is told, and the next sale of the burst brings the refresh."""
    with store.aws.failing("sqs", THROTTLED):
        assert "later" in (store.after(0) or "")
    assert store.after(0.5, row=_sale(2)) is None
    assert len(store.sent) == 1


def test_a_time_that_is_not_taken_back_passes_by_itself(store: Store, dynamodb: Any) -> None:
    """An invocation died between the row and the message; sales a few seconds later are refreshed."""
    row = {"tenant_id": "T001", "entity_id": "refresco", "data": {"refresco_hasta": NOW + 5}}
    dynamodb.put_item(TableName="analitica", Item=serialize(row))
    store.after(1)
    assert store.sent == []
    store.after(5)
    assert len(store.sent) == 1


def test_a_clock_that_was_wrong_holds_nothing_up(store: Store, dynamodb: Any) -> None:
    """A time an hour ahead is no refresh's."""
    row = {"tenant_id": "T001", "entity_id": "refresco", "data": {"refresco_hasta": NOW + 3_600}}
    dynamodb.put_item(TableName="analitica", Item=serialize(row))
    store.after(0)
    assert (len(store.sent), store.until()) == (1, 5)


def test_a_table_that_fails_raises_nothing(store: Store) -> None:
    """The screens have the event; an invocation that fails would bring it again."""
    with store.aws.failing("dynamodb", THROTTLED):
        assert "later" in (store.after(0) or "")
    assert store.sent == []


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 40), st.floats(-0.5, 0.5)), min_size=1, max_size=20))
def test_every_sale_is_seen_by_a_refresh_within_its_time(sales: list[tuple[float, float]]) -> None:
    """Whatever the sales' moments, and though each function's clock is wrong by up to half a second.

    A refresh begins when its message becomes visible, and sees what was sold before that.
    """
    store = Store(InMemoryAws())
    refreshes: list[float] = []
    for number, (moment, wrong_by) in enumerate(sorted(sales)):
        store.after(moment + wrong_by, row=_sale(number))
        if len(store.sent) > len(refreshes):
            refreshes.append(moment + store.sent[-1].delay)
    for moment, _ in sales:
        assert any(moment <= refresh <= moment + DELAY_SECONDS + 1 for refresh in refreshes)
