"""The client's event types are those of the Python contracts."""

import json
from pathlib import Path

import attrs
import pytest
from msgspec import inspect
from saai_contracts.routes import ROUTES
from saai_domain.codes import TenantId
from saai_domain.events import CONTRACTS, PrediccionGenerada, encode_frame, event_of

from packages.ws_client.generate_types import TARGETS, UnsupportedType, events, routes, typescript


@pytest.mark.parametrize("target", TARGETS, ids=lambda path: path.name)
def test_the_committed_files_are_what_the_contracts_give(target: Path) -> None:
    """A changed contract fails here until generate_types.py has been run."""
    assert target.read_text(encoding="utf-8") == TARGETS[target](), "run `make contracts`"


@pytest.mark.parametrize("event_type", CONTRACTS)
def test_every_event_and_every_field_of_it_has_a_type(event_type: str) -> None:
    """No event type and no field is left out."""
    contract = CONTRACTS[event_type]
    text = events()
    body = text.split(f"export interface {contract.__name__} {{")[1].split("}")[0]
    assert f'{event_type}: {{ canal: "{contract.canal}"; data: {contract.__name__} }}' in text
    assert [line.split(":")[0].strip(" ?") for line in body.strip().splitlines()] == [
        attribute.name for attribute in contract.__attrs_attrs__
    ]


def test_the_frame_has_the_keys_that_are_sent() -> None:
    """The frame's interface names exactly what encode_frame writes."""
    frame = encode_frame(
        event_of(PrediccionGenerada(productos=1, alertas=0)),
        tenant_id=TenantId("T001"),
        timestamp="2026-01-05T08:00:00-05:00",
        event_id="1",
        seq=1,
    )
    body = events().split("export interface Frame<Type extends EventType> {")[1].split("}")[0]
    assert [line.split(":")[0].strip(" ?") for line in body.strip().splitlines()] == list(json.loads(frame))


def test_every_route_has_its_types() -> None:
    """The body and the answer of each, by name, and every field of them."""
    body = routes().split("export interface Routes {")[1]
    for key, route in ROUTES.items():
        assert f'"{key}": {{ body: {route.body.__name__ if route.body else "undefined"}; answer: ' in body
        # What a command answers is declared where its event is.
        interface = (routes() + events()).split(f"export interface {route.answer.__name__} {{")[1].split("}")[0]
        assert [name for name in attrs.fields_dict(route.answer) if f"  {name}" not in interface] == []


def test_a_type_that_nobody_thought_of_is_an_error() -> None:
    """A contract with an unknown kind of field can't slip through as anything."""
    with pytest.raises(UnsupportedType, match="no TypeScript for"):
        typescript(inspect.type_info(bytes))
