"""API Gateway's WebSocket and HTTP APIs.

Sources: the API reference of API Gateway v2 (each operation's page), the developer guide's "Deploy WebSocket APIs" (a
deployment is a snapshot) and "Working with stages for HTTP APIs" (automatic deployments).
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tests.engine.world.lambda_ import may_invoke
from tests.engine.world.resources import REGION, Inputs, Kind, Refused, Resource, arn

if TYPE_CHECKING:
    from tests.engine.world.world import World

API = "aws:apigatewayv2/api:Api"
AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer"
DEPLOYMENT = "aws:apigatewayv2/deployment:Deployment"
INTEGRATION = "aws:apigatewayv2/integration:Integration"
ROUTE = "aws:apigatewayv2/route:Route"
ROUTE_RESPONSE = "aws:apigatewayv2/routeResponse:RouteResponse"
STAGE = "aws:apigatewayv2/stage:Stage"

_PARTS = (AUTHORIZER, DEPLOYMENT, INTEGRATION, ROUTE, ROUTE_RESPONSE, STAGE)


def served_routes(world: "World", api_name: str) -> set[str]:
    """The route keys that a client of the API's only stage reaches."""
    (api,) = (found for found in world.all(API) if found.inputs["name"] == api_name)
    (stage,) = _of_api(world, STAGE, api.id)
    if stage.inputs.get("autoDeploy"):
        return {route.inputs["routeKey"] for route in _of_api(world, ROUTE, api.id)}
    deployment = world.find(DEPLOYMENT, stage.inputs["deploymentId"])
    assert deployment is not None
    return set(deployment.outputs["snapshot"])


def refused_calls(world: "World") -> set[str]:
    """The routes of every API with a stage whose function, or whose authorizer's, Lambda would not let it call."""
    return {route for route, uri, source in _calls(world) if not may_invoke(world, uri, source)}


def _calls(world: "World") -> Iterator[tuple[str, str, str]]:
    """What each request makes API Gateway call: the route's key, the URI, and the ARN it calls on behalf of."""
    for stage in world.all(STAGE):
        api = world.find(API, stage.inputs["apiId"])
        assert api is not None
        own = api.outputs["executionArn"]
        for route in _of_api(world, ROUTE, api.id):
            key: str = route.inputs["routeKey"]
            integration = world.find(INTEGRATION, route.inputs["target"].removeprefix("integrations/"))
            assert integration is not None
            yield key, integration.inputs["integrationUri"], f"{own}/{stage.inputs['name']}/{key.replace(' ', '')}"
            authorizer = world.find(AUTHORIZER, route.inputs.get("authorizerId", ""))
            if authorizer is not None:
                yield key, authorizer.inputs["authorizerUri"], f"{own}/authorizers/{authorizer.id}"


def _of_api(world: "World", type_: str, api: str) -> list[Resource]:
    return [found for found in world.all(type_) if found.inputs["apiId"] == api]


def _api_outputs(_world: "World", identity: str, inputs: Inputs) -> Mapping[str, str]:
    scheme = "wss" if inputs["protocolType"] == "WEBSOCKET" else "https"
    return {
        "apiEndpoint": f"{scheme}://{identity}.execute-api.{REGION}.amazonaws.com",
        "executionArn": arn("execute-api", identity),
        "arn": f"arn:aws:apigateway:{REGION}::/apis/{identity}",
    }


def _check_part(world: "World", inputs: Inputs) -> None:
    """Everything of an API needs the API."""
    if world.find(API, inputs["apiId"]) is None:
        raise Refused("NotFoundException", f"Invalid API identifier specified {inputs['apiId']}")


def _check_route(world: "World", inputs: Inputs) -> None:
    """A route key is unique, and what a route names exists (CreateRoute: ConflictException, NotFoundException)."""
    _check_part(world, inputs)
    integration = inputs["target"].removeprefix("integrations/")
    if world.find(INTEGRATION, integration) is None:
        raise Refused("NotFoundException", f"Unable to find Integration {integration}")
    authorizer = inputs.get("authorizerId")
    if authorizer is not None and world.find(AUTHORIZER, authorizer) is None:
        raise Refused("NotFoundException", f"Unable to find Authorizer {authorizer}")


def _check_response(world: "World", inputs: Inputs) -> None:
    """A response needs its route (CreateRouteResponse: NotFoundException)."""
    _check_part(world, inputs)
    if all(route.id != inputs["routeId"] for route in world.all(ROUTE)):
        raise Refused("NotFoundException", f"Unable to find Route {inputs['routeId']}")


