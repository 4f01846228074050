"""A message of the topic: what is kept of it, and what makes it no notification."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from saai_domain import event_log
from saai_domain.events import Notice, PrediccionGenerada, Severidad, event_of
from saai_domain.time import LIMA
from saai_events.notifications.message import InvalidNotification, read_notification

from tests.saai_events.notifications.messages import ATTRIBUTES, ID, MESSAGE, record, without
from tests.saai_events.selling_store import NOON, TENANT

NOW = datetime(2026, 1, 1, 9, 0, tzinfo=LIMA)


def test_its_row_holds_what_was_published() -> None:
    """Under the message's id, with the attributes that a reader may want."""
    assert read_notification(record()["Sns"]).row(NOW) == {
        "tenant_id": "T001",
        "entity_id": ID,
        "data": {
            "tipo": "ventaRegistrada",
            "severidad": "INFO",
            "titulo": "Venta registrada",
            "mensaje": "Venta T001V007 por S/ 12.50 (YAPE).",
            "detalle": {"codigo_venta": "T001V007"},
            "origen": "RegistrarVenta",
            "ts": "2025-12-31T15:30:00-05:00",
            "estado": "ACTIVO",
            "created_at": "2026-01-01T09:00:00-05:00",
            "updated_at": "2026-01-01T09:00:00-05:00",
        },
    }


def test_what_our_publishers_publish_is_a_notification() -> None:
    """The event row's own message and attributes; amounts stay Decimal."""
    notice = Notice(
        tipo="stockBajoManana",
        severidad=Severidad.CRITICAL,
        titulo="Falta",
        mensaje="Quedan 2.",
        detalle={"precio": Decimal("3.50")},
    )
    event = event_of(PrediccionGenerada(productos=1, alertas=1))
    logged = event_log.log_event(event, tenant_id=TENANT, seq=3, moment=NOON, origen="Prueba", notices=(notice,))
    (published,) = logged.notices
    notification = read_notification(record(published.message, dict(published.attributes))["Sns"])
    assert (notification.id, notification.tenant_id, notification.severidad) == (
        "2025-12-31T12:00:00-05:00#administracion#000000000003#0",
        TENANT,
        Severidad.CRITICAL,
    )
    assert str(notification.detalle["precio"]) == "3.50"


@pytest.mark.parametrize("detalle", [{}, [], None, "texto", 7])
def test_the_detail_may_be_anything(detalle: object) -> None:
    """Other services have details of their own."""
    assert read_notification(record({**MESSAGE, "detalle": detalle})["Sns"]).detalle == detalle


@pytest.mark.parametrize("name", ["id", "tipo", "titulo", "mensaje", "detalle"])
def test_a_message_without_a_key_is_none(name: str) -> None:
    """The error names the key."""
    with pytest.raises(InvalidNotification, match=name):
        read_notification(record(without(MESSAGE, name))["Sns"])


@pytest.mark.parametrize("name", ["tenant_id", "tipo", "severidad", "origen", "ts"])
def test_a_message_without_an_attribute_is_none(name: str) -> None:
    """The error names the attribute."""
    with pytest.raises(InvalidNotification, match=name):
        read_notification(record(attributes=without(ATTRIBUTES, name))["Sns"])


@pytest.mark.parametrize(
    ("message", "attributes"),
    [
        ({**MESSAGE, "titulo": ""}, ATTRIBUTES),
        ({**MESSAGE, "mensaje": 7}, ATTRIBUTES),
        ({**MESSAGE, "id": "x" * 1_025}, ATTRIBUTES),
        (MESSAGE, {**ATTRIBUTES, "tenant_id": "bodega"}),
        (MESSAGE, {**ATTRIBUTES, "tenant_id": "SAAI"}),
        (MESSAGE, {**ATTRIBUTES, "severidad": "info"}),
        (MESSAGE, {**ATTRIBUTES, "tipo": "stockBajoManana"}),
        ("", ATTRIBUTES),
        ("hola", ATTRIBUTES),
        ("[]", ATTRIBUTES),
        ('{"id": "\\ud800"}', ATTRIBUTES),
    ],
)
def test_what_breaks_the_contract_is_refused(message: object, attributes: dict[str, Any]) -> None:
    """A wrong value, or two that contradict each other."""
    with pytest.raises(InvalidNotification):
        read_notification(record(message, attributes)["Sns"])


def test_the_error_tells_everything_that_is_wrong_and_no_more_than_fits_a_line() -> None:
    """With SNS's own id of the message, to find it by."""
    broken = {**MESSAGE, "titulo": ["x" * 100_000], "mensaje": None}
    with pytest.raises(InvalidNotification) as caught:
        read_notification(record(broken, {})["Sns"])
    text = str(caught.value)
    assert text.startswith("SNS message 95df01b4-ee98-5cb9-9903-4c221d41eb5e: ")
    assert all(word in text for word in ("titulo", "mensaje is None", "tenant_id", "severidad", "origen", "ts"))
    assert len(text) < 1_000
