"""Money: Decimal soles with exactly 2 decimals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.errors import InvalidMoney
from saai_domain.money import CENTIMO, ZERO, soles

AMOUNTS = st.decimals(min_value=-(10**20), max_value=10**20, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12.5", "12.50"),
        (3, "3.00"),
        (Decimal("7.4"), "7.40"),
        ("0.005", "0.01"),
        ("0.004999", "0.00"),
        ("2.675", "2.68"),
        ("-0.005", "-0.01"),
        ("1e2", "100.00"),
        ("9" * 26, "9" * 26 + ".00"),
    ],
)
def test_an_amount_has_two_decimals(value: Decimal | int | str, text: str) -> None:
    """Half a céntimo is rounded away from zero, as a till does."""
    assert str(soles(value)) == text


@pytest.mark.parametrize(
    "value",
    [
        12.5,
        True,
        None,
        [],
        "",
        "doce",
        "12,50",
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        Decimal("NaN"),
        Decimal("Infinity"),
        "9" * 27,
        10**40,
    ],
)
def test_what_is_not_an_amount_is_refused(value: object) -> None:
    """A float above all: 0.1 + 0.2 is not 0.30."""
    with pytest.raises(InvalidMoney) as refusal:
        soles(value)  # type: ignore[arg-type] - that is the point

    assert refusal.value.value is value


@given(amount=AMOUNTS)
def test_rounding_moves_an_amount_by_half_a_centimo_at_most(amount: Decimal) -> None:
    """And always leaves exactly two decimals."""
    rounded = soles(amount)

    assert rounded.as_tuple().exponent == -2
    assert abs(rounded - amount) <= CENTIMO / 2


@given(amount=AMOUNTS)
def test_rounding_twice_changes_nothing(amount: Decimal) -> None:
    """An amount of soles stays what it is, down to its digits."""
    assert str(soles(soles(amount))) == str(soles(amount))


@given(centimos=st.lists(st.integers(min_value=0, max_value=10**9)))
def test_sums_of_amounts_need_no_rounding(centimos: list[int]) -> None:
    """The total of a sale is the sum of its lines, to the céntimo."""
    total = sum((soles(Decimal(each) / 100) for each in centimos), ZERO)

    assert str(total) == str(soles(Decimal(sum(centimos)) / 100))
