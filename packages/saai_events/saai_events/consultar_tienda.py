"""ConsultarTienda: the ``GET`` routes, each with the cursor at which its answer is true
(docs/protocol.md, "Snapshots").

Lists answer ``{"items", "siguiente", "cursor"}``. ``limite`` is 1 to 200 rows, 50 by default. Where ``siguiente`` is
not null the list goes on, even if the page is short: the next request passes it on as it is.

| route | who | parameters | items |
|---|---|---|---|
| ``/ventas`` | everyone | ``limite``, ``siguiente``, ``desde`` (a sale's code) | sales, newest first |
| ``/productos`` | everyone | ``limite``, ``siguiente`` | ACTIVO products |
| ``/notificaciones`` | everyone; cashiers see sales only | ``limite``, ``siguiente`` | newest first, with ``id`` |
| ``/analitica`` | ADMIN, SAAI | ``periodo``: ``dia``, ``semana``, ``mes`` | no list: the figures, and ``cursor`` |
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import botocore.exceptions
from saai_domain.auth import Claims, require_role
from saai_domain.aws.channels import Channels
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.parameters import SecretParameter
from saai_domain.component import component
from saai_domain.errors import NotFound, SaaiError
from saai_domain.handlers.authentication import authenticate
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.http_errors import error_response
from saai_domain.handlers.telemetry import log_line
from saai_domain.http_api import Request, success
from saai_domain.roles import Rol
from saai_domain.settings import load_settings, setting
from saai_domain.value_object import value_object

from saai_events.queries.analytics import StoredAnalytics
from saai_events.queries.notifications import notification_list
from saai_events.queries.products import product_list
from saai_events.queries.sales import SalesList
from saai_events.queries.snapshot import Snapshot, Snapshots

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

EVERYONE: Final = frozenset(Rol)
OWNERS: Final = frozenset({Rol.ADMIN, Rol.SAAI})


@component
class Settings:
    """The tokens' signing secret, and the tables that screens are shown."""

    jwt_secret_parameter: str = setting("JWT_SECRET_PARAMETER")
    counters_table: str = setting("COUNTERS_TABLE")
    ventas_table: str = setting("VENTAS_TABLE")
    productos_table: str = setting("PRODUCTOS_TABLE")
    analitica_table: str = setting("ANALITICA_TABLE")
    notificaciones_table: str = setting("NOTIFICACIONES_TABLE")


@value_object
class Route:
    """Who may ask, what reads the answer, and the message that goes with it."""

    allowed: frozenset[Rol]
    read: Callable[[Claims, Mapping[str, str]], Snapshot[Mapping[str, Any]]]
    message: str


def routes(settings: Settings, client: "DynamoDBClient") -> Mapping[str, Route]:
    """Make the routes, by API Gateway's route key."""
    snapshots = Snapshots(client=client, channels=Channels(counters_table=settings.counters_table))
    ventas = SalesList(
        client=client,
        ventas_table=settings.ventas_table,
        counters_table=settings.counters_table,
        snapshots=snapshots,
    )
    productos = product_list(client, settings.productos_table, snapshots)
    notificaciones = notification_list(client, settings.notificaciones_table, snapshots)
    analitica = StoredAnalytics(client=client, analitica_table=settings.analitica_table, snapshots=snapshots)
    return {
        "GET /ventas": Route(allowed=EVERYONE, read=ventas.read, message="Ventas de la tienda."),
        "GET /productos": Route(allowed=EVERYONE, read=productos.read, message="Productos de la tienda."),
        "GET /notificaciones": Route(
            allowed=EVERYONE, read=notificaciones.read, message="Notificaciones de la tienda."
        ),
        "GET /analitica": Route(allowed=OWNERS, read=analitica.read, message="Analítica de la tienda."),
    }


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    table = routes(settings, aws.dynamodb)
    signing = SecretParameter(client=aws.ssm, name=settings.jwt_secret_parameter)
    aws.ahead(signing.read_ahead)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        route_key = event["routeKey"]
        try:
            route = table.get(route_key)
            if route is None:
                raise NotFound("route", [route_key])
            snapshot = ask(route, event, signing)
        except (SaaiError, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            return error_response(
                error, subject="query", refused_metric="QueriesRefused", failed_metric="QueriesFailed", route=route_key
            )
        log_line("query answered", route=route_key, metrics={"QueriesAnswered": 1, "SnapshotTries": snapshot.tries})
        return success(
            {**snapshot.data, "cursor": snapshot.place.cursor, "log": snapshot.place.log}, message=route.message
        )

    return handle


def ask(route: Route, event: Event, signing: SecretParameter) -> Snapshot[Mapping[str, Any]]:
    """Check who asks and whether they may, then read their store."""
    request = Request.from_event(event)
    claims = authenticate(request.bearer_token, signing)
    require_role(claims, route.allowed)
    return route.read(claims, request.query)


lambda_handler = entry_point(build)
