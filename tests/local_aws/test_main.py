"""The command line."""

import signal
from collections.abc import Callable

import pytest
from local_aws import __main__ as command_line
from local_aws.errors import LocalAwsError


def run(monkeypatch: pytest.MonkeyPatch, command: Callable[[], int]) -> int:
    monkeypatch.setitem(command_line.COMMANDS, "demo", command)
    before = signal.getsignal(signal.SIGTERM)
    try:
        return command_line.main(["demo"])
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("status", [0, 1])
def test_the_commands_status_is_the_processs(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """A demo whose deliveries failed fails the process."""
    assert run(monkeypatch, lambda: status) == status


def test_an_error_is_a_line_and_not_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what to do."""

    def fail() -> int:
        raise LocalAwsError("`make dev` is already running (process 4711)")

    assert run(monkeypatch, fail) == 1
    assert capsys.readouterr().err == "error: `make dev` is already running (process 4711)\n"


def test_ctrl_c_ends_a_demo_with_the_shells_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """130, and no traceback."""

    def interrupted() -> int:
        raise KeyboardInterrupt

    assert run(monkeypatch, interrupted) == 130


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With the ones that there are."""
    with pytest.raises(SystemExit):
        command_line.main(["fly"])

    assert "demo" in capsys.readouterr().err


def test_dev_is_told_of_how_many_days_the_stores_have_sales(monkeypatch: pytest.MonkeyPatch) -> None:
    """None, unless asked."""
    told: list[int] = []

    def dev(*, history: int) -> int:
        told.append(history)
        return 0

    monkeypatch.setitem(command_line.COMMANDS, "dev", dev)
    before = signal.getsignal(signal.SIGTERM)
    try:
        command_line.main(["dev"])
        command_line.main(["dev", "--history", "90"])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert told == [0, 90]


@pytest.mark.parametrize("days", ["-1", "366", "muchos"])
def test_a_history_that_makes_no_sense_is_refused(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With a line that says so."""
    with pytest.raises(SystemExit):
        command_line.main(["dev", "--history", days])

    assert f"argument --history: '{days}' is not a number of days from 0 to" in capsys.readouterr().err
