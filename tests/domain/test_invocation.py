"""What EmitirEventosWs may be invoked with."""

from typing import Any

import pytest
from saai_domain.errors import InvalidInput
from saai_domain.events import Canal
from saai_domain.invocation import LoggedEventRef, NewEvent, read_invocation

NEW: dict[str, Any] = {
    "tenant_id": "T001",
    "event_type": "analitica_actualizada",
    "payload": {"mensaje": "Lista", "otra": 1},
}


def test_a_new_event_keeps_unknown_keys_and_is_recognised_by_the_request() -> None:
    """Lambda's retries carry the same request id."""
    invocation = read_invocation(NEW, request_id="r-1")
    assert isinstance(invocation, NewEvent)
    assert invocation.event.payload == NEW["payload"]
    assert (invocation.event_id, invocation.dedupe_id) == (None, "lambda#r-1")


def test_a_senders_own_id_recognises_its_retries() -> None:
    """Also those of another invocation."""
    invocation = read_invocation({**NEW, "event_id": "e-1", "exclude_connection_id": "c"}, request_id="r-1")
    assert isinstance(invocation, NewEvent)
    assert (invocation.event_id, invocation.dedupe_id, invocation.exclude_connection_id) == ("e-1", "e-1", "c")


def test_a_logged_event_is_named_by_its_place() -> None:
    """Channel and sequence."""
    invocation = read_invocation({"tenant_id": "T001", "canal": "tienda", "seq": 3}, request_id="r")
    assert invocation == LoggedEventRef(tenant_id="T001", canal=Canal.TIENDA, seq=3)  # type: ignore[arg-type]


def test_keys_of_the_other_form_are_no_reason_to_refuse_a_new_event() -> None:
    """A sender may know more of its event than the contract asks."""
    invocation = read_invocation({**NEW, "canal": "tienda", "seq": 3}, request_id="r")
    assert isinstance(invocation, NewEvent)


@pytest.mark.parametrize("event", [None, [], "T001", 7])
def test_what_is_no_object_is_refused(event: object) -> None:
    """Lambda takes any JSON."""
    with pytest.raises(InvalidInput, match="event"):
        read_invocation(event, request_id="r")


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ({}, ["tenant_id", "event_type", "payload"]),
        ({"tenant_id": "T001", "seq": 1}, ["canal"]),
        ({**NEW, "tenant_id": "tienda"}, ["tenant_id"]),
        ({**NEW, "event_type": "otra"}, ["event_type"]),
        ({**NEW, "payload": {}}, ["payload"]),
        ({**NEW, "event_id": ""}, ["event_id"]),
        ({**NEW, "event_id": "x" * 101}, ["event_id"]),
        ({**NEW, "event_id": "x\ud800"}, ["event_id"]),
        ({**NEW, "event_id": 7}, ["event_id"]),
        ({**NEW, "tenant_id": "SAAI"}, ["tenant_id"]),
        ({**NEW, "exclude_connection_id": 7}, ["exclude_connection_id"]),
        ({"tenant_id": "T001", "canal": "otro", "seq": 1}, ["canal"]),
        ({"tenant_id": "T001", "canal": "tienda", "seq": True}, ["seq"]),
        ({"tenant_id": "T001", "canal": "tienda", "seq": 0}, ["seq"]),
    ],
)
def test_what_is_missing_or_wrong_is_named(event: dict[str, Any], fields: list[str]) -> None:
    """The caller reads it in the answer's body."""
    with pytest.raises(InvalidInput) as refused:
        read_invocation(event, request_id="r")
    assert [field.campo for field in refused.value.fields] == fields
