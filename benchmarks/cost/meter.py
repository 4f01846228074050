"""What the functions do, counted in the units that AWS bills, while they run over an AWS in memory."""

import contextlib
import io
import json
import math
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
from saai_domain.testing.aws import Call
from saai_domain.testing.lambda_context import Invocation
from saai_infra.catalog import FUNCTIONS
from saai_support.functions import Functions
from saai_support.metering import DynamoDBMeter
from ws_gateway.delivery.poster import MAX_CONNECTIONS

from benchmarks.cost.prices import Assumptions

WEBSOCKET_UNIT: Final = 32 * 1024
HTTP_UNIT: Final = 512 * 1024
MESSAGE_UNIT: Final = 64 * 1024
"""Of SNS and SQS."""
GB: Final = 10**9
MEMORY_GB: Final = {spec.name: spec.memory_mb / 1024 for spec in FUNCTIONS}
_CLOUDWATCH_LINE: Final = 26
"""Bytes that CloudWatch adds to a line (CloudWatch pricing, "Logs")."""
_WAITS: Final = {"lambda": "lambda invoke", "sns": "sns publish", "sqs": "sqs send"}
_DYNAMODB_WRITES: Final = frozenset({"put_item", "update_item", "delete_item", "batch_write_item"})

Units = Mapping[str, float]
"""Units by the name of their meter in ``benchmarks.cost.prices``."""


@attrs.frozen(kw_only=True)
class Count:
    """What was done in a stretch."""

    units: Units
    calls: Mapping[str, int]
    """By ``{function} {operation}``; that a function was called stands as ``{function} called``."""
    reads: Mapping[str, float]
    """Read units by table, of an index as ``{table}/{index}``."""
    writes: Mapping[str, float]
    """Write units, the same way."""
    seconds: Mapping[str, float]
    """How long each function would have run."""
    metrics: frozenset[tuple[str, str]]
    """Metrics that were printed, with their function."""
    received: int
    """Messages that screens sent."""


def _sums() -> defaultdict[str, float]:
    return defaultdict(float)


@attrs.frozen(kw_only=True)
class MeteredFunctions(Functions):
    """Functions that count from the beginning, or since the last ``take``."""

    assumed: Assumptions
    units: dict[str, float] = attrs.field(init=False, factory=_sums)
    calls: Counter[str] = attrs.field(init=False, factory=Counter)
    seconds: dict[str, float] = attrs.field(init=False, factory=_sums)
    metrics: set[tuple[str, str]] = attrs.field(init=False, factory=set)
    _dynamodb: DynamoDBMeter = attrs.field(
        init=False, default=attrs.Factory(lambda self: DynamoDBMeter(self.aws.dynamodb), takes_self=True)
    )
    _lock: threading.Lock = attrs.field(init=False, factory=threading.Lock)
    """DespacharTiendas sends from several threads."""

    def call(self, name: str, event: Mapping[str, Any], context: Invocation | None = None) -> Any:
        """Call a function, and count what it asked for, printed, and how long it would have taken."""
        waited: Counter[str] = Counter()

        def note(call: Call, make: Callable[[], Any]) -> Any:
            with self._lock:
                self._note(name, call, waited)
            return self._dynamodb.around(call, make)

        printed = io.StringIO()
        with self.aws.meanwhile(note), contextlib.redirect_stdout(printed):
            answer = super().call(name, event, context)
        self.calls[f"{name} called"] += 1
        self._count_event(event, answer)
        self._count_time(name, waited)
        self._count_log(name, printed.getvalue())
        return answer

    def take(self) -> Count:
        """Return what was counted, and begin anew."""
        self.units["dynamodb read units"] = sum(self._dynamodb.reads.values())
        self.units["dynamodb write units"] = sum(self._dynamodb.writes.values())
        received = self.calls.pop("received", 0)
        count = Count(
            units={meter: used for meter, used in self.units.items() if used},
            calls=dict(self.calls),
            reads=dict(self._dynamodb.reads),
            writes=dict(self._dynamodb.writes),
            seconds=dict(self.seconds),
            metrics=frozenset(self.metrics),
            received=received,
        )
        for each in (self.units, self.calls, self._dynamodb.reads, self._dynamodb.writes, self.seconds, self.metrics):
            each.clear()
        return count

    def _note(self, function: str, call: Call, waited: Counter[str]) -> None:
        """Count a call but for DynamoDB's units, and how often the function waits for a call of its kind."""
        params = call.params
        match call.service:
            case "ssm":
                # A process reads the secret every 5 minutes, however many calls it has: the month counts that.
                return
            case "dynamodb":
                pages = len(self._dynamodb.pages(params)) if call.operation == "query" else 1
                waited[_kind(call.operation)] += pages
            case "connections":
                waited["post"] += 1
                self._count_frame(len(params.get("Data", b"")))
            case "sns":
                self.units["sns publishes"] += math.ceil(len(params["Message"].encode()) / MESSAGE_UNIT)
            case "sqs":
                bodies = [entry["MessageBody"] for entry in params.get("Entries", [params])]
                self.units["sqs requests"] += math.ceil(sum(map(len, bodies)) / MESSAGE_UNIT)
            case _:
                pass
        if call.service in _WAITS:
            waited[_WAITS[call.service]] += 1
        self.calls[f"{function} {call.operation}"] += 1

    def _count_event(self, event: Mapping[str, Any], answer: Any) -> None:
        """Count how the event came, and how its answer goes back."""
        match event:
            case {"version": "2.0"}:
                self.units["http requests"] += math.ceil(len(answer["body"]) / HTTP_UNIT)
                self.units["GB out"] += len(answer["body"].encode()) / GB
            case {"requestContext": {"eventType": "MESSAGE"}, "body": str(body)}:
                self.calls["received"] += 1
                self.units["websocket messages"] += math.ceil(len(body) / WEBSOCKET_UNIT)
                self._count_frame(len(answer["body"]))
            case {"Records": [{"eventSource": "aws:sqs"}, *_]}:
                # Lambda takes the messages, and deletes them.
                self.units["sqs requests"] += 2
            case _:
                pass

    def _count_frame(self, size: int) -> None:
        self.units["websocket messages"] += max(1, math.ceil(size / WEBSOCKET_UNIT))
        self.units["GB out"] += size / GB

    def _count_time(self, name: str, waited: Counter[str]) -> None:
        times = self.assumed.milliseconds
        # One thread has so many posts under way; it waits for the slowest of them.
        waited["post"] = math.ceil(waited["post"] / MAX_CONNECTIONS)
        milliseconds = times.get(name, times["own"]) + sum(count * times[kind] for kind, count in waited.items())
        milliseconds += self.assumed.cold_share * self.assumed.cold_milliseconds
        self.seconds[name] += milliseconds / 1_000
        self.units["lambda requests"] += 1
        self.units["lambda GB-seconds"] += milliseconds / 1_000 * MEMORY_GB[name]

    def _count_log(self, name: str, text: str) -> None:
        lines = text.splitlines()
        size = len(text.encode()) + _CLOUDWATCH_LINE * len(lines) + self.assumed.runtime_log_bytes
        self.units["log GB"] += size / GB
        for line in map(json.loads, lines):
            if line["level"] == "ERROR":
                raise AssertionError(line)
            for directive in line.get("_aws", {}).get("CloudWatchMetrics", ()):
                self.metrics.update((name, metric["Name"]) for metric in directive["Metrics"])


def _kind(operation: str) -> str:
    if operation == "transact_write_items":
        return "dynamodb transaction"
    return "dynamodb write" if operation in _DYNAMODB_WRITES else "dynamodb read"
