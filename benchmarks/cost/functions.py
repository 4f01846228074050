"""The real functions, built as Lambda builds them, over clients that count."""

import contextlib
import importlib
import io
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
from saai_domain.aws.clients import AwsClients
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_infra.catalog import FUNCTIONS
from saai_infra.names import module_name
from saai_infra.table_specs import TABLES

from benchmarks.cost.dynamodb import MeteredDynamoDB
from benchmarks.cost.meter import Meter
from benchmarks.cost.prices import Assumptions
from benchmarks.cost.services import GB, Gateway, Invokes, Parameters, Queue, Topic

ENVIRONMENT: Final = {
    **{f"{name.upper().replace('-', '_')}_TABLE": name for name in TABLES},
    "WS_API_ENDPOINT": "https://gateway",
    "ANALITICA_QUEUE_URL": "analitica",
    "ANALITICA_MESSAGES_A_SECOND": "10",
    "PREDICCIONES_QUEUE_URL": "predicciones",
    "JWT_SECRET_PARAMETER": "jwt-secret",
    "TOKEN_IN_URL": "true",
    "ALERTAS_SNS_TOPIC_ARN": "AlertasSAAI",
    "EMITIR_EVENTOS_WS_FUNCTION_NAME": "EmitirEventosWs",
}
POSTING: Final = {"EmitirEventosWs", "OnMessage"}
"""Who uses ``@connections``."""
MEMORY_GB: Final = {spec.name: spec.memory_mb / 1024 for spec in FUNCTIONS}
_CLOUDWATCH_LINE: Final = 26
"""Bytes that CloudWatch adds to a line (CloudWatch pricing, "Logs")."""


class Context:
    """Lambda's context."""

    aws_request_id = "00000000-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return a whole minute."""
        return 60_000


@attrs.frozen(kw_only=True)
class Functions:
    """Every function of the catalogue, and what they write to."""

    meter: Meter
    assumed: Assumptions
    tables: SimulatedDynamoDB
    invokes: Invokes
    topic: Topic
    queue: Queue
    handlers: Mapping[str, Callable[..., Any]]

    @classmethod
    def built(cls, assumed: Assumptions) -> "Functions":
        """Build them."""
        meter = Meter(times=assumed.milliseconds)
        tables = SimulatedDynamoDB()
        invokes, topic, queue, gateway = Invokes(meter), Topic(meter), Queue(meter), Gateway(meter)
        fakes = {
            "dynamodb": MeteredDynamoDB(tables, meter),
            "lambda": invokes,
            "sns": topic,
            "sqs": queue,
            "ssm": Parameters(),
        }

        modules = {spec.name: importlib.import_module(f"{spec.package}.{module_name(spec.name)}") for spec in FUNCTIONS}

        def connections_api(*_: object) -> Gateway:
            return gateway

        def build(name: str, module: Any) -> Callable[..., Any]:  # noqa: ANN401 - a handler's module
            posting = {"connections_api": connections_api} if name in POSTING else {}
            return module.build(ENVIRONMENT, AwsClients(fakes.__getitem__), **posting)

        return cls(
            meter=meter,
            assumed=assumed,
            tables=tables,
            invokes=invokes,
            topic=topic,
            queue=queue,
            handlers={name: build(name, module) for name, module in modules.items()},
        )

    def run(self, name: str, event: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever a function answers
        """Call a function, and count the call: what it asked for, printed, and how long it would have taken."""
        printed = io.StringIO()
        with self.meter.within(name), contextlib.redirect_stdout(printed):
            answer = self.handlers[name](event, Context())
        self._count_log(name, printed.getvalue())
        milliseconds = self.meter.milliseconds + self.assumed.milliseconds.get(name, self.assumed.milliseconds["own"])
        milliseconds += self.assumed.cold_share * self.assumed.cold_milliseconds
        seconds = milliseconds / 1_000
        self.meter.seconds[name] += seconds
        self.meter.add("lambda requests", 1)
        self.meter.add("lambda GB-seconds", seconds * MEMORY_GB[name])
        return answer

    def emit_all(self) -> None:
        """Run what was invoked, and keep the notices that come of it."""
        while self.invokes.queue:
            self.run("EmitirEventosWs", self.invokes.queue.pop(0))
        while self.topic.records:
            self.run("GuardarNotificacion", {"Records": [self.topic.records.pop(0)]})

    def _count_log(self, name: str, text: str) -> None:
        lines = text.splitlines()
        size = len(text.encode()) + _CLOUDWATCH_LINE * len(lines) + self.assumed.runtime_log_bytes
        self.meter.add("log GB", size / GB)
        for line in map(json.loads, lines):
            if line["level"] == "ERROR":
                raise AssertionError(line)
            for directive in line.get("_aws", {}).get("CloudWatchMetrics", ()):
                self.meter.metrics.update((name, metric["Name"]) for metric in directive["Metrics"])
