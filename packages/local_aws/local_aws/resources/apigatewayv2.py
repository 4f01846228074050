"""API Gateway: WebSocket and HTTP APIs, with addresses that work on the local AWS."""

from collections.abc import Mapping

from local_aws.resources.request import Aws, Created, Request


def create_api(aws: Aws, request: Request) -> Created:
    name = request.physical_name()
    identity = request.call(aws.clients.apigatewayv2, "create_api", name=name)["ApiId"]
    return Created(
        id=identity,
        outputs={
            "name": name,
            "apiEndpoint": endpoint(aws, identity, protocol=request.inputs["protocolType"]),
            "arn": f"arn:aws:apigateway:{aws.region}::/apis/{identity}",
            "executionArn": aws.arn("execute-api", identity),
        },
    )


def endpoint(aws: Aws, api: str, *, protocol: str) -> str:
    """An API's address without its stage: where AWS has a host name, the local AWS has a path."""
    http = f"{aws.endpoint_url}/_aws/execute-api/{api}"
    return http.replace("http", "ws", 1) if protocol == "WEBSOCKET" else http


def create_integration(aws: Aws, request: Request) -> Created:
    renamed = {"timeoutMilliseconds": "TimeoutInMillis"}
    return Created(id=request.call(aws.clients.apigatewayv2, "create_integration", renamed)["IntegrationId"])


def create_authorizer(aws: Aws, request: Request) -> Created:
    made = request.call(
        aws.clients.apigatewayv2,
        "create_authorizer",
        {"identitySources": "IdentitySource"},
        name=request.physical_name(),
        # Left out, MiniStack would take the Authorization header for the identity source; AWS takes none.
        identitySources=request.inputs.get("identitySources") or [],
    )
    return Created(id=made["AuthorizerId"])


def create_route(aws: Aws, request: Request) -> Created:
    return Created(id=request.call(aws.clients.apigatewayv2, "create_route")["RouteId"])


def create_route_response(aws: Aws, request: Request) -> Created:
    return Created(id=request.call(aws.clients.apigatewayv2, "create_route_response")["RouteResponseId"])


def create_stage(aws: Aws, request: Request) -> Created:
    name = request.physical_name()
    of_routes = {
        each["routeKey"]: {key: value for key, value in each.items() if key != "routeKey"}
        for each in request.inputs.get("routeSettings") or ()
    }
    request.call(
        aws.clients.apigatewayv2, "create_stage", {"name": "StageName"}, name=name, routeSettings=of_routes or None
    )
    return Created(id=name, outputs={"name": name, **_stage_addresses(aws, api=request.inputs["apiId"], stage=name)})


def _stage_addresses(aws: Aws, *, api: str, stage: str) -> Mapping[str, str]:
    protocol = aws.clients.apigatewayv2.get_api(ApiId=api)["ProtocolType"]
    base = endpoint(aws, api, protocol=protocol)
    return {
        # The default stage stands at an API's root.
        "invokeUrl": f"{base}/" if stage == "$default" else f"{base}/{stage}",
        "executionArn": aws.arn("execute-api", f"{api}/{stage}"),
        "arn": f"arn:aws:apigateway:{aws.region}::/apis/{api}/stages/{stage}",
    }
