"""Business notices and operators' alarms go to topics of their own."""

from tests.infra.recording import ACCOUNT, REGION, Graph

ALARMS_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:saai-dev-alarmas"


def test_there_are_two_topics(dev: Graph) -> None:
    """CloudWatch's messages don't keep the contract of AlertasSAAI, so they don't go there."""
    assert {topic.physical_name for topic in dev.of_type("sns/topic:Topic")} == {"AlertasSAAI-dev", "saai-dev-alarmas"}


def own(function: str, metric: str) -> tuple[str, str, dict[str, str]]:
    """A metric that a function prints: namespace, name, dimensions."""
    return "SAAI", metric, {"stage": "dev", "function": f"saai-dev-{function}"}


def errors(function: str) -> tuple[str, str, dict[str, str]]:
    """A function's failed calls."""
    return "AWS/Lambda", "Errors", {"FunctionName": f"saai-dev-{function}"}


def waiting(queue: str) -> tuple[str, str, dict[str, str]]:
    """The number of messages in a queue."""
    return "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": f"saai-dev-{queue}"}


METRICS = {
    "EmitirEventosWs-conexiones-prohibidas": own("EmitirEventosWs", "ConnectionsForbidden"),
    "BarrerEventos-evento-pendiente": own("BarrerEventos", "OldestPendingSeconds"),
    "BarrerEventos-intentos-agotados": own("BarrerEventos", "AttemptsUsedUp"),
    "RegistrarVenta-ventas-fallidas": own("RegistrarVenta", "SalesFailed"),
    "RegistrarVenta-avisos-fallidos": own("RegistrarVenta", "PublishFailed"),
    "EmitirEventosWs-errores": errors("EmitirEventosWs"),
    "BarrerEventos-errores": errors("BarrerEventos"),
    "RegistrarVenta-errores": errors("RegistrarVenta"),
    "ConsultarTienda-errores": errors("ConsultarTienda"),
    "DespacharTiendas-errores": errors("DespacharTiendas"),
    "ActualizarAnalitica-errores": errors("ActualizarAnalitica"),
    "PrediccionDemanda-errores": errors("PrediccionDemanda"),
    "GuardarNotificacion-errores": errors("GuardarNotificacion"),
    "eventos-fallidos-mensajes": waiting("eventos-fallidos"),
    "notificaciones-fallidas-mensajes": waiting("notificaciones-fallidas"),
    "analitica-fallidos-mensajes": waiting("analitica-fallidos"),
    "predicciones-fallidos-mensajes": waiting("predicciones-fallidos"),
}
"""What operators are told of."""

GAUGES = {"OldestPendingSeconds", "ApproximateNumberOfMessagesVisible"}
"""Metrics that are a state and no count: their highest value of a minute tells."""


def test_operators_are_told_of_exactly_this(dev: Graph) -> None:
    """Every alarm watches its metric."""
    alarms = {
        alarm.physical_name.removeprefix("saai-dev-"): (
            alarm.inputs["namespace"],
            alarm.inputs["metricName"],
            alarm.inputs["dimensions"],
        )
        for alarm in dev.of_type("cloudwatch/metricAlarm:MetricAlarm")
    }
    assert alarms == METRICS


def test_once_within_a_minute_is_enough(dev: Graph) -> None:
    """An event alone may be 5 minutes late; no data is no news."""
    for alarm in dev.of_type("cloudwatch/metricAlarm:MetricAlarm"):
        metric = alarm.inputs["metricName"]
        assert alarm.inputs["statistic"] == ("Maximum" if metric in GAUGES else "Sum")
        assert alarm.inputs["threshold"] == (300 if metric == "OldestPendingSeconds" else 1)
        assert (alarm.inputs["period"], alarm.inputs["evaluationPeriods"]) == (60, 1)
        assert alarm.inputs["comparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert alarm.inputs["treatMissingData"] == "notBreaching"


def test_every_alarm_reaches_operators(dev: Graph) -> None:
    """When it begins and when it is over."""
    for alarm in dev.of_type("cloudwatch/metricAlarm:MetricAlarm"):
        assert alarm.inputs["alarmActions"] == alarm.inputs["okActions"] == [ALARMS_TOPIC]
