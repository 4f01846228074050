"""The table of functions: to add one, add an entry here and its module to the package.

A function's module is its name in snake case (`EmitirEventosWs` is `emitir_eventos_ws`), its handler
`{package}.{module}.lambda_handler`. What it lists under `uses` becomes its environment and its policy.
"""

from collections.abc import Callable, Mapping
from typing import Final

import attrs

from saai_infra.alerts import AlertsTopic
from saai_infra.functions import PythonFunction
from saai_infra.jwt_secret import JwtSecret
from saai_infra.names import module_name
from saai_infra.permissions import Grant, flag
from saai_infra.tables import Table
from saai_infra.websocket_api import WebSocketApi


@attrs.frozen(kw_only=True)
class Resources:
    """What a function may use."""

    tables: Mapping[str, Table]
    """By DOMAIN.md's name."""
    functions: Mapping[str, PythonFunction]
    """Those that stand before it in the table."""
    jwt_secret: JwtSecret
    alerts: AlertsTopic
    websocket: WebSocketApi
    token_in_url: bool
    """Whether `$connect` accepts a JWT as a query parameter."""


@attrs.frozen(kw_only=True)
class FunctionSpec:
    """One row of the table."""

    name: str
    package: str
    uses: Callable[[Resources], tuple[Grant, ...]]
    memory_mb: int = 512
    timeout_seconds: int = 10
    websocket_routes: tuple[str, ...] = ()
    http_routes: tuple[str, ...] = ()
    authorizes_connections: bool = False
    """Whether it is the authorizer of `$connect`."""
    posts_to_connections: bool = False
    """Whether a 403 from API Gateway is alarmed."""
    error_alarm: bool = False
    """Whether a failed call is alarmed."""

    @property
    def handler(self) -> str:
        """Lambda's handler setting."""
        return f"{self.package}.{module_name(self.name)}.lambda_handler"


FUNCTIONS: Final[tuple[FunctionSpec, ...]] = (
    FunctionSpec(
        name="AutorizarConexion",
        package="ws_gateway",
        authorizes_connections=True,
        uses=lambda saai: (
            saai.jwt_secret.grant(),
            saai.tables["tiendas"].grant("BatchGetItem"),
            saai.tables["usuarios"].grant("BatchGetItem"),
            saai.tables["ws-tickets"].grant("DeleteItem"),
            flag("TOKEN_IN_URL", enabled=saai.token_in_url),
        ),
    ),
    FunctionSpec(
        name="EmitirTicketWs",
        package="ws_gateway",
        http_routes=("POST /ws-ticket",),
        uses=lambda saai: (saai.jwt_secret.grant(), saai.tables["ws-tickets"].grant("PutItem")),
    ),
    FunctionSpec(
        name="OnConnect",
        package="ws_gateway",
        websocket_routes=("$connect",),
        uses=lambda saai: (saai.tables["ws-connections"].grant("PutItem"),),
    ),
    FunctionSpec(
        name="OnDisconnect",
        package="ws_gateway",
        websocket_routes=("$disconnect",),
        uses=lambda saai: (
            saai.tables["ws-connections"].grant("Query", index="por_conexion"),
            saai.tables["ws-connections"].grant("DeleteItem"),
        ),
    ),
    FunctionSpec(
        name="OnMessage",
        package="ws_gateway",
        websocket_routes=("ping", "resume", "$default"),
        uses=lambda saai: (
            saai.tables["ws-connections"].grant("BatchGetItem", "PutItem", "DeleteItem"),
            saai.tables["counters"].grant("BatchGetItem"),
            saai.tables["eventos"].grant("Query"),
            saai.websocket.grant("POST", "DELETE"),
        ),
    ),
    FunctionSpec(
        name="EmitirEventosWs",
        package="ws_gateway",
        # 1,769 MB is one whole vCPU (AWS Lambda developer guide, "Configure memory").
        memory_mb=1769,
        timeout_seconds=60,
        posts_to_connections=True,
        error_alarm=True,
        uses=lambda saai: (
            saai.tables["ws-connections"].grant("Query", "DeleteItem"),
            saai.tables["eventos"].grant("GetItem", "UpdateItem", "PutItem"),
            saai.tables["counters"].grant("BatchGetItem", "PutItem", "UpdateItem"),
            saai.tables["idempotencia"].grant("BatchGetItem", "PutItem"),
            saai.websocket.grant("POST", "DELETE"),
            saai.alerts.grant_publish(),
        ),
    ),
    FunctionSpec(
        name="RegistrarVenta",
        package="saai_events",
        http_routes=("POST /ventas",),
        timeout_seconds=20,
        error_alarm=True,
        uses=lambda saai: (
            saai.jwt_secret.grant(),
            saai.tables["productos"].grant("BatchGetItem", "UpdateItem"),
            saai.tables["counters"].grant("BatchGetItem", "PutItem", "UpdateItem"),
            saai.tables["ventas"].grant("PutItem"),
            saai.tables["eventos"].grant("PutItem"),
            saai.tables["idempotencia"].grant("BatchGetItem", "PutItem"),
            saai.functions["EmitirEventosWs"].grant_invoke(),
        ),
    ),
)

FUNCTION_NAMES: Final = tuple(spec.name for spec in FUNCTIONS)
PACKAGES: Final = tuple(dict.fromkeys(spec.package for spec in FUNCTIONS))
"""The packages that are zipped as code."""
