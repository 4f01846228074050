"""What no service model says, and the provider or AWS refuses all the same."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from local_aws.provider_rules import RULES, broken_by
from local_aws.resources import Request

TABLE = {"hashKey": "tenant_id", "attributes": [{"name": "tenant_id"}]}
ALARM = {"metricName": "Errors", "statistic": "Sum", "period": 60}
QUEUE = "aws:sqs/queue:Queue"
PERMISSION = "aws:lambda/permission:Permission"
METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
DYNAMODB_TABLE = "aws:dynamodb/table:Table"

KEPT: list[tuple[str, str, Mapping[str, Any]]] = [
    ("aws:cloudwatch/eventTarget:EventTarget", "t", {"input": "{}"}),
    ("aws:cloudwatch/logGroup:LogGroup", "l", {"retentionInDays": 14}),
    ("aws:cloudwatch/logGroup:LogGroup", "l", {}),
    (METRIC_ALARM, "a", ALARM),
    (METRIC_ALARM, "a", {**ALARM, "period": 10}),
    (METRIC_ALARM, "a", {"metricName": "Latency", "extendedStatistic": "p99", "period": 300}),
    (DYNAMODB_TABLE, "t", TABLE),
    (
        DYNAMODB_TABLE,
        "t",
        {
            **TABLE,
            "attributes": [{"name": "tenant_id"}, {"name": "pendiente"}],
            "globalSecondaryIndexes": [{"keySchemas": [{"attributeName": "pendiente"}]}],
        },
    ),
    (PERMISSION, "http-POST-ventas", {}),
    (PERMISSION, "http-POST /ventas", {"statementId": "ventas"}),
    ("aws:sns/topic:Topic", "alertas", {}),
    (QUEUE, "analitica", {"sqsManagedSseEnabled": True, "visibilityTimeoutSeconds": 43_200}),
]

BROKEN: list[tuple[str, str, Mapping[str, Any], str]] = [
    ("aws:cloudwatch/eventTarget:EventTarget", "t", {"input": "{}", "inputPath": "$"}, "exclude each other"),
    ("aws:cloudwatch/logGroup:LogGroup", "l", {"retentionInDays": 10}, "retentionInDays is 10"),
    (METRIC_ALARM, "a", {**ALARM, "period": 90}, "period is 90"),
    (METRIC_ALARM, "a", {**ALARM, "extendedStatistic": "p99"}, "one of statistic and extendedStatistic"),
    (METRIC_ALARM, "a", {"metricName": "Errors", "period": 60}, "one of statistic and extendedStatistic"),
    (DYNAMODB_TABLE, "t", {**TABLE, "rangeKey": "entity_id"}, r"the keys \['entity_id', 'tenant_id'\]"),
    (DYNAMODB_TABLE, "t", {**TABLE, "attributes": [{"name": "tenant_id"}, {"name": "ttl"}]}, "'ttl'"),
    (PERMISSION, "http-POST /ventas", {}, "statementId is 'http-POST /ventas-0000000'"),
    (PERMISSION, "a" * 93, {}, "which isn't"),
    (PERMISSION, "ventas", {"statementId": "$connect"}, "statementId is '\\$connect'"),
    ("aws:sns/topic:Topic", "alertas de la tienda", {}, "name is"),
    (QUEUE, "analítica", {}, "name is"),
    (QUEUE, "q", {"name": "a" * 81}, "name is"),
    (QUEUE, "q", {"kmsMasterKeyId": "k", "sqsManagedSseEnabled": True}, "exclude each other"),
    (QUEUE, "q", {"delaySeconds": 901}, "delaySeconds is 901"),
    (QUEUE, "q", {"maxMessageSize": 1023}, "maxMessageSize is 1023"),
    (QUEUE, "q", {"messageRetentionSeconds": 59}, "messageRetentionSeconds is 59"),
    (QUEUE, "q", {"visibilityTimeoutSeconds": 43_201}, "visibilityTimeoutSeconds is 43201"),
]


@pytest.mark.parametrize(("type_", "name", "inputs"), KEPT)
def test_a_resource_that_keeps_the_rules_passes(type_: str, name: str, inputs: Mapping[str, Any]) -> None:
    """A logical name counts where there is no physical one."""
    assert list(broken_by(Request(type=type_, name=name, inputs=inputs))) == []


@pytest.mark.parametrize(("type_", "name", "inputs", "text"), BROKEN)
def test_a_resource_that_breaks_a_rule_is_told_which(
    type_: str, name: str, inputs: Mapping[str, Any], text: str
) -> None:
    """One rule at a time, with its source."""
    (problem,) = broken_by(Request(type=type_, name=name, inputs=inputs))
    assert re.search(text, problem)
    assert problem.endswith(tuple(f"({rule.source})" for rule in RULES[type_]))


def test_every_rule_is_broken_once_above() -> None:
    """A rule that nothing breaks proves nothing."""
    broken = {
        (type_, number)
        for type_, name, inputs, _text in BROKEN
        for number, rule in enumerate(RULES[type_])
        if list(rule.check(Request(type=type_, name=name, inputs=inputs)))
    }
    assert broken == {(type_, number) for type_, rules in RULES.items() for number in range(len(rules))}
