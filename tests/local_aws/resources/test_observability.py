"""Log groups and alarms on MiniStack."""

import pulumi_aws as aws
from local_aws.clients import Clients

from tests.local_aws.support import Deployer


def test_a_log_group_keeps_what_its_retention_says(deployer: Deployer, clients: Clients) -> None:
    """Name and days arrive."""

    def program() -> None:
        aws.cloudwatch.LogGroup("venta", name="/aws/lambda/saai-test-venta", retention_in_days=14)

    deployer(program)

    (group,) = clients.logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/saai-test-venta")["logGroups"]
    assert group.get("retentionInDays") == 14


def test_an_alarm_watches_its_metric(deployer: Deployer, clients: Clients) -> None:
    """Metric, dimensions, threshold and actions arrive."""
    topic = "arn:aws:sns:us-east-1:000000000000:AlertasSAAI-test"

    def program() -> None:
        aws.cloudwatch.MetricAlarm(
            "forbidden",
            name="saai-test-forbidden",
            namespace="SAAI",
            metric_name="ConnectionsForbidden",
            dimensions={"stage": "test", "function": "saai-test-EmitirEventosWs"},
            comparison_operator="GreaterThanOrEqualToThreshold",
            statistic="Sum",
            threshold=1,
            period=60,
            evaluation_periods=1,
            treat_missing_data="notBreaching",
            alarm_actions=[topic],
        )

    deployer(program)

    (alarm,) = clients.cloudwatch.describe_alarms(AlarmNames=["saai-test-forbidden"])["MetricAlarms"]
    assert alarm.get("MetricName") == "ConnectionsForbidden"
    assert {(dimension["Name"], dimension["Value"]) for dimension in alarm.get("Dimensions", [])} == {
        ("stage", "test"),
        ("function", "saai-test-EmitirEventosWs"),
    }
    assert alarm.get("AlarmActions") == [topic]
