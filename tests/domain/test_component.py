"""Classes of what does something: frozen, by name, and equal to themselves only."""

import attrs
import pytest
from saai_domain.component import component


@component
class Greeter:
    """Greets."""

    name: str
    times: int = 1


def test_its_fields_are_given_by_name() -> None:
    """As those of values are."""
    assert Greeter(name="Ana").times == 1
    with pytest.raises(TypeError):
        Greeter("Ana")  # type: ignore[bad-argument-count, missing-argument]


def test_it_is_frozen_and_can_be_evolved() -> None:
    """A changed one is another one."""
    greeter = Greeter(name="Ana")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        greeter.times = 2  # type: ignore[read-only]
    assert attrs.evolve(greeter, times=2).times == 2


def test_it_is_equal_to_itself_only() -> None:
    """Two that were built alike are two."""
    assert len({Greeter(name="Ana"), Greeter(name="Ana")}) == 2
