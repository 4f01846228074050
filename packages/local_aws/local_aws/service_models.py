"""AWS's rules on requests, as botocore's service models state them.

botocore itself checks what is required, types and lower limits. Patterns, enumerations and upper limits stand in the
same models, and only AWS looks at them; here they are looked at before a request is sent, so that what AWS would refuse
is refused on the local AWS too.
"""

import re
from collections.abc import Iterator, Mapping, Sized
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ParamValidationError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

if TYPE_CHECKING:
    import boto3.session

_JAVA_CLASSES: Final = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": "\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
    r"\w-": r"\w\-",
}
r"""The models' patterns are Java's. Python has no `\p`, and takes `[\w-_]` for a range."""


def watch(session: "boto3.session.Session") -> None:
    """Have every request of the session's clients checked before it is sent.

    A request that breaks a rule raises botocore's ParamValidationError, which names each rule.
    """
    session.events.register("before-parameter-build", _refuse)


def broken_rules(value: object, shape: Shape, *, path: str = "") -> Iterator[str]:
    """Tell what AWS would not take of a value, by the model's patterns, enumerations and upper limits.

    ``path`` names the value in what is told.
    """
    yield from _too_large(value, shape, path)
    if isinstance(value, str):
        yield from _unlike(value, shape, path)
    for name, part, its_shape in _parts(value, shape, path):
        yield from broken_rules(part, its_shape, path=name)


def _parts(value: object, shape: Shape, path: str) -> Iterator[tuple[str, object, Shape]]:
    match shape, value:
        case StructureShape(), Mapping():
            for name, part in value.items():
                # What the model doesn't know, botocore refuses.
                if name in shape.members:
                    yield f"{path}.{name}" if path else name, part, shape.members[name]
        case ListShape(), list() | tuple():
            for number, part in enumerate(value):
                yield f"{path}[{number}]", part, shape.member
        case MapShape(), Mapping():
            for name, part in value.items():
                yield f"{path}.{name}", name, shape.key
                yield f"{path}.{name}", part, shape.value
        case _:
            pass


def _refuse(params: Mapping[str, Any], model: OperationModel, **_: object) -> None:
    if model.input_shape is None:
        return
    broken = tuple(broken_rules(params, model.input_shape))
    if broken:
        raise ParamValidationError(report=f"{model.name}: {'; '.join(broken)}")


def _too_large(value: object, shape: Shape, path: str) -> Iterator[str]:
    limit = shape.metadata.get("max")
    size = len(value) if isinstance(value, Sized) else value
    if limit is not None and isinstance(size, int | float) and size > limit:
        yield f"{path} has {size}, AWS takes at most {limit}"


def _unlike(text: str, shape: Shape, path: str) -> Iterator[str]:
    enumeration = shape.metadata.get("enum")
    if enumeration and text not in enumeration:
        yield f"{path} is {text!r}, AWS takes one of {', '.join(enumeration)}"
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(text):
        yield f"{path} is {text!r}, AWS takes {pattern}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    for java, python in _JAVA_CLASSES.items():
        pattern = pattern.replace(java, python)
    return re.compile(pattern)
