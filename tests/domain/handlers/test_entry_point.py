"""How a module becomes a Lambda handler."""

import json
import threading
from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from saai_domain.aws.clients import AwsClients, process_ahead, process_clients
from saai_domain.errors import MissingSettings
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import log_line


@attrs.frozen
class Context:
    aws_request_id: str = "r-1"

    def get_remaining_time_in_millis(self) -> int:
        return 3_000


@attrs.define
class Builder:
    """Builds a handler that echoes, and remembers with which environments and clients it was asked to."""

    environments: list[dict[str, str]] = attrs.field(factory=list)
    clients: list[AwsClients] = attrs.field(factory=list)
    fails: bool = False

    def __call__(self, environment: Mapping[str, str], aws: AwsClients) -> Handler:
        self.environments.append(dict(environment))
        self.clients.append(aws)
        if self.fails:
            raise MissingSettings(["TABLE"])

        def handle(event: Event, context: LambdaContext) -> Answer:
            return {**event, "request": context.aws_request_id}

        return handle


def test_in_lambda_the_handler_is_built_when_the_module_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The initialisation phase is the fast one; later calls find it built."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "saai-dev-OnConnect")
    build = Builder()

    handler = entry_point(build)

    assert len(build.environments) == 1
    assert build.environments[0]["AWS_LAMBDA_FUNCTION_NAME"] == "saai-dev-OnConnect"
    handler({}, Context())
    assert len(build.environments) == 1


def test_in_lambda_what_was_begun_has_ended_when_the_module_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process may be frozen from then on until its first event."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "saai-dev-OnConnect")
    waiting, ended = threading.Event(), threading.Event()

    def work() -> None:
        waiting.wait(30)
        ended.set()

    def build(_environment: Mapping[str, str], _aws: AwsClients) -> Handler:
        process_ahead().begin(work)
        waiting.set()
        return lambda event, _context: dict(event)

    entry_point(build)

    assert ended.is_set()


def test_elsewhere_it_is_built_at_the_first_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing a module needs no environment; the first event sees the present one."""
    build = Builder()
    handler = entry_point(build)
    assert build.environments == []

    monkeypatch.setenv("TABLE", "t")
    events: list[dict[str, Any]] = [{"seq": 1}, {"seq": 2}]

    assert [handler(event, Context()) for event in events] == [
        {"seq": 1, "request": "r-1"},
        {"seq": 2, "request": "r-1"},
    ]
    assert [environment["TABLE"] for environment in build.environments] == ["t"]
    assert build.clients == [process_clients()]


def test_in_lambda_an_incomplete_environment_fails_the_initialisation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any user is kept waiting."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "saai-dev-OnConnect")

    with pytest.raises(MissingSettings):
        entry_point(Builder(fails=True))


def test_a_failed_build_is_tried_again_at_the_next_event() -> None:
    """Nothing half-built is kept."""
    build = Builder(fails=True)
    handler = entry_point(build)
    with pytest.raises(MissingSettings):
        handler({}, Context())

    build.fails = False

    assert handler({"seq": 1}, Context()) == {"seq": 1, "request": "r-1"}


def test_the_lines_of_an_invocation_carry_its_id_and_whether_it_is_the_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever becomes of it; afterwards nothing of it is left."""

    def build(_environment: Mapping[str, str], _aws: AwsClients) -> Handler:
        def handle(event: Event, _context: LambdaContext) -> Answer:
            log_line("handled")
            if event["fails"]:
                raise MissingSettings(["TABLE"])
            return {}

        return handle

    handler = entry_point(build)
    with pytest.raises(MissingSettings):
        handler({"fails": True}, Context("r-1"))
    handler({"fails": False}, Context("r-2"))
    log_line("outside")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line.get("request_id"), line.get("cold_start")) for line in lines] == [
        ("r-1", True),
        ("r-2", False),
        (None, None),
    ]
