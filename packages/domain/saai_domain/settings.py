"""A function's settings: a frozen class whose fields are environment variables.

::

    @attrs.frozen(kw_only=True)
    class Settings:
        connections_table: str = setting("WS_CONNECTIONS_TABLE")

    settings = load_settings(Settings, os.environ)
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from saai_domain.errors import MissingSettings

T = TypeVar("T")

_VARIABLE = "environment_variable"


def setting(variable: str) -> Any:  # noqa: ANN401 - stands where the field's own type is declared
    """Declare a field that is read from an environment variable; it must be set and not empty."""
    return attrs.field(metadata={_VARIABLE: variable})


def load_settings(cls: type[T], environment: Mapping[str, str]) -> T:
    """Read every field of a settings class.

    Raises:
        MissingSettings: Names all variables that are unset or empty.
    """
    variables = {field.name: field.metadata[_VARIABLE] for field in attrs.fields(cls)}  # type: ignore[arg-type]
    missing = [variable for variable in variables.values() if not environment.get(variable)]
    if missing:
        raise MissingSettings(missing)
    return cls(**{name: environment[variable] for name, variable in variables.items()})