def _check_stage(world: "World", inputs: Inputs) -> None:
    _check_part(world, inputs)
    routes = {route.inputs["routeKey"] for route in _of_api(world, ROUTE, inputs["apiId"])}
    api = world.find(API, inputs["apiId"])
    assert api is not None
    automatic = inputs.get("autoDeploy", False)
    if automatic and inputs.get("deploymentId"):
        # UpdateStage: "Can't be updated if autoDeploy is enabled".
        raise Refused("BadRequestException", "Deployment ID cannot be set with auto-deploy")
    if automatic and api.inputs["protocolType"] == "WEBSOCKET" and not routes:
        raise Refused("BadRequestException", "At least one route is required before deploying the Api.")
    for settings in inputs.get("routeSettings", []):
        if settings["routeKey"] not in routes:
            raise Refused("NotFoundException", f"Unable to find Route by key {settings['routeKey']}")
    log_group = (inputs.get("accessLogSettings") or {}).get("destinationArn")
    if log_group is not None and all(
        group.outputs["arn"] != log_group for group in world.all("aws:cloudwatch/logGroup:LogGroup")
    ):
        raise Refused("BadRequestException", f"The specified log group {log_group} does not exist")


def _check_integrations_deletion(world: "World", integration: Resource) -> None:
    """DeleteIntegration: ConflictException."""
    targets = [route for route in world.all(ROUTE) if route.inputs["target"] == f"integrations/{integration.id}"]
    if targets:
        raise Refused("ConflictException", f"Integration {integration.id} is the target of {len(targets)} routes")


def _check_authorizers_deletion(world: "World", authorizer: Resource) -> None:
    """DeleteAuthorizer: ConflictException."""
    if any(route.inputs.get("authorizerId") == authorizer.id for route in world.all(ROUTE)):
        raise Refused("ConflictException", f"Authorizer {authorizer.id} is used by a route")


def _check_deployments_deletion(world: "World", deployment: Resource) -> None:
    if any(stage.inputs.get("deploymentId") == deployment.id for stage in world.all(STAGE)):
        raise Refused("BadRequestException", "Active stages pointing to this deployment must be moved or deleted")


def _take_parts_along(world: "World", api: Resource) -> None:
    """DeleteApi deletes what the API consists of."""
    for type_ in _PARTS:
        for part in _of_api(world, type_, api.id):
            world.remove(part)


def _stage_outputs(world: "World", _identity: str, inputs: Inputs) -> Mapping[str, str]:
    api = world.find(API, inputs["apiId"])
    assert api is not None
    path = "/" if inputs["name"] == "$default" else f"/{inputs['name']}"
    return {"invokeUrl": f"{api.outputs['apiEndpoint']}{path}", "executionArn": f"{api.outputs['executionArn']}{path}"}


def _snapshot(world: "World", _identity: str, inputs: Inputs) -> Mapping[str, list[str]]:
    routes = _of_api(world, ROUTE, inputs["apiId"])
    if not routes:
        raise Refused("BadRequestException", "At least one route is required before deploying the Api.")
    return {"snapshot": sorted(route.inputs["routeKey"] for route in routes)}


KINDS: Mapping[str, Kind] = {
    # Names need not be unique: a second CreateApi makes a second API.
    API: Kind(outputs=_api_outputs, replace_on=frozenset({"protocolType"}), deleted=_take_parts_along),
    AUTHORIZER: Kind(check=_check_part, replace_on=frozenset({"apiId"}), check_deletion=_check_authorizers_deletion),
    DEPLOYMENT: Kind(
        check=_check_part,
        outputs=_snapshot,
        replace_on=frozenset({"apiId", "triggers"}),
        check_deletion=_check_deployments_deletion,
    ),
    INTEGRATION: Kind(
        check=_check_part,
        replace_on=frozenset({"apiId", "integrationType"}),
        check_deletion=_check_integrations_deletion,
    ),
    ROUTE: Kind(
        key=lambda inputs: f"{inputs['apiId']}/{inputs['routeKey']}",
        taken="ConflictException",
        check=_check_route,
        replace_on=frozenset({"apiId"}),
    ),
    ROUTE_RESPONSE: Kind(
        key=lambda inputs: f"{inputs['routeId']}/{inputs['routeResponseKey']}",
        taken="ConflictException",
        check=_check_response,
        replace_on=frozenset({"apiId", "routeId"}),
    ),
    STAGE: Kind(
        key=lambda inputs: f"{inputs['apiId']}/{inputs['name']}",
        id=lambda key: key.split("/", 1)[1],
        taken="ConflictException",
        check=_check_stage,
        outputs=_stage_outputs,
        replace_on=frozenset({"apiId", "name"}),
    ),
}
