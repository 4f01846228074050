"""Classes of values with attrs: contracts, and what services decide on.

attrs writes and compiles how a class is compared and printed while its module is imported, which is more than half of
what a class costs there, and most processes compare and print few of their values. Here all classes share what reads
their fields instead. It takes some times as long a call: what is looked up by is better a msgspec Struct, as
``saai_domain.aws.dynamodb.Key``.
"""

from collections.abc import Iterator
from typing import Any, TypeVar, dataclass_transform

import attrs

__all__: list[str] = []

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field,))
def value_object(cls: type[T]) -> type[T]:
    """Make a frozen class whose fields are given by name, and whose instances are equal where their fields are."""
    for name, method in (("__eq__", _equal), ("__hash__", _hash), ("__repr__", _repr)):
        setattr(cls, name, method)
    return attrs.frozen(cls, kw_only=True, eq=False, repr=False)


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
