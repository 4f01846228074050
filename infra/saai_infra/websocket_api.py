"""The WebSocket API: what functions post to, and the routes that lead to functions."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final, Literal, final

import attrs
import pulumi
import pulumi_aws as aws

from saai_infra.access_logs import access_logs
from saai_infra.functions import PythonFunction
from saai_infra.names import logical_name, websocket_api_name
from saai_infra.permissions import Grant, Statement

ConnectionMethod = Literal["POST", "DELETE"]

_ROUTE_SELECTION: Final = "$request.body.action"
_ROUTES: Final = "websocket-routes"
_CONNECT: Final = "$connect"
_WITHOUT_ANSWER: Final = frozenset({_CONNECT, "$disconnect"})
"""Routes whose function's body goes nowhere."""

_REQUESTS_PER_SECOND: Final = 2_000
_BURST: Final = 1_000
"""A fifth of the account's 10,000 requests/s, which callbacks (`@connections`) and all other APIs share."""

_ROUTE_LIMITS: Final[Mapping[str, tuple[int, int]]] = {"$default": (50, 50)}
"""Requests a second and at once. No client of ours sends what leads to `$default`: it takes nothing from the others."""

_LOG_FORMAT: Final[Mapping[str, str]] = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "event": "$context.eventType",
    "status": "$context.status",
    "connectionId": "$context.connectionId",
    "authorizer": "$context.authorizer.status",
    "integrationError": "$context.integrationErrorMessage",
    "error": "$context.error.message",
}


@attrs.frozen(kw_only=True)
class WebSocketApiArgs:
    """The API of a stage."""

    stage: str


