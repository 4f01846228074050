"""The command line: what an operator types, what the help teaches, and what AWS is reached with."""

from pathlib import Path

import pytest
from operations.__main__ import main, read_arguments
from operations.command import operator_client, table_of

COMMANDS = ("redrive", "seed-counters", "rebuild-summaries", "new-log")


def _help(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        read_arguments([*arguments, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_the_help_lists_every_command_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """A newcomer finds what there is without reading code."""
    text = _help(capsys)
    for command in COMMANDS:
        assert f"python -m operations {command} --stage dev" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_a_commands_help_has_an_example_and_says_that_it_may_be_repeated(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Whoever is called at night must know whether a second try does harm."""
    text = _help(capsys, command)
    assert f"python -m operations {command} --stage dev" in text
    assert "Safe to repeat" in text


@pytest.mark.parametrize("arguments", [(), ("redrive",), ("drive", "--stage", "dev")])
def test_a_command_and_its_stage_are_asked_for(arguments: tuple[str, ...]) -> None:
    """Nothing is done to a stage that nobody named."""
    with pytest.raises(SystemExit):
        read_arguments(arguments)


def test_a_date_that_is_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """With one as it should be."""
    with pytest.raises(SystemExit):
        read_arguments(["rebuild-summaries", "--stage", "dev", "--all-stores", "--since", "2025-13-01"])
    assert "--since: '2025-13-01' is not a date, for example 2025-10-01" in capsys.readouterr().err


def test_what_keeps_a_command_from_aws_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Region, no credentials, no such stage: an operator mends that, and needs no traceback for it."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDOPERATOR")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr("sys.argv", ["operations", "redrive", "--stage", "dev"])
    with pytest.raises(SystemExit, match=r"^stage dev: You must specify a region\.$"):
        main()


def test_tables_are_the_stages_own_unless_others_are_named() -> None:
    """A stage may stand on tables that existed before it."""
    which = ("--all-stores", "--since", "2025-10-01", "--ventas-table", "old-sales")
    chosen = read_arguments(["rebuild-summaries", "--stage", "dev", *which])
    assert (table_of(chosen, "ventas"), table_of(chosen, "counters")) == ("old-sales", "saai-dev-counters")


def test_the_profile_of_the_aws_cli_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No operator has a function's environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text("[profile saai]\nregion = sa-east-1\n")
    (tmp_path / "credentials").write_text("[saai]\naws_access_key_id = AKIDOPERATOR\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_PROFILE", "saai")

    client = operator_client("dynamodb")

    assert client.meta.region_name == "sa-east-1"
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    assert operator_client("dynamodb").meta.region_name == "us-west-2"
    assert client._request_signer._credentials.access_key == "AKIDOPERATOR"
