"""A function's settings come from its environment, whole or not at all."""

import attrs
import pytest
from saai_domain.errors import MissingSettings
from saai_domain.settings import load_settings, setting


@attrs.frozen(kw_only=True)
class Settings:
    connections_table: str = setting("WS_CONNECTIONS_TABLE")
    endpoint: str = setting("WS_API_ENDPOINT")


def test_each_field_is_read_from_its_variable() -> None:
    """Other variables don't matter."""
    environment = {"WS_CONNECTIONS_TABLE": "saai-dev-ws-connections", "WS_API_ENDPOINT": "https://x", "PATH": "/bin"}

    assert load_settings(Settings, environment) == Settings(
        connections_table="saai-dev-ws-connections", endpoint="https://x"
    )


def test_all_missing_variables_are_named_at_once() -> None:
    """An empty one counts as missing: a table without a name is none."""
    with pytest.raises(MissingSettings) as refusal:
        load_settings(Settings, {"WS_API_ENDPOINT": ""})

    assert refusal.value.names == ["WS_CONNECTIONS_TABLE", "WS_API_ENDPOINT"]


def test_a_missing_field_is_named_by_its_variable() -> None:
    """That is what must be set."""
    with pytest.raises(MissingSettings, match="not set: WS_API_ENDPOINT"):
        load_settings(Settings, {"WS_CONNECTIONS_TABLE": "t"})
