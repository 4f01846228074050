"""The real functions, over AWS in memory; each call is a process that may die."""

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from unittest import mock

import attrs
from botocore.exceptions import BotoCoreError, ClientError
from saai_domain.aws import clients
from saai_domain.errors import SaaiError
from saai_events import actualizar_analitica, guardar_notificacion, registrar_venta
from ws_gateway import barrer_eventos, emitir_eventos_ws, on_connect, on_disconnect, on_message

from tests.faults.aws import LambdaQueue, Ssm, Topic
from tests.faults.gateway import Gateway
from tests.faults.kills import Deadly, Faults, ProcessKilled

ENVIRONMENT: Final = {
    "WS_CONNECTIONS_TABLE": "ws-connections",
    "WS_API_ENDPOINT": "https://gateway",
    "COUNTERS_TABLE": "counters",
    "EVENTOS_TABLE": "eventos",
    "IDEMPOTENCIA_TABLE": "idempotencia",
    "PRODUCTOS_TABLE": "productos",
    "VENTAS_TABLE": "ventas",
    "NOTIFICACIONES_TABLE": "notificaciones",
    "ANALITICA_TABLE": "analitica",
    "ANALITICA_QUEUE_URL": "analitica",
    "RESUMENES_TABLE": "resumenes",
    "GASTOS_TABLE": "gastos",
    "USUARIOS_TABLE": "usuarios",
    "TIENDAS_TABLE": "tiendas",
    "JWT_SECRET_PARAMETER": "jwt-secret",
    "ALERTAS_SNS_TOPIC_ARN": "AlertasSAAI",
    "EMITIR_EVENTOS_WS_FUNCTION_NAME": "EmitirEventosWs",
}
MODULES: Final = {
    "RegistrarVenta": registrar_venta,
    "EmitirEventosWs": emitir_eventos_ws,
    "BarrerEventos": barrer_eventos,
    "OnConnect": on_connect,
    "OnDisconnect": on_disconnect,
    "OnMessage": on_message,
    "GuardarNotificacion": guardar_notificacion,
    "ActualizarAnalitica": actualizar_analitica,
}
CLIENTS: Final = (
    clients.dynamodb_client,
    clients.lambda_client,
    clients.sns_client,
    clients.sqs_client,
    clients.ssm_client,
)


@attrs.define
class Context:
    """Lambda's context."""

    aws_request_id: str = "r"

    def get_remaining_time_in_millis(self) -> int:
        return 50_000


@attrs.frozen
class Functions:
    """The handlers by AWS name."""

    faults: Faults
    handlers: Mapping[str, Callable[..., Any]]

    @classmethod
    @contextlib.contextmanager
    def built(
        cls,
        faults: Faults,
        *,
        dynamodb: Any,
        lambda_: LambdaQueue,
        topic: Topic,
        gateway: Gateway,
        queue: Any = None,
    ) -> Iterator["Functions"]:
        """Build every function as Lambda does, over these fakes, for as long as the block lasts."""
        fakes = {
            "dynamodb": Deadly(dynamodb, faults),
            "lambda": Deadly(lambda_, faults),
            "sns": Deadly(topic, faults),
            "sqs": Deadly(queue or mock.Mock(), faults),
            "ssm": Ssm(),
        }

        def make_client(service: str, **_: Any) -> Any:
            return fakes[service]

        with contextlib.ExitStack() as stack:
            for client in CLIENTS:
                client.cache_clear()
                stack.callback(client.cache_clear)
            stack.enter_context(mock.patch.object(clients, "make_client", make_client))
            stack.enter_context(mock.patch("saai_domain.aws.parameters.jwt_secrets", return_value=(Ssm.secret,)))
            for module in (emitir_eventos_ws, on_message):
                stack.enter_context(mock.patch.object(module, "api_gateway_poster", return_value=gateway))
            stack.enter_context(contextlib.redirect_stdout(_Nowhere()))
            yield cls(faults, {name: module.build(ENVIRONMENT) for name, module in MODULES.items()})

    def run(self, name: str, event: Any, *, request_id: str = "r") -> Any:
        """Run a function as a process of its own; None where it died or failed."""
        with self.faults.invocation():
            try:
                return self.handlers[name](event, Context(request_id))
            except (ProcessKilled, SaaiError, ClientError, BotoCoreError):
                return None


class _Nowhere(io.TextIOBase):
    """Takes the functions' log lines."""

    def write(self, text: str) -> int:
        return len(text)
