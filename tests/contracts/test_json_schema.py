"""The schemas say what the code does: what it takes, and what it refuses."""

import json
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from saai_contracts.json_schema import AMOUNT_OF_ANYBODY, UnsupportedType, closed, standalone
from saai_domain.errors import InvalidEvent
from saai_domain.events import CONTRACTS, decode_event

VALIDATORS: Final = {
    name: Draft202012Validator(standalone(contract, amount=AMOUNT_OF_ANYBODY)) for name, contract in CONTRACTS.items()
}
GOOD: Final[dict[str, dict[str, Any]]] = {
    "venta_registrada": {
        "codigo_venta": "T001V015",
        "items_count": 1,
        "total": 7.5,
        "metodo_pago": "YAPE",
        "trabajador": "T001U001",
        "fecha": "2025-12-31",
        "productos_vendidos": [{"codigo": "T001P001", "nombre": "Pan", "cantidad": 2, "subtotal": "7.50", "stock": -1}],
    },
    "analitica_actualizada": {
        "mensaje": "Lista",
        "periodos": [{"tipo": "dia", "fecha_inicio": "2025-12-31", "fecha_fin": "2025-12-31"}],
        "resumen": {"ventas_hoy": 1, "ingresos_hoy": 7.5, "alertas": 0},
    },
    "prediccion_generada": {"codigo_producto": "T001P001", "demanda_manana": 3, "alerta": False},
}
ODD: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -1,
        10**9,
        10**9 + 1,
        -(10**9),
        0.5,
        1e300,
        "",
        "1",
        "1.50",
        "NaN",
        "x",
        list[Any](),
        dict[str, Any](),
        [None],
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a payload, the payload itself included."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inside for place in places(each, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    """The payload with another value at a place."""
    if not path:
        return other
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], other)
    return copy


@st.composite
def payloads(draw: st.DrawFn) -> tuple[str, Any]:
    """A good payload with up to three places changed, and keys dropped."""
    name = draw(st.sampled_from(sorted(GOOD)))
    payload: Any = GOOD[name]
    for _ in range(draw(st.integers(0, 3))):
        payload = replaced(payload, draw(st.sampled_from(places(payload))), draw(ODD))
    if isinstance(payload, dict):
        dropped = draw(st.sets(st.sampled_from(sorted(payload)), max_size=2)) if payload else set()
        payload = {key: value for key, value in payload.items() if key not in dropped}
    return name, payload


@given(payloads())
def test_a_payload_is_taken_exactly_when_its_schema_allows_it(drawn: tuple[str, Any]) -> None:
    """The code decodes with the numbers that a Lambda event holds; the schema reads the same JSON."""
    name, payload = drawn
    try:
        decode_event(name, payload)
        taken = True
    except InvalidEvent:
        taken = False
    assert VALIDATORS[name].is_valid(payload) == taken


@given(st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from(["{}", "{:f}", "{:e}"]))
def test_every_amount_as_text_is_allowed(amount: Decimal, form: str) -> None:
    """However Python writes it."""
    text = form.format(amount)
    assert Draft202012Validator(AMOUNT_OF_ANYBODY).is_valid(text)
    assert (
        decode_event(
            "analitica_actualizada", {"mensaje": "", "resumen": {"ventas_hoy": 0, "ingresos_hoy": text, "alertas": 0}}
        ).data
        is not None
    )


def test_a_forecast_of_nothing_is_refused_by_both() -> None:
    """Msgspec's own schema lets it pass."""
    assert not VALIDATORS["prediccion_generada"].is_valid({})
    with pytest.raises(InvalidEvent):
        decode_event("prediccion_generada", {})


def test_fields_stand_in_the_contracts_own_order() -> None:
    """A reader finds them as the documents tell them."""
    schema = standalone(CONTRACTS["venta_registrada"])
    order = [attribute.name for attribute in CONTRACTS["venta_registrada"].__attrs_attrs__]
    assert list(schema["$defs"]["VentaRegistrada"]["properties"]) == order


def test_a_closed_schema_refuses_a_key_that_nobody_names() -> None:
    """At any depth; an open one lets it pass."""
    payload = json.loads(json.dumps(GOOD["venta_registrada"]))
    payload["productos_vendidos"][0]["lote"] = "A1"
    schema = standalone(CONTRACTS["venta_registrada"], amount=AMOUNT_OF_ANYBODY)
    assert Draft202012Validator(schema).is_valid(payload)
    (error,) = Draft202012Validator(closed(schema)).iter_errors(payload)
    assert error.json_path == "$.productos_vendidos[0]"


def test_a_type_that_nobody_thought_of_is_an_error() -> None:
    """It can't slip through as anything."""

    @attrs.frozen
    class Odd:
        value: bytes

    with pytest.raises(UnsupportedType, match=r"add it to saai_contracts\.json_schema"):
        standalone(Odd)


def test_a_contracts_limits_are_in_its_schema() -> None:
    """Lengths, bounds and forms that the code checks."""
    schema = standalone(CONTRACTS["venta_registrada"])["$defs"]["ProductoVendido"]["properties"]
    assert schema["cantidad"] == {"type": "integer", "minimum": 1, "maximum": 10**9}
