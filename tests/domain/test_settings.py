"""A function's settings come from its environment, whole or not at all."""

import pytest
from saai_domain.component import component
from saai_domain.errors import MissingSettings
from saai_domain.settings import flag, load_settings, setting


@component
class Settings:
    connections_table: str = setting("WS_CONNECTIONS_TABLE")
    endpoint: str = setting("WS_API_ENDPOINT")


def test_each_field_is_read_from_its_variable() -> None:
    """Other variables don't matter."""
    environment = {"WS_CONNECTIONS_TABLE": "saai-dev-ws-connections", "WS_API_ENDPOINT": "https://x", "PATH": "/bin"}

    settings = load_settings(Settings, environment)
    assert (settings.connections_table, settings.endpoint) == ("saai-dev-ws-connections", "https://x")


def test_all_missing_variables_are_named_at_once() -> None:
    """An empty one counts as missing: a table without a name is none."""
    with pytest.raises(MissingSettings) as refusal:
        load_settings(Settings, {"WS_API_ENDPOINT": ""})

    assert refusal.value.names == ["WS_CONNECTIONS_TABLE", "WS_API_ENDPOINT"]


def test_a_missing_field_is_named_by_its_variable() -> None:
    """That is what must be set."""
    with pytest.raises(MissingSettings, match="not set: WS_API_ENDPOINT"):
        load_settings(Settings, {"WS_CONNECTIONS_TABLE": "t"})


@component
class Switches:
    token_in_url: bool = setting("TOKEN_IN_URL", read=flag)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False)])
def test_a_flag_is_read_from_its_text(text: str, *, value: bool) -> None:
    """A variable is a text always: `false` must not count as set."""
    assert load_settings(Switches, {"TOKEN_IN_URL": text}).token_in_url is value


@pytest.mark.parametrize("text", ["True", "1", "no"])
def test_another_text_is_no_flag(text: str) -> None:
    """A typing error must not switch a protection off."""
    with pytest.raises(ValueError, match="expected one of true, false"):
        load_settings(Switches, {"TOKEN_IN_URL": text})


def test_a_setting_that_is_not_given_is_missing() -> None:
    """Also where settings are made without an environment."""
    with pytest.raises(TypeError, match="needs endpoint"):
        Settings(connections_table="t")


def test_settings_are_a_components() -> None:
    """Another class has none."""
    with pytest.raises(TypeError, match="dict is no component"):
        load_settings(dict, {})
