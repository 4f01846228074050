"""Every function of the product over an AWS in memory, built as Lambda builds it and called as AWS calls it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any, Final

import attrs
import saai_events
import ws_gateway
from saai_domain.codes import ConnectionId
from saai_domain.handlers.commands import HttpCommandSettings
from saai_domain.handlers.entry_point import Handler, in_log_context
from saai_domain.settings import settings_in
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.lambda_context import Invocation
from saai_domain.testing.tokens import PARAMETER
from saai_infra.table_specs import TABLES
from ws_gateway.delivery.outcome import DeliveryOutcome

ENDPOINT: Final = "https://abcdef123.execute-api.us-east-1.amazonaws.com/dev"
TOPIC: Final = "arn:aws:sns:us-east-1:123456789012:AlertasSAAI-dev"
EMITIR_EVENTOS_WS: Final = "saai-dev-EmitirEventosWs"
QUEUES: Final = {
    name: f"https://sqs.us-east-1.amazonaws.com/123456789012/saai-dev-{name}" for name in ("analitica", "predicciones")
}
"""URLs by name."""
FAILED_EVENTS: Final = "https://sqs.us-east-1.amazonaws.com/123456789012/saai-dev-eventos-fallidos"
"""The URL of the queue of what EmitirEventosWs could not do, or refused."""
ENVIRONMENT: Final[Mapping[str, str]] = {
    **{f"{table.upper().replace('-', '_')}_TABLE": table for table in TABLES},
    "WS_API_ENDPOINT": ENDPOINT,
    "JWT_SECRET_PARAMETER": PARAMETER,
    "TOKEN_IN_URL": "true",
    "ALERTAS_SNS_TOPIC_ARN": TOPIC,
    "ANALITICA_QUEUE_URL": QUEUES["analitica"],
    "ANALITICA_MESSAGES_A_SECOND": "10",
    "PREDICCIONES_QUEUE_URL": QUEUES["predicciones"],
    "EVENTOS_FALLIDOS_QUEUE_URL": FAILED_EVENTS,
    "EMITIR_EVENTOS_WS_FUNCTION_NAME": EMITIR_EVENTOS_WS,
}
"""What every function finds, each its own part of it; tables are under the names that docs/domain.md gives them."""


def _modules() -> Iterator[tuple[str, str]]:
    for package in (ws_gateway, saai_events):
        (folder,) = package.__path__
        for file in sorted(Path(folder).glob("*.py")):
            if "\nlambda_handler = " in file.read_text(encoding="utf-8"):
                name = "".join(part.capitalize() for part in file.stem.split("_"))
                yield name, f"{package.__name__}.{file.stem}"


MODULES: Final[Mapping[str, str]] = dict(_modules())
"""Each function's module, which is its name in snake case."""


@attrs.frozen
class InMemoryPoster:
    """The gateway's client of ``@connections``, over the sockets in memory."""

    client: Any

    def post(self, connection_id: ConnectionId, data: bytes) -> DeliveryOutcome:
        """Post to one connection."""
        return DeliveryOutcome.of_status(self.client.post_to_connection(ConnectionId=connection_id, Data=data))

    def post_all(
        self,
        connection_ids: Sequence[ConnectionId],
        data: bytes,
        *,
        deadline: float,  # noqa: ARG002 - nothing in memory takes time
    ) -> Mapping[ConnectionId, DeliveryOutcome]:
        """Post to many, one after the other."""
        return {each: self.post(each, data) for each in connection_ids}

    def close(self, connection_id: ConnectionId) -> DeliveryOutcome:
        """Close a connection."""
        return DeliveryOutcome.of_status(self.client.delete_connection(ConnectionId=connection_id))


def settings_of(name: str) -> type:
    """Return the class of a function's settings: a command's fields are settings of their own besides."""
    module: Any = import_module(MODULES[name])
    settings: type = HttpCommandSettings if isinstance(module.build, partial) else module.Settings
    return settings


def variables_of(name: str) -> frozenset[str]:
    """Return the environment variables that a function reads."""
    module: Any = import_module(MODULES[name])
    command = module.build.args if isinstance(module.build, partial) else ()
    return frozenset(each.variable for cls in (settings_of(name), *command) for each in settings_in(cls).values())


@attrs.frozen
class Functions:
    """The functions by their names; each is built when it is first called, once."""

    aws: InMemoryAws = attrs.field(factory=InMemoryAws)
    environment: Mapping[str, str] = ENVIRONMENT
    _handlers: dict[str, Handler] = attrs.field(init=False, factory=dict)

    def call(self, name: str, event: Mapping[str, Any], context: Invocation | None = None) -> Any:
        """Call a function with an event, and return what it answers."""
        if name not in self._handlers:
            self._handlers[name] = self.build(name)
        return self._handlers[name](event, context or Invocation())

    def build(self, name: str, **environment: str) -> Handler:
        """Build a function anew, with some variables of its environment changed."""
        build: Callable[..., Handler] = import_module(MODULES[name]).build
        posts = "connections_api" in signature(build).parameters
        posting = {"connections_api": self._connections_api} if posts else {}
        return in_log_context(build({**self.environment, **environment}, self.aws.clients, **posting))

    def run_queued(self) -> None:
        """Run the invokes of EmitirEventosWs that are queued, and have the notices kept that come of them."""
        while self.aws.lambda_.queue:
            invoke = self.aws.lambda_.queue.pop(0)
            self.call("EmitirEventosWs", invoke.payload, Invocation(aws_request_id=invoke.request_id))
        while self.aws.sns.messages:
            self.call("GuardarNotificacion", {"Records": [self.aws.sns.messages.pop(0).record]})

    def _connections_api(self, endpoint: str, _environment: Mapping[str, str]) -> InMemoryPoster:
        if endpoint != self.environment["WS_API_ENDPOINT"]:
            raise ValueError(endpoint)
        return InMemoryPoster(self.aws.client("connections"))
