"""A function's settings: a frozen class whose fields are environment variables.

::

    @attrs.frozen(kw_only=True)
    class Settings:
        ws_connections_table: str = setting("WS_CONNECTIONS_TABLE")

    settings = load_settings(Settings, os.environ)
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import attrs

from saai_domain.errors import MissingSettings

__all__ = ["flag", "load_settings", "setting"]

T = TypeVar("T")

_VARIABLE = "environment_variable"
_READ = "read"
_FLAGS: Final = {"true": True, "false": False}


def setting(variable: str, *, read: Callable[[str], object] = str) -> Any:  # noqa: ANN401 - stands where the field's own type is declared
    """Declare a field that is read from an environment variable; it must be set and not empty.

    ``read`` turns the text into the field's value.
    """
    return attrs.field(metadata={_VARIABLE: variable, _READ: read})


def flag(text: str) -> bool:
    """Read ``true`` or ``false``.

    Raises:
        ValueError: It is something else.
    """
    if text not in _FLAGS:
        msg = f"expected one of {', '.join(_FLAGS)}, not {text!r}"
        raise ValueError(msg)
    return _FLAGS[text]


def load_settings(cls: type[T], environment: Mapping[str, str]) -> T:
    """Read every field of a settings class.

    Raises:
        MissingSettings: Names all variables that are unset or empty.
        ValueError: A text is none that its field can be read from.
    """
    fields = attrs.fields(cls)  # type: ignore[arg-type]
    missing = [field.metadata[_VARIABLE] for field in fields if not environment.get(field.metadata[_VARIABLE])]
    if missing:
        raise MissingSettings(missing)
    return cls(**{field.name: field.metadata[_READ](environment[field.metadata[_VARIABLE]]) for field in fields})
