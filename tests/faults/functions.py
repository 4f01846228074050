"""The real functions, over AWS in memory; each call is a process that may die."""

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from unittest import mock

import attrs
from botocore.exceptions import BotoCoreError, ClientError
from saai_domain.aws.clients import AwsClients
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
POSTING: Final = {"EmitirEventosWs", "OnMessage"}
"""Who uses ``@connections``."""


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

        def connections_api(*_: object) -> Gateway:
            return gateway

        def build(name: str, module: Any) -> Any:
            posting = {"connections_api": connections_api} if name in POSTING else {}
            return module.build(ENVIRONMENT, AwsClients(fakes.__getitem__), **posting)

        with contextlib.redirect_stdout(_Nowhere()):
            yield cls(faults, {name: build(name, module) for name, module in MODULES.items()})

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
