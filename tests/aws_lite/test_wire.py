"""JSON over the wire: UTF-8, compact, money with all its digits."""

import json
from decimal import Decimal
from enum import StrEnum

import attrs
import msgspec
import pytest
from aws_lite.wire import decode_json_with_decimals, encode_json
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=10,
)


def test_money_keeps_its_decimals_as_a_number() -> None:
    """Neither a text, as JSON libraries like to make of a Decimal, nor a float."""
    assert encode_json({"total": Decimal("12.50"), "igv": Decimal("0.00")}) == '{"total":12.50,"igv":0.00}'


def test_text_is_written_as_it_is() -> None:
    """UTF-8 without escapes: Spanish stays readable and short."""
    assert encode_json("Año: 1 piña 🍍") == '"Año: 1 piña 🍍"'


class Colour(StrEnum):
    RED = "red"


@attrs.frozen
class AttrsPeriod:
    since: str


class StructPeriod(msgspec.Struct):
    since: str


def test_values_of_our_own_types_are_written_as_json_has_them() -> None:
    """Enumerations as their text, tuples as lists, attrs' and msgspec's classes as objects."""
    values = (Colour.RED, AttrsPeriod("2025-12-31"), StructPeriod("2026-01-01"))
    assert json.loads(encode_json(values)) == ["red", {"since": "2025-12-31"}, {"since": "2026-01-01"}]


def test_numbers_with_a_fraction_are_read_as_decimal() -> None:
    """Money never passes through a float; whole numbers stay int."""
    assert decode_json_with_decimals('{"precio":0.10,"cantidad":3}') == {"precio": Decimal("0.10"), "cantidad": 3}


@given(value=JSON)
def test_what_is_written_reads_back_the_same(value: object) -> None:
    """For every JSON value without a fraction."""
    assert decode_json_with_decimals(encode_json(value)) == value


@given(amount=st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_an_amount_reads_back_with_the_same_digits(amount: Decimal) -> None:
    """Down to the trailing zero."""
    assert str(decode_json_with_decimals(encode_json(amount))) == str(amount)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"NaN",
        b"\xef\xbb\xbf{}",
        b"\xff",
        b'"\xff"',
        b'"\\ud83c"',
        "\ud83c",
        '"\ud83c"',
        b"9" * 5_000,
        b"1e99999999999999999999",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_what_is_not_json_raises_one_error_only(text: str | bytes) -> None:
    """Not UTF-8, half an emoji, nesting or numbers without end: the caller catches one name."""
    with pytest.raises(msgspec.DecodeError):
        decode_json_with_decimals(text)


def test_half_an_emoji_can_not_be_written() -> None:
    """UTF-8 has no bytes for it."""
    with pytest.raises(UnicodeEncodeError):
        encode_json("\ud83c")