@final
class WebSocketApi(pulumi.ComponentResource):
    """The API itself, before its routes: functions need its address, and its routes need the functions."""

    def __init__(self, args: WebSocketApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:WebSocketApi", "websocket", None, opts)
        api = aws.apigatewayv2.Api(
            "websocket",
            name=websocket_api_name(args.stage),
            protocol_type="WEBSOCKET",
            route_selection_expression=_ROUTE_SELECTION,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.stage = args.stage
        self.id = api.id
        self.execution_arn = api.execution_arn
        self.url = pulumi.Output.concat(api.api_endpoint, "/", args.stage)
        """Where screens connect: `wss://…/{stage}`."""
        self.endpoint = self.url.apply(callback_endpoint)
        """Where functions post: the https form."""
        self.register_outputs({"url": self.url, "endpoint": self.endpoint})

    def grant(self, *methods: ConnectionMethod) -> Grant:
        """Let a function post to this stage's connections (POST) or close them (DELETE).

        Their ids are AWS's, hence the `*` that AWS asks for.
        """
        return Grant(
            environment={"WS_API_ENDPOINT": self.endpoint},
            statements=tuple(
                Statement(
                    actions=("execute-api:ManageConnections",),
                    resource=pulumi.Output.concat(self.execution_arn, f"/{self.stage}/{method}/@connections/*"),
                )
                for method in methods
            ),
        )


def callback_endpoint(url: str) -> str:
    """The address of `@connections` for a WebSocket address: `https` for `wss`, `http` for a local AWS's `ws`."""
    scheme, separator, rest = url.partition("://")
    return {"wss": "https", "ws": "http"}.get(scheme, scheme) + separator + rest


@attrs.frozen(kw_only=True)
class WebSocketRoutesArgs:
    """Which function answers which route."""

    api: WebSocketApi
    authorizer: PythonFunction
    routes: Mapping[PythonFunction, Sequence[str]]
    """Route keys by function."""
    access_log_retention_days: int | None
    """None: no access logs, which need API Gateway's CloudWatch role in the account."""


@final
class WebSocketRoutes(pulumi.ComponentResource):
    """Authorizer, integrations, routes, and the stage that serves them as they are (`docs/decisions.md`)."""

    def __init__(self, args: WebSocketRoutesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:WebSocketRoutes", _ROUTES, None, opts)
        self._api = args.api
        self._below = pulumi.ResourceOptions(parent=self)
        self._served: list[pulumi.Resource] = []
        authorizer = self._authorizer(args.authorizer)
        for function, keys in args.routes.items():
            permissions = {key: self._permit(key, function, f"/{self._api.stage}/{key}") for key in keys}
            integration = self._integration(function, list(chain(*permissions.values())))
            for key in keys:
                self._route(key, integration, permissions[key], authorizer)
        self.stage = self._stage(args.access_log_retention_days)
        self.register_outputs({"invoke_url": self.stage.invoke_url})

    def _authorizer(self, function: PythonFunction) -> aws.apigatewayv2.Authorizer:
        """Without identity sources, or a handshake that lacks one would be answered 401 without running the Lambda."""
        # Of any authorizer of the API, which has one: it must be permitted before it comes to call the function or its
        # alias, so the permission can't wait for its id.
        permissions = self._permit(f"{function.domain_name}-authorizer", function, "/authorizers/*")
        return aws.apigatewayv2.Authorizer(
            logical_name(_ROUTES, function.domain_name),
            api_id=self._api.id,
            authorizer_type="REQUEST",
            name=function.domain_name,
            authorizer_uri=function.invoke_arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=permissions),
        )

    def _integration(
        self, function: PythonFunction, permissions: list[pulumi.Resource]
    ) -> aws.apigatewayv2.Integration:
        return aws.apigatewayv2.Integration(
            logical_name(_ROUTES, function.domain_name),
            api_id=self._api.id,
            integration_type="AWS_PROXY",
            integration_method="POST",
            integration_uri=function.invoke_arn,
            content_handling_strategy="CONVERT_TO_TEXT",
            # What it comes to call, the function or its alias, must permit that to every route before.
            opts=pulumi.ResourceOptions(parent=self, depends_on=permissions),
        )

    def _route(
        self,
        key: str,
        integration: aws.apigatewayv2.Integration,
        permissions: list[pulumi.Resource],
        authorizer: aws.apigatewayv2.Authorizer,
    ) -> None:
        answers = key not in _WITHOUT_ANSWER
        route = aws.apigatewayv2.Route(
            logical_name(_ROUTES, key),
            api_id=self._api.id,
            route_key=key,
            target=pulumi.Output.concat("integrations/", integration.id),
            authorization_type="CUSTOM" if key == _CONNECT else "NONE",
            authorizer_id=authorizer.id if key == _CONNECT else None,
            route_response_selection_expression="$default" if answers else None,
            # A route of a stage that exists is served at once: who calls it must be permitted.
            opts=pulumi.ResourceOptions(parent=self, depends_on=permissions),
        )
        self._served.append(route)
        if answers:
            response = aws.apigatewayv2.RouteResponse(
                logical_name(_ROUTES, key),
                api_id=self._api.id,
                route_id=route.id,
                route_response_key="$default",
                opts=self._below,
            )
            self._served.append(response)

    def _permit(self, name: str, function: PythonFunction, path: str) -> list[pulumi.Resource]:
        source = pulumi.Output.concat(self._api.execution_arn, path)
        return function.permit_api(logical_name(_ROUTES, name), source, self._below)

    def _stage(self, access_log_retention_days: int | None) -> aws.apigatewayv2.Stage:
        return aws.apigatewayv2.Stage(
            _ROUTES,
            api_id=self._api.id,
            name=self._api.stage,
            # A deployment of the program's own would be a snapshot made before a removed route is deleted.
            auto_deploy=True,
            default_route_settings={"throttling_rate_limit": _REQUESTS_PER_SECOND, "throttling_burst_limit": _BURST},
            route_settings=[
                {"route_key": key, "throttling_rate_limit": rate, "throttling_burst_limit": burst}
                for key, (rate, burst) in _ROUTE_LIMITS.items()
            ],
            access_log_settings=access_logs(
                websocket_api_name(self._api.stage), _LOG_FORMAT, access_log_retention_days, parent=self
            ),
            # An API without routes can't be deployed; and the first deployment has them all.
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._served),
        )
