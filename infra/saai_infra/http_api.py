"""The HTTP API: JSON over HTTPS for the frontend."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final, final

import attrs
import pulumi
import pulumi_aws as aws

from saai_infra.access_logs import access_logs
from saai_infra.functions import PythonFunction
from saai_infra.names import http_api_name, logical_name

_STAGE: Final = "$default"
_REQUESTS_PER_SECOND: Final = 1_000
_BURST: Final = 500
"""A tenth of the account's 10,000 requests/s, which all its APIs share."""
_ROUTE_LIMITS: Final[Mapping[str, tuple[int, int]]] = {"POST /ws-ticket": (500, 50)}
"""Requests/s of single routes, and how many at once. When every screen reconnects they all want a ticket: no faster
than API Gateway opens connections (500/s), never at the price of the sales, and never so many in one moment that each
starts a process: Parameter Store answers 40 reads a second (docs/scale.md, "A blip: 50,000 sockets drop at once")."""

_LOG_FORMAT: Final[Mapping[str, str]] = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "status": "$context.status",
    "milliseconds": "$context.responseLatency",
    "integrationError": "$context.integrationErrorMessage",
}

_CORS: Final[aws.apigatewayv2.ApiCorsConfigurationArgsDict] = {
    "allow_origins": ["*"],
    "allow_methods": ["GET", "POST", "OPTIONS"],
    # Named: `*` does not cover Authorization (AWS developer guide, CORS for HTTP APIs).
    "allow_headers": ["authorization", "content-type", "idempotency-key"],
    "max_age": 3600,
}


@attrs.frozen(kw_only=True)
class HttpApiArgs:
    """Which function answers which route."""

    stage: str
    routes: Mapping[PythonFunction, Sequence[str]]
    """Route keys by function: method and path, such as `POST /ventas`."""
    access_log_retention_days: int | None
    """None: no access logs, which need API Gateway's CloudWatch role in the account."""


@final
class HttpApi(pulumi.ComponentResource):
    """Routes to functions, which verify the token themselves: only they can answer SAAI's envelope."""

    def __init__(self, args: HttpApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:HttpApi", "http", None, opts)
        self._below = pulumi.ResourceOptions(parent=self)
        name = http_api_name(args.stage)
        self._api = aws.apigatewayv2.Api(
            "http", name=name, protocol_type="HTTP", cors_configuration=_CORS, opts=self._below
        )
        self._routes: dict[str, aws.apigatewayv2.Route] = {}
        for function, keys in args.routes.items():
            permissions = {key: self._permit(key, function) for key in keys}
            integration = self._integration(function, list(chain(*permissions.values())))
            for key in keys:
                self._routes[key] = self._route(key, integration, permissions[key])
        stage = aws.apigatewayv2.Stage(
            "http",
            api_id=self._api.id,
            name=_STAGE,
            auto_deploy=True,
            default_route_settings={"throttling_rate_limit": _REQUESTS_PER_SECOND, "throttling_burst_limit": _BURST},
            route_settings=[
                {"route_key": key, "throttling_rate_limit": rate, "throttling_burst_limit": burst}
                for key, (rate, burst) in _ROUTE_LIMITS.items()
                if key in self._routes
            ],
            access_log_settings=access_logs(name, _LOG_FORMAT, args.access_log_retention_days, parent=self),
            # A setting of a route that doesn't exist yet is refused.
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(self._routes.values())),
        )
        self.id = self._api.id
        self.execution_arn = self._api.execution_arn
        """What a permission's source begins with."""
        self.stage = _STAGE
        """API Gateway's: an HTTP API has one of this name."""
        self.url = stage.invoke_url.apply(lambda url: url.rstrip("/"))
        """The address without a slash at its end."""
        self.register_outputs({"url": self.url})

    def _permit(self, key: str, function: PythonFunction) -> list[pulumi.Resource]:
        method, path = key.split(" ")
        # The first part is the stage; the API has one.
        source = pulumi.Output.concat(self._api.execution_arn, "/*/", method, path)
        return function.permit_api(logical_name("http", key), source, self._below)

    def _integration(
        self, function: PythonFunction, permissions: list[pulumi.Resource]
    ) -> aws.apigatewayv2.Integration:
        return aws.apigatewayv2.Integration(
            logical_name("http", function.domain_name),
            api_id=self._api.id,
            integration_type="AWS_PROXY",
            integration_method="POST",
            integration_uri=function.invoke_arn,
            payload_format_version="2.0",
            # What it comes to call, the function or its alias, must permit that to every route before.
            opts=pulumi.ResourceOptions(parent=self, depends_on=permissions),
        )

    def _route(
        self, key: str, integration: aws.apigatewayv2.Integration, permissions: list[pulumi.Resource]
    ) -> aws.apigatewayv2.Route:
        return aws.apigatewayv2.Route(
            logical_name("http", key),
            api_id=self._api.id,
            route_key=key,
            target=pulumi.Output.concat("integrations/", integration.id),
            # A route of a stage that exists is served at once: who calls it must be permitted.
            opts=pulumi.ResourceOptions(parent=self, depends_on=permissions),
        )
