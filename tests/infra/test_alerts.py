"""Business notices and operators' alarms go to topics of their own."""

from saai_infra.catalog import FUNCTION_NAMES, FUNCTIONS, QUEUES

from tests.infra.conftest import Runner, stage_config
from tests.infra.recording import ACCOUNT, REGION, Graph

SUBSCRIPTION = "sns/topicSubscription:TopicSubscription"
ALARMS_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:saai-dev-alarmas"


def test_there_are_two_topics(dev: Graph) -> None:
    """CloudWatch's messages don't keep the contract of AlertasSAAI, so they don't go there."""
    assert {topic.physical_name for topic in dev.of_type("sns/topic:Topic")} == {"AlertasSAAI-dev", "saai-dev-alarmas"}


def own(function: str, metric: str) -> tuple[str, str, dict[str, str]]:
    """A metric that a function prints: namespace, name, dimensions."""
    return "SAAI", metric, {"stage": "dev", "function": f"saai-dev-{function}"}


def waiting(queue: str) -> tuple[str, str, dict[str, str]]:
    """The number of messages in a queue."""
    return "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": f"saai-dev-{queue}"}


def oldest(queue: str) -> tuple[str, str, dict[str, str]]:
    """How long a queue's oldest message has waited."""
    return "AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": f"saai-dev-{queue}"}


def of_lambda(function: str, metric: str) -> tuple[str, str, dict[str, str]]:
    """What Lambda counts of a function."""
    return "AWS/Lambda", metric, {"FunctionName": f"saai-dev-{function}"}


def of_api(name: str, metric: str, stage: str) -> tuple[str, str, dict[str, str]]:
    """What API Gateway counts of a stage."""
    return "AWS/ApiGateway", metric, {"ApiId": f"{name}-id", "Stage": stage}


METRICS = {
    **{f"{function}-errores": of_lambda(function, "Errors") for function in FUNCTION_NAMES},
    **{
        f"{spec.name}-eventos-perdidos": of_lambda(spec.name, "AsyncEventsDropped")
        for spec in FUNCTIONS
        if spec.is_called_asynchronously
    },
    **{
        f"{spec.name}-fallidos-perdidos": of_lambda(spec.name, "DestinationDeliveryFailures")
        for spec in FUNCTIONS
        if spec.failures_queue
    },
    **{f"{spec.name}-{alarm.name}": own(spec.name, alarm.metric) for spec in FUNCTIONS for alarm in spec.alarms},
    **{f"{spec.failures_queue}-mensajes": waiting(spec.failures_queue) for spec in FUNCTIONS if spec.failures_queue},
    **{f"{queue.name}-fallidos-mensajes": waiting(f"{queue.name}-fallidos") for queue, _ in QUEUES},
    **{f"{queue.name}-atrasada": oldest(queue.name) for queue, _ in QUEUES},
    "lambda-frenada": ("AWS/Lambda", "Throttles", dict[str, str]()),
    "websocket-ejecucion": of_api("websocket", "ExecutionError", "dev"),
    "websocket-integracion": of_api("websocket", "IntegrationError", "dev"),
    "http-5xx": of_api("http", "5xx", "$default"),
    "BarrerEventos-parado": ("AWS/Lambda", "Invocations", {"FunctionName": "saai-dev-BarrerEventos"}),
}
"""What operators are told of."""

GAUGES = {"OldestPendingSeconds", "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}
"""Metrics that are a state and no count: their highest value of a minute tells."""

THRESHOLDS = {
    **{f"{spec.name}-{alarm.name}": alarm.threshold for spec in FUNCTIONS for alarm in spec.alarms},
    **{f"{queue.name}-atrasada": queue.late_after_seconds for queue, _ in QUEUES},
}
"""Where one is not enough: seconds."""


def test_operators_are_told_of_exactly_this(dev: Graph) -> None:
    """Every alarm watches its metric: each function's own, each queue's, and those of the stage that stand here."""
    alarms = {
        alarm.physical_name.removeprefix("saai-dev-"): (
            alarm.inputs["namespace"],
            alarm.inputs["metricName"],
            alarm.inputs.get("dimensions", {}),
        )
        for alarm in dev.of_type("cloudwatch/metricAlarm:MetricAlarm")
    }
    assert alarms == METRICS


def test_once_within_a_minute_is_enough(dev: Graph) -> None:
    """Something that may last a while has a threshold of its own; no data is no news."""
    for alarm in dev.of_type("cloudwatch/metricAlarm:MetricAlarm"):
        name = alarm.physical_name.removeprefix("saai-dev-")
        if name == "BarrerEventos-parado":
            continue
        assert alarm.inputs["statistic"] == ("Maximum" if alarm.inputs["metricName"] in GAUGES else "Sum")
        assert alarm.inputs["threshold"] == THRESHOLDS.get(name, 1)
        assert (alarm.inputs["period"], alarm.inputs["evaluationPeriods"]) == (60, 1)
        assert alarm.inputs["comparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert alarm.inputs["treatMissingData"] == "notBreaching"


def test_a_sweep_that_does_not_run_is_told(dev: Graph) -> None:
    """Five minutes without a call, which is also without data: nothing else would tell that its rule is off."""
    inputs = dev.one("cloudwatch/metricAlarm:MetricAlarm", "saai-dev-BarrerEventos-parado").inputs
    assert (inputs["statistic"], inputs["period"], inputs["evaluationPeriods"]) == ("Sum", 60, 5)
    assert (inputs["comparisonOperator"], inputs["threshold"]) == ("LessThanThreshold", 1)
    assert inputs["treatMissingData"] == "breaching"


def test_every_alarm_reaches_operators(dev: Graph) -> None:
    """When it begins and when it is over."""
    for alarm in dev.of_type("cloudwatch/metricAlarm:MetricAlarm"):
        assert alarm.inputs["alarmActions"] == alarm.inputs["okActions"] == [ALARMS_TOPIC]


def test_nobody_is_written_to_unless_somebody_is_named(dev: Graph) -> None:
    """The topic is there to be subscribed to."""
    assert {found.inputs["protocol"] for found in dev.of_type(SUBSCRIPTION)} == {"lambda"}


def test_the_alarms_write_to_who_is_named(run: Runner) -> None:
    """AWS asks the address to confirm first."""
    graph = run(stage_config("dev", alarm_email="ops@saai.pe"))
    (subscription,) = (found for found in graph.of_type(SUBSCRIPTION) if found.inputs["protocol"] == "email")
    assert (subscription.inputs["topic"], subscription.inputs["endpoint"]) == (ALARMS_TOPIC, "ops@saai.pe")
