"""A function's settings: a component whose fields are environment variables.

::

    @component
    class Settings:
        ws_connections_table: str = setting("WS_CONNECTIONS_TABLE")

    settings = load_settings(Settings, os.environ)
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from saai_domain.component import Required, fields_of
from saai_domain.errors import MissingSettings

__all__ = ["flag", "load_settings", "setting"]

T = TypeVar("T")

_FLAGS: Final = {"true": True, "false": False}


class Setting(Required):
    """A field that is read from an environment variable."""

    def __init__(self, variable: str, read: Callable[[str], object]) -> None:
        self.variable: Final = variable
        self.read: Final = read


def setting(variable: str, *, read: Callable[[str], object] = str) -> Any:  # noqa: ANN401 - stands where the field's own type is declared
    """Declare a field that is read from an environment variable; it must be set and not empty.

    ``read`` turns the text into the field's value.
    """
    return Setting(variable, read)


def flag(text: str) -> bool:
    """Read ``true`` or ``false``.

    Raises:
        ValueError: It is something else.
    """
    if text not in _FLAGS:
        msg = f"expected one of {', '.join(_FLAGS)}, not {text!r}"
        raise ValueError(msg)
    return _FLAGS[text]


def settings_in(cls: type) -> Mapping[str, Setting]:
    """Return what a component reads from its environment, by the names of its fields."""
    return {name: field for name, field in fields_of(cls).items() if isinstance(field, Setting)}


def load_settings(cls: type[T], environment: Mapping[str, str]) -> T:
    """Read every field of a component.

    Raises:
        MissingSettings: Names all variables that are unset or empty.
        ValueError: A text is none that its field can be read from.
        TypeError: A field without a default is no setting.
    """
    settings = settings_in(cls)
    missing = [each.variable for each in settings.values() if not environment.get(each.variable)]
    if missing:
        raise MissingSettings(missing)
    return cls(**{name: each.read(environment[each.variable]) for name, each in settings.items()})
