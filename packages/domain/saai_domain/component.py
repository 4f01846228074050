"""Classes of what does something, beside attrs' own for values.

attrs writes and compiles every method of a class while its module is imported: 0.5 ms a class, of which comparing and
printing are half. What a handler is built of, its settings too, is made once and neither compared nor printed.
"""

from typing import TypeVar, dataclass_transform

import attrs

__all__ = ["component"]

T = TypeVar("T")


@dataclass_transform(eq_default=False, kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field,))
def component(cls: type[T]) -> type[T]:
    """Make a frozen class whose fields are given by name, and whose instances are equal to themselves only."""
    return attrs.frozen(cls, kw_only=True, eq=False, repr=False)
