"""Clocks, topics and destinations: what calls functions besides the APIs, and where failed calls go."""

import json
from typing import Any

import pytest

from tests.infra.recording import ACCOUNT, REGION, Graph

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:AlertasSAAI-dev"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:saai-dev-"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:saai-dev-"


@pytest.mark.parametrize(
    ("name", "expression", "function", "event"),
    [
        ("barrer-eventos", "rate(1 minute)", "BarrerEventos", {}),
        ("refrescar-analitica", "rate(4 hours)", "DespacharTiendas", {"tarea": "analitica"}),
        # 02:00 in Lima.
        ("predecir-demanda", "cron(0 7 * * ? *)", "DespacharTiendas", {"tarea": "predicciones"}),
    ],
)
def test_a_clock_calls_its_function(
    dev: Graph, name: str, expression: str, function: str, event: dict[str, str]
) -> None:
    """With a constant event: which of its tasks a function is called for is not guessed from the rule's name."""
    rule = dev.one("cloudwatch/eventRule:EventRule", f"saai-dev-{name}")
    (target,) = (
        target
        for target in dev.of_type("cloudwatch/eventTarget:EventTarget")
        if target.inputs["rule"] == f"saai-dev-{name}"
    )
    assert rule.inputs["scheduleExpression"] == expression
    assert target.inputs["arn"] == f"{FUNCTION}{function}"
    assert json.loads(target.inputs["input"]) == event


def test_there_are_no_other_clocks(dev: Graph) -> None:
    """Each rule has one target."""
    assert len(dev.of_type("cloudwatch/eventRule:EventRule")) == 3
    assert len(dev.of_type("cloudwatch/eventTarget:EventTarget")) == 3


def test_notices_are_kept_by_guardar_notificacion(dev: Graph) -> None:
    """It alone subscribes here; what SNS can't hand to Lambda goes to its queue."""
    (subscription,) = dev.of_type("sns/topicSubscription:TopicSubscription")
    assert subscription.inputs["topic"] == TOPIC
    assert subscription.inputs["protocol"] == "lambda"
    assert subscription.inputs["endpoint"] == f"{FUNCTION}GuardarNotificacion"
    redrive = json.loads(subscription.inputs["redrivePolicy"])
    assert redrive == {"deadLetterTargetArn": f"{QUEUE}notificaciones-fallidas"}


def test_only_the_topic_may_put_there_what_it_could_not_deliver(dev: Graph) -> None:
    """SNS has no role: the queue's own policy lets it in, before there is a subscription."""
    (policy,) = dev.of_type("sqs/queuePolicy:QueuePolicy")
    (subscription,) = dev.of_type("sns/topicSubscription:TopicSubscription")
    assert policy.inputs["queueUrl"].endswith("/saai-dev-notificaciones-fallidas")
    assert json.loads(policy.inputs["policy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": ["sqs:SendMessage"],
            "Resource": f"{QUEUE}notificaciones-fallidas",
            "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}},
        }
    ]
    assert policy.urn in subscription.dependencies


@pytest.mark.parametrize(
    ("function", "queue"),
    [("EmitirEventosWs", "eventos-fallidos"), ("GuardarNotificacion", "notificaciones-fallidas")],
)
def test_failed_calls_are_kept(deployed: Graph, function: str, queue: str) -> None:
    """Lambda would discard them in the end; also where every function runs as LabRole."""
    stage = deployed.one_stage()
    (config,) = (
        found
        for found in deployed.of_type("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
        if found.inputs["functionName"] == f"saai-{stage}-{function}"
    )
    destination: Any = config.inputs["destinationConfig"]
    assert destination == {"onFailure": {"destination": f"arn:aws:sqs:{REGION}:{ACCOUNT}:saai-{stage}-{queue}"}}
