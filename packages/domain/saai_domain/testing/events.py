"""Events of every contract, made of its declaration: as examples, and as a Hypothesis strategy.

Hypothesis is the extra ``testing`` of the package: nothing else here needs it.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs
from hypothesis import strategies as st
from msgspec import inspect

from saai_domain.events import CONTRACTS, EventData, StoreEvent, decode_event

__all__ = ["UnsupportedType", "events", "examples", "strategy_of"]

_CHARACTERS: Final = st.characters(exclude_categories=["Cs"])
"""What JSON can carry: half a surrogate pair it can't."""
_SOLES: Final = st.decimals(min_value=Decimal(-(10**6)), max_value=Decimal(10**6), places=2)


@attrs.frozen(kw_only=True)
class UnsupportedType(TypeError):
    """A contract uses a type of which no values are made here."""

    type: object

    def __str__(self) -> str:
        return f"no strategy for {self.type!r}: add it to saai_domain.testing.events"


def examples() -> Iterator[StoreEvent]:
    """Yield the declared examples of every event type, decoded."""
    for event_type, contract in CONTRACTS.items():
        for payload in contract.examples:
            yield decode_event(event_type, payload)


def events(*contracts: type[EventData]) -> st.SearchStrategy[EventData]:
    """Return a strategy of events of these contracts, of every contract by default, with and without what is optional.

    Raises:
        UnsupportedType: A field has a type that nobody thought of.
    """
    return st.one_of(*map(_events_of, contracts or CONTRACTS.values()))


def _events_of(contract: type[EventData]) -> st.SearchStrategy[EventData]:
    fields = _fields(inspect.type_info(contract))
    groups: tuple[tuple[str, ...], ...] = getattr(contract, "requires_one_of", ((),))
    return st.one_of(
        *(st.builds(contract, **{**fields, **{name: _present(fields[name]) for name in group}}) for group in groups)
    )


def _fields(node: inspect.Type) -> dict[str, st.SearchStrategy[Any]]:
    if not isinstance(node, inspect.DataclassType):
        raise UnsupportedType(type=node)
    return {field.name: strategy_of(field.type) for field in node.fields}


def _present(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return strategy.filter(lambda value: value is not None)


def strategy_of(node: inspect.Type) -> st.SearchStrategy[Any]:
    """Return the values of a field's type.

    Raises:
        UnsupportedType: Nobody thought of it.
    """
    for kind, make in _BY_TYPE.items():
        if isinstance(node, kind):
            return make(node)
    raise UnsupportedType(type=node)


def _text(node: Any) -> st.SearchStrategy[str]:
    if node.pattern is not None:
        return st.from_regex(node.pattern, fullmatch=True)
    return st.text(_CHARACTERS, min_size=node.min_length or 0, max_size=node.max_length)


_BY_TYPE: Final[Mapping[type, Callable[[Any], st.SearchStrategy[Any]]]] = {
    inspect.StrType: _text,
    inspect.IntType: lambda node: st.integers(node.ge, node.le),
    inspect.DecimalType: lambda _node: _SOLES,
    inspect.BoolType: lambda _node: st.booleans(),
    inspect.NoneType: lambda _node: st.none(),
    inspect.LiteralType: lambda node: st.sampled_from(node.values),
    inspect.UnionType: lambda node: st.one_of(*map(strategy_of, node.types)),
    inspect.VarTupleType: lambda node: st.lists(strategy_of(node.item_type), max_size=3).map(tuple),
    inspect.DataclassType: lambda node: st.builds(node.cls, **_fields(node)),
}
