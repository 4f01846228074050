"""The HTTP API: its routes, CORS and limits."""

from saai_contracts.routes import ROUTES
from saai_infra.catalog import FUNCTIONS

from tests.infra.recording import Graph


def test_a_sale_is_posted_to_registrar_venta(dev: Graph) -> None:
    """With the payload that HTTP APIs have of their own; the function verifies the token itself."""
    routes = {
        route.inputs["routeKey"]: route for route in dev.of_type("apigatewayv2/route:Route") if "HttpApi$" in route.urn
    }
    route = routes["POST /ventas"]
    (integration,) = (
        integration
        for integration in dev.of_type("apigatewayv2/integration:Integration")
        if "HttpApi$" in integration.urn and integration.name == "http-RegistrarVenta"
    )
    assert route.inputs["target"] == "integrations/http-RegistrarVenta-id"
    assert "authorizerId" not in route.inputs
    assert integration.inputs["payloadFormatVersion"] == "2.0"
    assert "function:saai-dev-RegistrarVenta/invocations" in integration.inputs["integrationUri"]


def test_browsers_of_any_origin_may_call(dev: Graph) -> None:
    """The headers are named, because `*` does not cover Authorization."""
    api = dev.one("apigatewayv2/api:Api", "saai-http-dev")
    assert api.inputs["corsConfiguration"] == {
        "allowOrigins": ["*"],
        "allowMethods": ["GET", "POST", "OPTIONS"],
        "allowHeaders": ["authorization", "content-type", "idempotency-key"],
        "maxAge": 3600,
    }


def test_every_route_leads_to_its_function(dev: Graph) -> None:
    """Each function has one integration, whatever its number of routes."""
    routes = {
        route.inputs["routeKey"]: route.inputs["target"]
        for route in dev.of_type("apigatewayv2/route:Route")
        if "HttpApi$" in route.urn
    }
    assert routes == {key: f"integrations/http-{spec.name}-id" for spec in FUNCTIONS for key in spec.http_routes}


def test_every_route_has_its_contract(dev: Graph) -> None:
    """And every contract its route."""
    deployed = {
        route.inputs["routeKey"] for route in dev.of_type("apigatewayv2/route:Route") if "HttpApi$" in route.urn
    }
    assert sorted(deployed - ROUTES.keys()) == [], "add them to ROUTES in saai_contracts.routes"
    assert sorted(ROUTES.keys() - deployed) == [], "add them to `http_routes` of a function in saai_infra.catalog"


def test_the_stage_deploys_itself_and_is_throttled(dev: Graph) -> None:
    """It stands at the address itself, without a stage in the path."""
    stage = dev.one("apigatewayv2/stage:Stage", "$default")
    assert stage.inputs["autoDeploy"] is True
    assert stage.inputs["defaultRouteSettings"] == {"throttlingRateLimit": 1000, "throttlingBurstLimit": 500}


def test_tickets_have_a_limit_of_their_own(dev: Graph) -> None:
    """When every screen reconnects at once, sales must not be refused for it."""
    stage = dev.one("apigatewayv2/stage:Stage", "$default")
    assert stage.inputs["routeSettings"] == [
        {"routeKey": "POST /ws-ticket", "throttlingRateLimit": 500, "throttlingBurstLimit": 50}
    ]
