"""What an entry of the table of functions (`catalog`) may say."""

from collections.abc import Callable, Mapping

import attrs

from saai_infra.alarm_topic import MetricAlarm
from saai_infra.alerts import AlertsTopic
from saai_infra.functions import PythonFunction
from saai_infra.jwt_secret import JwtSecret
from saai_infra.names import module_name
from saai_infra.permissions import Grant
from saai_infra.queues import FailuresQueue, QueueSpec, WorkQueue
from saai_infra.tables import Table
from saai_infra.triggers import ScheduleSpec
from saai_infra.websocket_api import WebSocketApi


@attrs.frozen(kw_only=True)
class Resources:
    """What a function may use."""

    tables: Mapping[str, Table]
    """By docs/domain.md's name."""
    functions: Mapping[str, PythonFunction]
    """Those that stand before it in the table."""
    queues: Mapping[str, WorkQueue]
    """Every queue of work, also those whose worker stands further down."""
    failures: Mapping[str, FailuresQueue]
    """Every queue of what failed for good."""
    jwt_secret: JwtSecret
    alerts: AlertsTopic
    websocket: WebSocketApi
    token_in_url: bool
    """Whether `$connect` accepts a JWT as a query parameter."""


@attrs.frozen(kw_only=True)
class FunctionSpec:
    """One row of the table: what a function uses, what calls it, and what operators are told of."""

    name: str
    package: str
    uses: Callable[[Resources], tuple[Grant, ...]]
    memory_mb: int = 512
    timeout_seconds: int = 10
    authorizes_connections: bool = False
    """Whether it is the authorizer of `$connect`."""
    websocket_routes: tuple[str, ...] = ()
    http_routes: tuple[str, ...] = ()
    is_command: bool = False
    """Whether it is a command and nothing else: written by `saai_domain.handlers.commands`."""
    invoked_by_services: bool = False
    """Whether other services invoke it (docs/domain.md, "Names on AWS"): its ARN is among the stage's outputs."""
    queue: QueueSpec | None = None
    """The work it does, one message at a time or some together."""
    schedules: tuple[ScheduleSpec, ...] = ()
    subscribes_to_alerts: bool = False
    """Whether it gets every notice of AlertasSAAI."""
    failures_queue: str | None = None
    """Where its asynchronous calls go that failed for good: what comes after `saai-{stage}-`. Alarmed."""
    alarms: tuple[MetricAlarm, ...] = ()
    """On metrics that it prints, besides the one on its failed calls that every function has."""
    silence_alarm_minutes: int | None = None
    """After how long without a call something is wrong; None where nobody need call."""

    def __attrs_post_init__(self) -> None:
        if self.subscribes_to_alerts and self.failures_queue is None:
            raise ValueError(f"{self.name} subscribes to alerts: what SNS can't deliver needs a failures_queue")

    @property
    def is_called_asynchronously(self) -> bool:
        """Whether Lambda keeps its calls and repeats those that fail: of clocks, topics, and with a failures queue."""
        return bool(self.schedules) or self.subscribes_to_alerts or self.failures_queue is not None

    @property
    def is_called_by_an_api(self) -> bool:
        """Whether somebody waits for its answer."""
        return bool(self.http_routes or self.websocket_routes or self.authorizes_connections)

    @property
    def handler(self) -> str:
        """Lambda's handler setting."""
        return f"{self.package}.{module_name(self.name)}.lambda_handler"
