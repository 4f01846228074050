"""Business notices and operators' alarms go to topics of their own."""

import pytest

from tests.infra.recording import ACCOUNT, REGION, Graph

ALARMS_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:saai-dev-alarmas"


def test_there_are_two_topics(dev: Graph) -> None:
    """CloudWatch's messages don't keep the contract of AlertasSAAI, so they don't go there."""
    assert {topic.physical_name for topic in dev.of_type("sns/topic:Topic")} == {"AlertasSAAI-dev", "saai-dev-alarmas"}


@pytest.mark.parametrize(
    ("name", "namespace", "metric", "dimensions"),
    [
        (
            "saai-dev-EmitirEventosWs-conexiones-prohibidas",
            "SAAI",
            "ConnectionsForbidden",
            {"stage": "dev", "function": "saai-dev-EmitirEventosWs"},
        ),
        ("saai-dev-EmitirEventosWs-errores", "AWS/Lambda", "Errors", {"FunctionName": "saai-dev-EmitirEventosWs"}),
        ("saai-dev-RegistrarVenta-errores", "AWS/Lambda", "Errors", {"FunctionName": "saai-dev-RegistrarVenta"}),
    ],
)
def test_an_alarm_watches_its_metric(
    dev: Graph, name: str, namespace: str, metric: str, dimensions: dict[str, str]
) -> None:
    """One occurrence within a minute is enough; no data is no news."""
    inputs = dev.one("cloudwatch/metricAlarm:MetricAlarm", name).inputs
    assert (inputs["namespace"], inputs["metricName"], inputs["dimensions"]) == (namespace, metric, dimensions)
    assert (inputs["statistic"], inputs["period"], inputs["evaluationPeriods"], inputs["threshold"]) == (
        "Sum",
        60,
        1,
        1,
    )
    assert inputs["comparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert inputs["treatMissingData"] == "notBreaching"


def test_every_alarm_reaches_operators(dev: Graph) -> None:
    """When it begins and when it is over."""
    alarms = dev.of_type("cloudwatch/metricAlarm:MetricAlarm")
    assert len(alarms) == 3
    for alarm in alarms:
        assert alarm.inputs["alarmActions"] == alarm.inputs["okActions"] == [ALARMS_TOPIC]
