"""After a sale: the store's analytics are asked for, soon enough for a live dashboard."""

import json
from collections.abc import Sequence
from decimal import Decimal

import msgspec
import pytest
from botocore.exceptions import ClientError
from saai_domain.codes import TenantId
from saai_domain.event_log import LoggedEvent
from saai_domain.events import ProductoVendido, VentaRegistrada
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.services import Message
from saai_support.functions import QUEUES
from ws_gateway.delivery.refresh import AnalyticsRefresh

from tests.ws_gateway.connected import logged

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


def _after(aws: InMemoryAws, row: LoggedEvent = SALE, *, waited: float = 0.0) -> str | None:
    return AnalyticsRefresh(sqs=aws.clients.sqs, queue_url=URL).after(row, waited=waited)


def _sent(aws: InMemoryAws) -> Sequence[Message]:
    return aws.sqs.queues.get(URL, [])


def test_a_sale_sends_its_stores_message_delayed(aws: InMemoryAws) -> None:
    """So that a burst is calculated once."""
    assert _after(aws, msgspec.structs.replace(SALE, tenant_id=TenantId("T002"))) is None
    (message,) = _sent(aws)
    assert (json.loads(message.body), message.delay) == ({"tenant_id": "T002"}, 5)


def test_other_events_ask_for_nothing(aws: InMemoryAws) -> None:
    """The refresh's own event least of all."""
    assert _after(aws, logged()) is None
    assert _sent(aws) == []


@pytest.mark.parametrize(("waited", "delay"), [(0.9, 5), (1.0, 4), (3.7, 2), (6.0, 1), (36.0, 1)])
def test_what_the_delivery_took_is_taken_off_the_delay(aws: InMemoryAws, waited: float, delay: int) -> None:
    """A screen that hangs for 6 seconds keeps the dashboard waiting no longer."""
    _after(aws, waited=waited)
    assert [message.delay for message in _sent(aws)] == [delay]


def test_a_queue_that_fails_raises_nothing(aws: InMemoryAws) -> None:
    """The screens have the event; an invocation that fails would bring it again."""
    with aws.failing("sqs", THROTTLED):
        assert "later" in (_after(aws) or "")
    assert _sent(aws) == []
