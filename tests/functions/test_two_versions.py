"""Layer and gateway of different versions: what the older one doesn't know is delivered, or refused and kept
(docs/decisions.md, "A new event type is a change of this repository").
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar, Final, cast

import attrs
import pytest
from operations.redrive import FailedInvokes, Refused
from saai_domain.aws.dynamodb import serialize
from saai_domain.aws.publisher import EventPublisher
from saai_domain.codes import TenantId
from saai_domain.errors import UnknownEventType
from saai_domain.event_log import LoggedEvent, log_event, to_item
from saai_domain.events import CONTRACTS, Canal, EventData, decode_event, event_of
from saai_domain.roles import Rol
from saai_domain.time import lima_now
from saai_support.functions import EMITIR_EVENTOS_WS, FAILED_EVENTS, QUEUES
from saai_support.store import Screen, Store

STORE: Final = TenantId("T001")
OWNER: Final = Screen(codigo_usuario="T001U002", rol=Rol.ADMIN)
PAYLOAD: Final[Mapping[str, Any]] = {"codigo_producto": "T001P005"}


@attrs.frozen(kw_only=True)
class StockRepuesto(EventData):
    """A type that the newer version declares and the older doesn't."""

    event_type: ClassVar[str] = "stock_repuesto"
    canal: ClassVar[Canal] = Canal.ADMINISTRACION
    refreshes_analytics: ClassVar[bool] = True

    codigo_producto: str


@contextmanager
def newer_version() -> Iterator[None]:
    """What runs inside is of the newer version."""
    contracts = cast("dict[str, type[EventData]]", CONTRACTS)
    before = dict(contracts)
    contracts[StockRepuesto.event_type] = StockRepuesto
    yield
    contracts.clear()
    contracts.update(before)


@pytest.fixture
def store() -> Store:
    store = Store.opened()
    store.connect(OWNER)
    return store


def publisher(store: Store) -> EventPublisher:
    return EventPublisher(client=store.aws.clients.lambda_, function_name=EMITIR_EVENTOS_WS)


def logged_by_a_newer_service(store: Store) -> LoggedEvent:
    """Commit an event as a service does in its own transaction, and hand it over."""
    with newer_version():
        event = event_of(StockRepuesto(**PAYLOAD))
        row = log_event(event, tenant_id=STORE, seq=1, moment=lima_now(), origen="ReponerStock")
    store.aws.dynamodb.put_item(TableName="eventos", Item=serialize(to_item(row)))
    store.put("counters", STORE, "eventos#administracion", value=1)
    publisher(store).deliver(row)
    return row


def test_a_gateway_delivers_an_event_that_its_own_version_does_not_know(store: Store) -> None:
    """The row says who hears it and what they get: live, and after an absence."""
    row = logged_by_a_newer_service(store)
    store.functions.run_queued()
    assert store.aws.connections.frames(OWNER.connection_id) == [row.frame]
    store.say(OWNER, action="resume", cursor={"administracion": 0})
    assert json.loads(store.aws.connections.frames(OWNER.connection_id)[-1])["events"] == [json.loads(row.frame)]


def test_it_asks_for_no_refresh_after_a_type_that_it_does_not_know(store: Store) -> None:
    """The one thing that an older gateway leaves to the schedule."""
    logged_by_a_newer_service(store)
    store.functions.run_queued()
    assert store.aws.sqs.bodies(QUEUES["analitica"]) == []
    with newer_version():
        logged_by_a_newer_service(store)
        store.functions.run_queued()
    assert store.aws.sqs.bodies(QUEUES["analitica"]) == ['{"tenant_id":"T001"}']


def test_an_event_sent_to_an_older_gateway_waits_for_the_newer_one(store: Store) -> None:
    """It is refused, kept whole and alarmed; once the gateway is deployed the operator's command has it delivered."""
    with newer_version():
        publisher(store).emit(STORE, StockRepuesto(**PAYLOAD), event_id="e-1")
    store.functions.run_queued()
    assert store.aws.connections.frames(OWNER.connection_id) == []
    (kept,) = map(json.loads, store.aws.sqs.bodies(FAILED_EVENTS))
    assert kept["responsePayload"]["statusCode"] == 400
    assert "no contract for event type 'stock_repuesto'" in kept["responsePayload"]["body"]

    with newer_version():
        failed = FailedInvokes(
            sqs=store.aws.client("sqs"),
            lambda_=store.aws.client("lambda"),
            queue_url=FAILED_EVENTS,
            function_name=EMITIR_EVENTOS_WS,
            clock=lambda: lima_now() + timedelta(minutes=1),
        )
        assert failed.invoke_again([].append, refused=Refused.AGAIN) == 1
        store.functions.run_queued()
    (frame,) = map(json.loads, store.aws.connections.frames(OWNER.connection_id))
    assert (frame["event_type"], frame["event_id"], frame["data"]) == ("stock_repuesto", "e-1", PAYLOAD)
    assert store.aws.sqs.bodies(FAILED_EVENTS) == []


def test_a_service_on_the_older_layer_hears_at_once_that_it_can_not_send_the_type(store: Store) -> None:
    """However it comes by it; nothing is sent."""
    with pytest.raises(UnknownEventType, match="in this version"):
        decode_event("stock_repuesto", PAYLOAD)
    with pytest.raises(UnknownEventType, match="in this version"):
        publisher(store).emit(STORE, StockRepuesto(**PAYLOAD))
    assert store.aws.lambda_.queue == []
