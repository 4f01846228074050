"""No failure goes unheard, and no alarm waits for a metric that nobody sends."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from saai_domain.handlers.telemetry import log_line
from saai_infra.build.artifacts import REPOSITORY
from saai_infra.catalog import FUNCTION_NAMES, FUNCTIONS
from saai_infra.function_spec import FunctionSpec

from tests.infra.recording import Graph

EXEMPT = {
    "ConnectionsFailed": "a screen's own trouble, which recovers by itself; what lasts shows in ConnectionsForbidden",
    "NoticesFailed": "the event stays pending: OldestPendingSeconds",
    "NotificationsFailed": "the call fails: Errors, and the queue of failures",
    "DispatchFailed": "the call fails: Errors",
    "AnalyticsFailed": "the message comes again, and in the end goes to the dead letters",
    "BatchesFailed": "the message comes again, and in the end goes to the dead letters",
}
"""Metrics of failures without an alarm of their own, and how they are told all the same."""

PUBLISHERS = {"BarrerEventos", "ActualizarAnalitica", "PrediccionDemanda"}
"""Whose PublishFailed has no alarm: nobody waits at a till, and the sweep's OldestPendingSeconds tells what lasts."""

AWS_METRICS = {
    "AWS/Lambda": {
        *(("Errors", "FunctionName"), ("Invocations", "FunctionName"), ("Throttles",)),
        *(("AsyncEventsDropped", "FunctionName"), ("DestinationDeliveryFailures", "FunctionName")),
    },
    "AWS/SQS": {("ApproximateNumberOfMessagesVisible", "QueueName"), ("ApproximateAgeOfOldestMessage", "QueueName")},
    "AWS/ApiGateway": {
        *(("5xx", "ApiId", "Stage"), ("ExecutionError", "ApiId", "Stage"), ("IntegrationError", "ApiId", "Stage")),
    },
}
"""Metrics and their dimensions, as AWS documents them (`saai_infra.alarms` names the pages)."""

PACKAGES = {path.name: path.parent for path in REPOSITORY.glob("packages/*/*") if (path / "__init__.py").is_file()}


@cache
def imports(module: str) -> frozenset[str]:
    """Modules of ours that a module needs, itself included."""
    found, todo = set[str](), {module}
    while todo:
        name = todo.pop()
        found.add(name)
        for node in ast.walk(source(name)):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
                todo |= {each for each in names if path_of(each) is not None} - found
    return frozenset(found)


def path_of(module: str) -> Path | None:
    """The file of a module of ours."""
    folder = PACKAGES.get(module.split(".", 1)[0])
    if folder is None:
        return None
    file = folder.joinpath(*module.split(".")).with_suffix(".py")
    return file if file.is_file() else None


@cache
def source(module: str) -> ast.Module:
    path = path_of(module)
    assert path is not None, module
    return ast.parse(path.read_text(encoding="utf-8"))


def metrics_of(spec: FunctionSpec) -> set[str]:
    """Every name that may be a metric of a function: keys of the maps in its modules, and arguments called so."""
    module = spec.handler.rpartition(".")[0]
    return {name for needed in imports(module) for name in printed(source(needed))}


def printed(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
        if isinstance(node, ast.Call):
            yield from (
                keyword.value.value
                for keyword in node.keywords
                if keyword.arg is not None
                and keyword.arg.endswith("metric")
                and isinstance(keyword.value, ast.Constant)
                and isinstance(keyword.value.value, str)
            )


def failures_of(spec: FunctionSpec) -> set[str]:
    return {name for name in metrics_of(spec) if name.endswith("Failed") and name != "Failed"}


@pytest.mark.parametrize("spec", FUNCTIONS, ids=FUNCTION_NAMES)
def test_every_failure_is_alarmed_or_told_otherwise(spec: FunctionSpec) -> None:
    """A 500 that nobody is told of may last for weeks."""
    unheard = failures_of(spec) - {alarm.metric for alarm in spec.alarms} - EXEMPT.keys()
    assert unheard == ({"PublishFailed"} if spec.name in PUBLISHERS else set())


def test_every_exemption_is_of_a_metric_that_there_is() -> None:
    """One that is gone would hide its successor."""
    assert EXEMPT.keys() <= {name for spec in FUNCTIONS for name in failures_of(spec)}


@pytest.mark.parametrize("spec", FUNCTIONS, ids=FUNCTION_NAMES)
def test_every_alarms_metric_is_printed_by_its_function(spec: FunctionSpec) -> None:
    """A misspelt one would never ring."""
    assert {alarm.metric for alarm in spec.alarms} <= metrics_of(spec)


def test_metrics_are_printed_with_the_dimensions_that_alarms_ask_for(
    dev: Graph, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """CloudWatch keeps one series for each set of dimensions."""
    monkeypatch.setenv("SAAI_STAGE", "dev")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "saai-dev-RegistrarVenta")
    log_line("sale failed", metrics={"CommandsFailed": 1})
    line = json.loads(capsys.readouterr().out)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    (dimensions,) = directive["Dimensions"]
    (alarm,) = (
        found.inputs
        for found in dev.of_type("cloudwatch/metricAlarm:MetricAlarm")
        if found.inputs["name"] == "saai-dev-RegistrarVenta-solicitudes-fallidas"
    )
    assert alarm["namespace"] == directive["Namespace"]
    assert alarm["dimensions"] == {name: line[name] for name in dimensions}


def test_alarms_on_aws_own_metrics_name_their_dimensions(deployed: Graph) -> None:
    """As the services document them."""
    for alarm in deployed.of_type("cloudwatch/metricAlarm:MetricAlarm"):
        if alarm.inputs["namespace"] != "SAAI":
            series = (alarm.inputs["metricName"], *sorted(alarm.inputs.get("dimensions", {})))
            assert series in AWS_METRICS[alarm.inputs["namespace"]], alarm.name
