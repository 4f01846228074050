"""DynamoDB's typed values, and how it keeps them (Amazon DynamoDB Developer Guide, "Data types")."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import attrs

__all__: list[str] = []

Typed = Mapping[str, Any]
Item = dict[str, Any]

MAX_DIGITS: Final = 38
_INTEGER: Final = re.compile(r"0|-?[1-9]\d{0,37}")
"""Numbers that DynamoDB keeps as they are."""
_LARGEST: Final = 125
_SMALLEST: Final = -130


@attrs.frozen
class Invalid(Exception):
    """What DynamoDB answers with a ValidationException, or inside a transaction with the reason ValidationError."""

    reason: str


def kept(value: Typed) -> Typed:
    """Return a value as DynamoDB gives it back: numbers lose what doesn't count.

    Raises:
        Invalid: It is a number that DynamoDB doesn't take.
    """
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return {"N": number(content)}
        case "M":
            return {"M": kept_item(content)}
        case "L":
            return {"L": [kept(each) for each in content]}
        case _:
            return value


def kept_item(item: Mapping[str, Typed]) -> Item:
    """Return a whole item, or a map, as DynamoDB gives it back."""
    return {name: kept(value) for name, value in item.items()}


def number(text: str) -> str:
    """Write a number as DynamoDB does: ``3.50`` is ``3.5``, ``1E2`` is ``100``.

    Raises:
        Invalid: It has more than 38 digits, or a magnitude that DynamoDB doesn't keep.
    """
    if _INTEGER.fullmatch(text):
        return text
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Invalid(f"not a number: {text!r}") from None
    if not value.is_finite():
        raise Invalid(f"not a number: {text!r}")
    if not value:
        return "0"
    value = Decimal((value.as_tuple().sign, *_without_zeros(value)))
    if len(value.as_tuple().digits) > MAX_DIGITS or not _SMALLEST <= value.adjusted() <= _LARGEST:
        raise Invalid(f"out of range: {text}")
    return f"{value:f}"


def plain(value: Typed) -> Any:
    """Return a value for comparisons: those of the same type compare as DynamoDB compares them."""
    ((kind, content),) = value.items()
    return Decimal(content) if kind == "N" else content


def _without_zeros(value: Decimal) -> tuple[tuple[int, ...], int]:
    """Digits and exponent without the zeros at the end; ``Decimal.normalize`` would round to the context."""
    digits = value.as_tuple().digits
    significant = "".join(map(str, digits)).rstrip("0")
    return digits[: len(significant)], value.adjusted() - len(significant) + 1
