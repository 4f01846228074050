"""Classes of values: attrs' frozen ones, equal where their fields are.

attrs writes and compiles how a class is compared and printed while its module is imported, which is more than half of
what a class costs there, and most processes compare and print few of their values. Here all classes share what reads
their fields instead. It takes some times as long a call: what is looked up by is better a msgspec Struct, as
``saai_domain.aws.dynamodb.Key``.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar, dataclass_transform, overload

import attrs

__all__: list[str] = []

T = TypeVar("T")


@overload
def value_object(cls: type[T]) -> type[T]: ...
@overload
def value_object(*, kw_only: bool) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field,))
def value_object(cls: type[T] | None = None, *, kw_only: bool = True) -> Any:
    """Make a frozen class whose instances are equal where their fields are; these are given by name."""

    def make(cls: type[T]) -> type[T]:
        for name, method in (("__eq__", _equal), ("__hash__", _hash), ("__repr__", _repr)):
            setattr(cls, name, method)
        return attrs.frozen(cls, kw_only=kw_only, eq=False, repr=False)

    return make if cls is None else make(cls)


def _equal(self: Any, other: object) -> bool:  # noqa: ANN401 - an instance of any such class
    if other.__class__ is not self.__class__:
        return NotImplemented
    return all(getattr(self, name) == getattr(other, name) for name in _compared(self))


def _hash(self: Any) -> int:  # noqa: ANN401
    return hash((type(self), *(getattr(self, name) for name in _compared(self))))


def _repr(self: Any) -> str:  # noqa: ANN401
    fields = (f"{field.name}={getattr(self, field.name)!r}" for field in attrs.fields(type(self)) if field.repr)
    return f"{type(self).__qualname__}({', '.join(fields)})"


def _compared(self: Any) -> Iterator[str]:  # noqa: ANN401
    return (field.name for field in attrs.fields(type(self)) if field.eq)
