"""One JSON line per call: log entry and metrics at once."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from saai_domain.handlers.telemetry import about_store, begin_invocation, end_invocation, log_line


@pytest.fixture(autouse=True)
def _between_invocations() -> Iterator[None]:
    """No test begins within another's invocation."""
    end_invocation()
    yield
    end_invocation()


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the one line that was printed."""
    out = capsys.readouterr().out
    assert out.endswith("\n")
    assert out.count("\n") == 1
    return json.loads(out)


def test_a_line_carries_what_happened_and_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """Spanish letters and money as they are; nothing about metrics where there are none."""
    log_line("sale registered", tenant_id="T001", nombre="Piña", total=Decimal("7.50"))

    assert printed(capsys) == {
        "level": "INFO",
        "message": "sale registered",
        "tenant_id": "T001",
        "nombre": "Piña",
        "total": 7.5,
    }


def test_a_message_of_several_lines_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """CloudWatch makes an event of each line."""
    log_line("first\nsecond", level="ERROR", reason="a\r\nb")

    assert printed(capsys) == {"level": "ERROR", "message": "first\nsecond", "reason": "a\r\nb"}


@time_machine.travel("2025-12-31T20:30:00Z", tick=False)
def test_metrics_are_embedded_as_cloudwatch_reads_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alarms of a stage look for namespace SAAI, stage and function."""
    monkeypatch.setenv("SAAI_STAGE", "dev")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "saai-dev-EmitirEventosWs")

    log_line("event emitted", metrics={"ConnectionsSent": 3, "ConnectionsForbidden": 0}, seq=7)

    assert printed(capsys) == {
        "level": "INFO",
        "message": "event emitted",
        "seq": 7,
        "_aws": {
            "Timestamp": 1_767_213_000_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "SAAI",
                    "Dimensions": [["stage", "function"]],
                    "Metrics": [
                        {"Name": "ConnectionsSent", "Unit": "Count"},
                        {"Name": "ConnectionsForbidden", "Unit": "Count"},
                    ],
                }
            ],
        },
        "stage": "dev",
        "function": "saai-dev-EmitirEventosWs",
        "ConnectionsSent": 3,
        "ConnectionsForbidden": 0,
    }


def test_outside_lambda_the_dimensions_are_local(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tools and tests need no environment."""
    monkeypatch.delenv("SAAI_STAGE", raising=False)
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)

    log_line("event emitted", metrics={"ConnectionsSent": 3})

    line = printed(capsys)
    assert (line["stage"], line["function"]) == ("local", "local")


def test_every_line_of_an_invocation_carries_what_it_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    """Its id finds Lambda's own lines, its store the store's."""
    begin_invocation("r-1", cold_start=True)
    log_line("before the token is read")
    assert printed(capsys) == {
        "level": "INFO",
        "message": "before the token is read",
        "request_id": "r-1",
        "cold_start": True,
    }
    about_store("T001")
    log_line("sale registered")
    assert printed(capsys)["tenant_id"] == "T001"


def test_a_store_is_no_other_invocations(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor another message's of the same batch."""
    begin_invocation("r-1", cold_start=True)
    about_store("T001")
    about_store(None)
    log_line("the next message")
    assert "tenant_id" not in printed(capsys)
    about_store("T001")
    begin_invocation("r-2", cold_start=False)
    log_line("another invocation")
    assert printed(capsys).keys() == {"level", "message", "request_id", "cold_start"}


def test_half_a_surrogate_pair_is_told_by_its_escape(capsys: pytest.CaptureFixture[str]) -> None:
    """A message or an invoke may hold one, and the line of its refusal must not fail."""
    log_line("refused", body="x\ud800", amount=Decimal("1.50"), metrics={"EventsRefused": 1})
    (text,) = capsys.readouterr().out.splitlines()
    assert json.loads(text)["body"] == "x\ud800"
    assert text.isascii()
