"""The table of functions: to add one, add an entry here and its module to the package.

A function's module is its name in snake case (`EmitirEventosWs` is `emitir_eventos_ws`), its handler
`{package}.{module}.lambda_handler`. What it lists under `uses` becomes its environment and its policy; what calls it
becomes routes, rules, subscriptions and permissions.
"""

from collections.abc import Callable
from typing import Final

from saai_infra.alarm_topic import MetricAlarm
from saai_infra.function_spec import FunctionSpec, Resources
from saai_infra.permissions import Grant, flag
from saai_infra.queues import QueueSpec
from saai_infra.triggers import ScheduleSpec

_ONE_CPU_MB: Final = 1769
"""The memory with which a function has one whole vCPU (AWS Lambda developer guide, "Configure memory")."""


def _publishes(saai: Resources) -> tuple[Grant, ...]:
    """Rights to write an event and its place in the channel, and to have it delivered."""
    return (
        saai.tables["counters"].grant("BatchGetItem", "PutItem", "UpdateItem"),
        saai.tables["eventos"].grant("PutItem"),
        saai.functions["EmitirEventosWs"].grant_invoke(),
    )


def _command(name: str, route: str, *, changes: Callable[[Resources], tuple[Grant, ...]]) -> FunctionSpec:
    """A command of the HTTP API (`saai_domain.handlers.commands`): `changes` are rights on the rows that it changes."""
    return FunctionSpec(
        name=name,
        package="saai_events",
        http_routes=(route,),
        is_command=True,
        timeout_seconds=20,
        alarms=(
            MetricAlarm(
                name="solicitudes-fallidas",
                metric="CommandsFailed",
                description="A request was answered 500: a row that can't be read, or AWS refused",
            ),
            MetricAlarm(
                name="avisos-fallidos",
                metric="PublishFailed",
                description="An event could not be handed to EmitirEventosWs: screens wait for the next sweep",
            ),
        ),
        uses=lambda saai: (
            saai.jwt_secret.grant(),
            saai.tables["tiendas"].grant("BatchGetItem"),
            saai.tables["usuarios"].grant("BatchGetItem"),
            saai.tables["idempotencia"].grant("BatchGetItem", "PutItem"),
            *_publishes(saai),
            *changes(saai),
        ),
    )


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
        alarms=(
            MetricAlarm(
                name="tickets-fallidos",
                metric="TicketsFailed",
                description="A ticket was answered 500: screens can't connect without their token in the URL",
            ),
        ),
        uses=lambda saai: (saai.jwt_secret.grant(), saai.tables["ws-tickets"].grant("PutItem")),
    ),
    FunctionSpec(
        name="OnConnect",
        package="ws_gateway",
        websocket_routes=("$connect",),
        uses=lambda saai: (
            saai.tables["ws-connections"].grant("PutItem", "DeleteItem"),
            saai.tables["tiendas"].grant("BatchGetItem"),
            saai.tables["usuarios"].grant("BatchGetItem"),
        ),
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
        alarms=(
            MetricAlarm(
                name="conexiones-inundan",
                metric="ConnectionsFlooding",
                description="A connection was closed that went on sending far more than it may",
            ),
        ),
        uses=lambda saai: (
            saai.tables["ws-connections"].grant("BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"),
            saai.tables["tiendas"].grant("BatchGetItem"),
            saai.tables["usuarios"].grant("BatchGetItem"),
            saai.tables["counters"].grant("BatchGetItem"),
            saai.tables["eventos"].grant("Query"),
            saai.websocket.grant("POST", "DELETE"),
        ),
    ),
    FunctionSpec(
        name="CerrarPantallas",
        package="ws_gateway",
        invoked_by_services=True,
        timeout_seconds=60,
        uses=lambda saai: (
            saai.tables["ws-connections"].grant("Query", "UpdateItem", "DeleteItem"),
            saai.websocket.grant("DELETE"),
        ),
    ),
    FunctionSpec(
        name="EmitirEventosWs",
        package="ws_gateway",
        invoked_by_services=True,
        memory_mb=_ONE_CPU_MB,
        timeout_seconds=60,
        failures_queue="eventos-fallidos",
        alarms=(
            MetricAlarm(
                name="conexiones-prohibidas",
                metric="ConnectionsForbidden",
                description="API Gateway answers 403 to its posts: its right to execute-api:ManageConnections is wrong",
            ),
            MetricAlarm(
                name="eventos-rechazados",
                metric="EventsRefused",
                description="A service sends events that break the contracts: they reach nobody, and wait in a queue",
            ),
            MetricAlarm(
                name="refrescos-fallidos",
                metric="RefreshesFailed",
                description="After a sale the refresh of the analytics could not be asked for: dashboards fall behind",
            ),
        ),
        uses=lambda saai: (
            saai.tables["ws-connections"].grant("Query", "DeleteItem"),
            saai.tables["eventos"].grant("GetItem", "UpdateItem", "PutItem"),
            saai.tables["counters"].grant("BatchGetItem", "PutItem", "UpdateItem"),
            saai.tables["idempotencia"].grant("BatchGetItem", "PutItem"),
            saai.queues["analitica"].grant_send(),
            saai.failures["eventos-fallidos"].address(),
            saai.websocket.grant("POST", "DELETE"),
            saai.alerts.grant_publish(),
        ),
    ),
    FunctionSpec(
        name="BarrerEventos",
        package="ws_gateway",
        schedules=(ScheduleSpec(name="barrer-eventos", expression="rate(1 minute)"),),
        silence_alarm_minutes=5,
        # A sweep ends before the next begins.
        timeout_seconds=55,
        alarms=(
            MetricAlarm(
                name="evento-pendiente",
                metric="OldestPendingSeconds",
                statistic="Maximum",
                threshold=300,
                description="An event has waited 5 minutes for its delivery",
            ),
            MetricAlarm(
                name="intentos-agotados",
                metric="AttemptsUsedUp",
                description="An event was emitted again and again and is still not delivered",
            ),
        ),
        uses=lambda saai: (
            saai.tables["eventos"].grant("Query", index="pendientes"),
            saai.tables["eventos"].grant("BatchGetItem", "UpdateItem"),
            saai.functions["EmitirEventosWs"].grant_invoke(),
        ),
    ),
    _command(
        "RegistrarVenta",
        "POST /ventas",
        changes=lambda saai: (
            saai.tables["productos"].grant("BatchGetItem", "UpdateItem"),
            saai.tables["ventas"].grant("PutItem"),
        ),
    ),
    FunctionSpec(
        name="ConsultarTienda",
        package="saai_events",
        http_routes=("GET /ventas", "GET /productos", "GET /analitica", "GET /notificaciones"),
        timeout_seconds=20,
        alarms=(
            MetricAlarm(
                name="consultas-fallidas",
                metric="QueriesFailed",
                description="A list or a dashboard was answered 500: a row that can't be read, or AWS refused",
            ),
        ),
        uses=lambda saai: (
            saai.jwt_secret.grant(),
            saai.tables["counters"].grant("BatchGetItem"),
            saai.tables["ventas"].grant("BatchGetItem", "Query"),
            saai.tables["productos"].grant("Query"),
            saai.tables["analitica"].grant("BatchGetItem"),
            saai.tables["notificaciones"].grant("Query"),
        ),
    ),
    FunctionSpec(
        name="DespacharTiendas",
        package="saai_events",
        schedules=(
            ScheduleSpec(name="refrescar-analitica", expression="rate(4 hours)", input={"tarea": "analitica"}),
            # 02:00 in Lima, which has no summer time.
            ScheduleSpec(name="predecir-demanda", expression="cron(0 7 * * ? *)", input={"tarea": "predicciones"}),
        ),
        timeout_seconds=120,
        uses=lambda saai: (
            saai.tables["tiendas"].grant("Query"),
            saai.queues["analitica"].grant_send(),
            saai.queues["analitica"].pace(),
            saai.queues["predicciones"].grant_send(),
        ),
    ),
    FunctionSpec(
        name="ActualizarAnalitica",
        package="saai_events",
        queue=QueueSpec(name="analitica", batch_size=5, maximum_concurrency=10, late_after_seconds=1800),
        memory_mb=1024,
        timeout_seconds=60,
        uses=lambda saai: (
            saai.tables["analitica"].grant("BatchGetItem", "PutItem"),
            saai.tables["resumenes"].grant("Query", "PutItem"),
            saai.tables["ventas"].grant("BatchGetItem", "Query"),
            saai.tables["productos"].grant("Query"),
            saai.tables["gastos"].grant("Query"),
            saai.tables["usuarios"].grant("Query"),
            saai.tables["tiendas"].grant("BatchGetItem"),
            *_publishes(saai),
        ),
    ),
    FunctionSpec(
        name="PrediccionDemanda",
        package="saai_events",
        http_routes=("POST /predicciones",),
        # A night's work of all stores may take hours.
        queue=QueueSpec(name="predicciones", batch_size=1, maximum_concurrency=3, late_after_seconds=4 * 3600),
        memory_mb=_ONE_CPU_MB,
        timeout_seconds=120,
        alarms=(
            MetricAlarm(
                name="predicciones-fallidas",
                metric="PredictionsFailed",
                description="A forecast was answered 500: a row that can't be read, or AWS refused",
            ),
        ),
        uses=lambda saai: (
            saai.jwt_secret.grant(),
            saai.tables["predicciones"].grant("BatchGetItem", "PutItem", "BatchWriteItem"),
            saai.tables["resumenes"].grant("Query", "PutItem"),
            saai.tables["ventas"].grant("BatchGetItem", "Query"),
            saai.tables["productos"].grant("BatchGetItem", "Query"),
            saai.tables["idempotencia"].grant("BatchGetItem", "PutItem"),
            *_publishes(saai),
        ),
    ),
    FunctionSpec(
        name="GuardarNotificacion",
        package="saai_events",
        subscribes_to_alerts=True,
        failures_queue="notificaciones-fallidas",
        uses=lambda saai: (saai.tables["notificaciones"].grant("PutItem"),),
    ),
)


QUEUES: Final = tuple((spec.queue, spec.timeout_seconds) for spec in FUNCTIONS if spec.queue is not None)
"""Queues of work, with the timeout of their worker in seconds."""
QUEUE_NAMES: Final = tuple(queue.name for queue, _seconds in QUEUES)
FUNCTION_NAMES: Final = tuple(spec.name for spec in FUNCTIONS)
API_FUNCTION_NAMES: Final = tuple(spec.name for spec in FUNCTIONS if spec.is_called_by_an_api)
PACKAGES: Final = tuple(dict.fromkeys(spec.package for spec in FUNCTIONS))
"""The packages that are zipped as code."""
