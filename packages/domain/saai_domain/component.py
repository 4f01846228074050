"""Classes of what does something: what a handler is built of, and its settings.

A process makes one or two of each, and neither compares nor prints them. attrs writes and compiles an ``__init__`` for
every class while its module is imported; here one serves all, and a class costs a tenth. Making an instance takes a
microsecond more, so values are no components.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, TypeVar, dataclass_transform, get_origin

__all__ = ["component", "replace"]

T = TypeVar("T")

_FIELDS: Final = "__component_fields__"


class Required:
    """Stands where a default would: the field must be given, and a subclass of this says more about it."""


_REQUIRED: Final = Required()


@dataclass_transform(eq_default=False, kw_only_default=True, frozen_default=True)
def component(cls: type[T]) -> type[T]:
    """Make a frozen class of annotated fields, which are given by name; an instance is equal to itself only.

    A field's default is the class's attribute of that name, its own or inherited; all instances share it.
    """
    own = [name for name, annotation in cls.__annotations__.items() if not _is_class_variable(annotation)]
    inherited = [name for base in reversed(cls.__mro__[1:]) for name in vars(base).get(_FIELDS, ())]
    # So that a field without a default also stands before a property that it overrides.
    without_default = {name: _REQUIRED for name in own if name not in vars(cls)}
    methods = {"__init__": _init, "__setattr__": _refuse, "__delattr__": _refuse}
    for name, value in {**without_default, **methods, _FIELDS: tuple(dict.fromkeys(inherited + own))}.items():
        setattr(cls, name, value)
    return cls


def fields_of(cls: type) -> Mapping[str, object]:
    """Return the defaults of a component's fields by name, inherited ones first; `Required` where there is none.

    Raises:
        TypeError: The class is no component.
    """
    names = getattr(cls, _FIELDS, None)
    if names is None:
        msg = f"{cls.__name__} is no component"
        raise TypeError(msg)
    return {name: getattr(cls, name) for name in names}


def replace(instance: T, **changes: object) -> T:
    """Return another component that differs in these fields.

    Raises:
        TypeError: It has no field of a name.
    """
    kept = {name: getattr(instance, name) for name in fields_of(type(instance))}
    return type(instance)(**{**kept, **changes})


def _is_class_variable(annotation: object) -> bool:
    # A string in a module that postpones its annotations (PEP 563).
    if isinstance(annotation, str):
        return annotation.startswith(("ClassVar", "typing.ClassVar"))
    return annotation is ClassVar or get_origin(annotation) is ClassVar


def _init(self: Any, **given: object) -> None:  # noqa: ANN401 - an instance of any component
    values = {**fields_of(type(self)), **given}
    if missing := [name for name, value in values.items() if isinstance(value, Required)]:
        msg = f"{type(self).__name__}() needs {', '.join(missing)}"
        raise TypeError(msg)
    if unknown := given.keys() - getattr(self, _FIELDS):
        msg = f"{type(self).__name__}() has no {', '.join(sorted(unknown))}"
        raise TypeError(msg)
    vars(self).update(values)


def _refuse(self: object, name: str, *_value: object) -> None:
    msg = f"{type(self).__name__} is frozen: {name} stays what it is"
    raise AttributeError(msg)
