"""The gate: which changes of a contract break the other side."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

import pytest
from saai_contracts.compatibility import Direction, UnknownKeyword, breaks

SEND, RECEIVE, BOTH = Direction.SEND, Direction.RECEIVE, Direction.BOTH

LINE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "codigo": {"type": "string"},
        "cantidad": {"type": "integer", "minimum": 1, "maximum": 1000},
        "subtotal": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[0-9]+$"}]},
        "stock": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    },
    "required": ["codigo", "cantidad"],
}
SALE: Final[dict[str, Any]] = {
    "$ref": "#/$defs/Sale",
    "$defs": {
        "Line": LINE,
        "Sale": {
            "type": "object",
            "description": "A sale.",
            "properties": {
                "estado": {"enum": ["COMPLETADA", "ANULADA"]},
                "nombre": {"type": "string", "minLength": 1, "maxLength": 40},
                "total": {"type": "number"},
                "nota": {},
                "productos": {"type": "array", "items": {"$ref": "#/$defs/Line"}, "minItems": 1},
                "extra": {"type": "object", "additionalProperties": {"type": "integer"}},
            },
            "required": ["estado", "productos"],
        },
    },
}
ONE_OF: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {name: {"type": "integer"} for name in "abcd"},
    "required": [],
    "anyOf": [{"required": ["a", "b"]}, {"required": ["c"]}],
}


def sale(schema: dict[str, Any]) -> dict[str, Any]:
    return schema["$defs"]["Sale"]


def line(schema: dict[str, Any]) -> dict[str, Any]:
    return schema["$defs"]["Line"]


def put(
    part: Callable[[dict[str, Any]], dict[str, Any]], name: str, **keywords: Any
) -> Callable[[dict[str, Any]], None]:
    def change(schema: dict[str, Any]) -> None:
        part(schema)["properties"][name] = keywords

    return change


def edit(
    part: Callable[[dict[str, Any]], dict[str, Any]], name: str, **keywords: Any
) -> Callable[[dict[str, Any]], None]:
    def change(schema: dict[str, Any]) -> None:
        field = part(schema)["properties"][name]
        field.update(keywords)
        for keyword in [keyword for keyword, value in keywords.items() if value is None]:
            del field[keyword]

    return change


def require(part: Callable[[dict[str, Any]], dict[str, Any]], name: str) -> Callable[[dict[str, Any]], None]:
    return lambda schema: part(schema)["required"].append(name)


def release(part: Callable[[dict[str, Any]], dict[str, Any]], name: str) -> Callable[[dict[str, Any]], None]:
    return lambda schema: part(schema)["required"].remove(name)


def drop(part: Callable[[dict[str, Any]], dict[str, Any]], name: str) -> Callable[[dict[str, Any]], None]:
    def change(schema: dict[str, Any]) -> None:
        del part(schema)["properties"][name]
        if name in part(schema)["required"]:
            part(schema)["required"].remove(name)

    return change


def rename(schema: dict[str, Any]) -> None:
    line(schema)["properties"]["codigo_producto"] = line(schema)["properties"].pop("codigo")
    line(schema)["required"][0] = "codigo_producto"


NOTHING = Direction(0)
CHANGES: Final[dict[str, tuple[Callable[[dict[str, Any]], None], Direction]]] = {
    "a description is reworded": (lambda schema: sale(schema).update(description="Another."), NOTHING),
    "an optional key is added": (put(sale, "propina", type="number"), NOTHING),
    "an optional key is added deep inside": (put(line, "lote", type="string"), NOTHING),
    "a required key is added": (
        lambda schema: (put(sale, "caja", type="string")(schema), require(sale, "caja")(schema))[0],
        RECEIVE,
    ),
    "an optional key becomes required": (require(sale, "total"), RECEIVE),
    "a required key becomes optional": (release(sale, "estado"), SEND),
    "a required key becomes optional deep inside": (release(line, "cantidad"), SEND),
    "a required key is removed": (drop(sale, "estado"), BOTH),
    "an optional key is removed": (drop(sale, "total"), BOTH),
    "a key is renamed deep inside": (rename, BOTH),
    "a type changes": (put(sale, "total", type="string"), BOTH),
    "a type changes deep inside": (put(line, "codigo", type="integer"), BOTH),
    "a whole number becomes any number": (put(line, "cantidad", type="number", minimum=1, maximum=1000), SEND),
    "a number becomes a whole one": (put(sale, "total", type="integer"), RECEIVE),
    "a union gains a type": (
        put(line, "stock", anyOf=[{"type": "integer"}, {"type": "null"}, {"type": "string"}]),
        SEND,
    ),
    "a union loses a type": (put(line, "stock", type="integer"), RECEIVE),
    "a value may now be null": (put(sale, "total", anyOf=[{"type": "number"}, {"type": "null"}]), SEND),
    "text is no longer taken for an amount": (put(line, "subtotal", type="number"), RECEIVE),
    "an enum gains a member": (put(sale, "estado", enum=["COMPLETADA", "ANULADA", "PAGADA"]), SEND),
    "an enum loses a member": (put(sale, "estado", enum=["COMPLETADA"]), RECEIVE),
    "an enum becomes any text": (put(sale, "estado", type="string"), SEND),
    "a text becomes an enum": (put(sale, "nombre", enum=["a", "b"]), RECEIVE),
    "an upper bound rises": (edit(line, "cantidad", maximum=5000), SEND),
    "an upper bound falls": (edit(line, "cantidad", maximum=10), RECEIVE),
    "an upper bound goes": (edit(line, "cantidad", maximum=None), SEND),
    "a lower bound falls": (edit(line, "cantidad", minimum=0), SEND),
    "a length is limited more": (edit(sale, "nombre", maxLength=10), RECEIVE),
    "a length is limited less": (edit(sale, "nombre", maxLength=80), SEND),
    "a list may be empty": (edit(sale, "productos", minItems=None), SEND),
    "a text gains a form": (edit(sale, "nombre", pattern="^[a-z]+$"), RECEIVE),
    "a text's form changes": (
        put(line, "subtotal", anyOf=[{"type": "number"}, {"type": "string", "pattern": "^[a-z]$"}]),
        BOTH,
    ),
    "a text loses its form": (put(line, "subtotal", anyOf=[{"type": "number"}, {"type": "string"}]), SEND),
    "anything becomes a text": (put(sale, "nota", type="string"), RECEIVE),
    "a text becomes anything": (put(sale, "nombre"), SEND),
    "a mapping's values change": (put(sale, "extra", type="object", additionalProperties={"type": "string"}), BOTH),
    "a list's items are written out instead of referred to": (
        lambda schema: sale(schema)["properties"]["productos"].update(items=deepcopy(LINE)),
        NOTHING,
    ),
}


@pytest.mark.parametrize("name", list(CHANGES))
def test_a_change_is_judged_by_its_direction(name: str) -> None:
    """Every seeded change breaks exactly the directions that it should."""
    change, expected = CHANGES[name]
    after = deepcopy(SALE)
    change(after)
    judged = {direction: bool(breaks(SALE, after, direction)) for direction in (SEND, RECEIVE, BOTH)}
    assert judged == {
        SEND: SEND in expected,
        RECEIVE: RECEIVE in expected,
        BOTH: bool(expected),
    }


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([["a", "b"], ["c"]], NOTHING),
        ([["a", "b"], ["c"], ["d"]], SEND),
        ([["a", "b"]], RECEIVE),
        ([["a", "b"], ["d"]], BOTH),
    ],
)
def test_fields_that_go_together_are_judged_too(groups: list[list[str]], expected: Direction) -> None:
    """A forecast is of one product or of a batch: each kind is promised or taken."""
    after = {**ONE_OF, "anyOf": [{"required": group} for group in groups]}
    for direction in (SEND, RECEIVE):
        assert bool(breaks(ONE_OF, after, direction)) == (direction in expected)


def test_a_break_says_where_and_what() -> None:
    """So that whoever made it finds it."""
    after = deepcopy(SALE)
    drop(line, "codigo")(after)
    assert [str(each) for each in breaks(SALE, after, SEND)] == ["$.productos[].codigo: is gone"]


@pytest.mark.parametrize("direction", [SEND, RECEIVE, BOTH])
def test_nothing_changed_breaks_nothing(direction: Direction) -> None:
    """The gate passes what stands."""
    assert breaks(SALE, deepcopy(SALE), direction) == []


def test_a_keyword_that_the_gate_does_not_know_is_refused() -> None:
    """It would pass a change that it can't judge."""
    after = deepcopy(SALE)
    sale(after)["properties"]["total"]["multipleOf"] = 2
    with pytest.raises(UnknownKeyword, match="multipleOf"):
        breaks(SALE, after, SEND)
