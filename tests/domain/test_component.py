"""Classes of what does something: frozen, by name, and equal to themselves only."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

import pytest
from saai_domain.component import component, replace

T = TypeVar("T")


def hello(name: str) -> str:
    return f"Hola, {name}"


@component
class Greeter:
    """Greets."""

    language: ClassVar[str] = "es"
    region: "ClassVar[str]" = "PE"
    name: str
    times: int = 1
    say: Callable[[str], str] = hello

    def greet(self) -> str:
        return self.say(self.name)


def test_its_fields_are_given_by_name() -> None:
    """As those of values are."""
    assert Greeter(name="Ana", times=2).times == 2
    with pytest.raises(TypeError):
        Greeter("Ana")  # type: ignore[bad-argument-count, missing-argument]


def test_a_field_that_is_not_given_is_the_classs_default() -> None:
    """A function too: it stays one, and becomes no method."""
    assert Greeter(name="Ana").times == 1
    assert Greeter(name="Ana").greet() == "Hola, Ana"


def test_fields_without_a_default_must_be_given() -> None:
    """All that are missing are named."""
    with pytest.raises(TypeError, match=r"^Greeter\(\) needs name$"):
        Greeter()  # type: ignore[missing-argument]


@pytest.mark.parametrize("name", ["nombre", "language", "region", "greet"])
def test_what_is_no_field_is_refused(name: str) -> None:
    """Neither another name nor what belongs to the class."""
    with pytest.raises(TypeError, match=rf"^Greeter\(\) has no {name}$"):
        Greeter(name="Ana", **{name: "Luz"})  # type: ignore[unexpected-keyword]


def test_it_is_frozen() -> None:
    """What it is made of stays."""
    greeter = Greeter(name="Ana")
    with pytest.raises(AttributeError, match="Greeter is frozen: times stays what it is"):
        greeter.times = 2  # type: ignore[read-only]
    with pytest.raises(AttributeError, match="frozen"):
        del greeter.times  # type: ignore[read-only]
    assert greeter.times == 1


def test_another_one_may_differ_in_some_fields() -> None:
    """The first stays as it is."""
    greeter = Greeter(name="Ana")
    twice = replace(greeter, times=2)
    assert (twice.name, twice.times, greeter.times) == ("Ana", 2, 1)
    with pytest.raises(TypeError, match=r"has no nombre$"):
        replace(greeter, nombre="Luz")


def test_it_is_equal_to_itself_only() -> None:
    """Two that were built alike are two."""
    assert len({Greeter(name="Ana"), Greeter(name="Ana")}) == 2


@component
class Wave:
    """Another thing that a greeting is made of."""

    hand: str = "left"


@component
class Waving(Greeter, Wave):
    """Has the fields of both, and defaults of its own for two of them."""

    times: int = 3
    hand = "right"
    times_each: int


def test_it_has_the_fields_of_all_its_bases() -> None:
    """A default of its own counts more, whether the field is declared again or not."""
    waving = Waving(name="Ana", times_each=1)
    assert (waving.name, waving.times, waving.hand, waving.times_each) == ("Ana", 3, "right", 1)
    assert (Greeter(name="Ana").times, Wave().hand) == (1, "left")


class Answering(ABC, Generic[T]):
    """What an answer must have."""

    @property
    def answer(self) -> T | None:
        return None

    @abstractmethod
    def respond(self) -> T | None: ...


@component
class Echo(Answering[str]):
    """Has a field where its base has a property."""

    answer: str

    def respond(self) -> str:
        return self.answer


@component
class Silence(Answering[str]):
    """Has no field at all."""

    def respond(self) -> str | None:
        return self.answer


def test_a_field_stands_before_a_property_of_a_base() -> None:
    """Where a class has none, its base's property stays."""
    assert Echo(answer="Ana").respond() == "Ana"
    assert Silence().respond() is None
    with pytest.raises(TypeError, match="needs answer"):
        Echo()  # type: ignore[missing-argument]


def test_it_may_be_made_of_a_generic_class_by_its_type() -> None:
    """As ``StoreEntities[Product](…)``."""

    @component
    class Box(Generic[T]):
        content: T

    assert Box[int](content=1).content == 1
