"""API Gateway: WebSocket and HTTP APIs, with addresses that work on the local AWS."""

from collections.abc import Mapping
from typing import Any

from local_aws.resources.request import Aws, Created, Request


def create_api(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "protocolType": "ProtocolType",
            "routeSelectionExpression": "RouteSelectionExpression",
            "description": "Description",
            "version": "Version",
            "disableExecuteApiEndpoint": "DisableExecuteApiEndpoint",
            "tags": "Tags",
        },
        by_hand=("name", "corsConfiguration"),
    )
    name = request.physical_name()
    if request.inputs.get("corsConfiguration"):
        arguments["CorsConfiguration"] = _pascal_keys(request.inputs["corsConfiguration"])
    identity = aws.clients.apigatewayv2.create_api(Name=name, **arguments)["ApiId"]
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
    arguments = request.arguments(
        {
            "apiId": "ApiId",
            "integrationType": "IntegrationType",
            "integrationUri": "IntegrationUri",
            "integrationMethod": "IntegrationMethod",
            "payloadFormatVersion": "PayloadFormatVersion",
            "timeoutMilliseconds": "TimeoutInMillis",
            "connectionType": "ConnectionType",
            "contentHandlingStrategy": "ContentHandlingStrategy",
            "credentialsArn": "CredentialsArn",
            "description": "Description",
            "passthroughBehavior": "PassthroughBehavior",
        }
    )
    return Created(id=aws.clients.apigatewayv2.create_integration(**arguments)["IntegrationId"])


def create_authorizer(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "apiId": "ApiId",
            "authorizerType": "AuthorizerType",
            "authorizerUri": "AuthorizerUri",
            "identitySources": "IdentitySource",
            "authorizerPayloadFormatVersion": "AuthorizerPayloadFormatVersion",
            "authorizerResultTtlInSeconds": "AuthorizerResultTtlInSeconds",
            "authorizerCredentialsArn": "AuthorizerCredentialsArn",
            "enableSimpleResponses": "EnableSimpleResponses",
        },
        by_hand=("name",),
    )
    # Left out, MiniStack would take the Authorization header for the identity source; AWS takes none.
    arguments.setdefault("IdentitySource", [])
    made = aws.clients.apigatewayv2.create_authorizer(Name=request.physical_name(), **arguments)
    return Created(id=made["AuthorizerId"])


def create_route(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "apiId": "ApiId",
            "routeKey": "RouteKey",
            "target": "Target",
            "authorizationType": "AuthorizationType",
            "authorizerId": "AuthorizerId",
            "operationName": "OperationName",
            "routeResponseSelectionExpression": "RouteResponseSelectionExpression",
        }
    )
    return Created(id=aws.clients.apigatewayv2.create_route(**arguments)["RouteId"])


def create_route_response(aws: Aws, request: Request) -> Created:
    arguments = request.arguments({"apiId": "ApiId", "routeId": "RouteId", "routeResponseKey": "RouteResponseKey"})
    return Created(id=aws.clients.apigatewayv2.create_route_response(**arguments)["RouteResponseId"])


def create_stage(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "apiId": "ApiId",
            "autoDeploy": "AutoDeploy",
            "description": "Description",
            "stageVariables": "StageVariables",
            "tags": "Tags",
        },
        by_hand=("name", "defaultRouteSettings", "routeSettings", "accessLogSettings"),
    )
    name = request.physical_name()
    if request.inputs.get("defaultRouteSettings"):
        arguments["DefaultRouteSettings"] = _pascal_keys(request.inputs["defaultRouteSettings"])
    if request.inputs.get("routeSettings"):
        arguments["RouteSettings"] = {
            each["routeKey"]: _pascal_keys({name: value for name, value in each.items() if name != "routeKey"})
            for each in request.inputs["routeSettings"]
        }
    if request.inputs.get("accessLogSettings"):
        arguments["AccessLogSettings"] = _pascal_keys(request.inputs["accessLogSettings"])
    aws.clients.apigatewayv2.create_stage(StageName=name, **arguments)
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


def _pascal_keys(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {key[0].upper() + key[1:]: value for key, value in settings.items() if value is not None}
