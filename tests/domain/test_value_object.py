"""Classes of values: frozen, by name, and equal where their fields are."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.value_object import value_object


@value_object
class Price:
    """What something costs."""

    soles: int
    of: str = "unit"
    read_at: int = attrs.field(default=0, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Written:
    """The same, as attrs writes it."""

    soles: int
    of: str = "unit"
    read_at: int = attrs.field(default=0, eq=False, repr=False)


FIELDS = st.fixed_dictionaries({"soles": st.integers(0, 2), "of": st.sampled_from("ab"), "read_at": st.integers(0, 2)})


@given(FIELDS, FIELDS)
def test_they_are_compared_and_hashed_as_attrs_does_it(one: dict[str, object], other: dict[str, object]) -> None:
    """By every field that isn't left out."""
    same = Written(**one) == Written(**other)  # type: ignore[bad-argument-type]
    assert (Price(**one) == Price(**other)) is same  # type: ignore[bad-argument-type]
    assert (len({Price(**one), Price(**other)}) == 1) is same  # type: ignore[bad-argument-type]


def test_they_are_printed_as_attrs_does_it() -> None:
    """A failing test shows what a value holds."""
    assert repr(Price(soles=3)) == repr(Written(soles=3)).replace("Written", "Price") == "Price(soles=3, of='unit')"


def test_values_of_two_classes_are_not_equal() -> None:
    """Whatever they hold, and neither is equal to what is no value."""
    assert Price(soles=3) != Written(soles=3)
    assert Price(soles=3) != 3


def test_fields_are_given_by_name() -> None:
    """A call tells what each is."""
    with pytest.raises(TypeError):
        Price(3)  # type: ignore[bad-argument-count, missing-argument]


def test_they_are_frozen_and_can_be_evolved() -> None:
    """A changed one is another one."""
    price = Price(soles=3)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        price.soles = 4  # type: ignore[read-only]
    assert attrs.evolve(price, soles=4) == Price(soles=4)
