"""The WebSocket API serves what was registered."""

import json
from typing import Any

import pytest
from saai_infra.websocket_api import callback_endpoint

from tests.infra.recording import ACCOUNT, REGION, Graph, Resource


def of_websocket(graph: Graph, type_: str) -> dict[str, Resource]:
    """The WebSocket API's resources of a type, by their function or route."""
    return {
        resource.inputs.get("routeKey") or resource.name.removeprefix("websocket-routes-"): resource
        for resource in graph.of_type(type_)
        if "WebSocketRoutes$" in resource.urn
    }


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:saai-dev-{name}"


def test_the_action_of_a_message_selects_its_route(dev: Graph) -> None:
    """docs/domain.md names the API and the expression."""
    api = dev.one("apigatewayv2/api:Api", "saai-websocket-dev")
    assert api.inputs["protocolType"] == "WEBSOCKET"
    assert api.inputs["routeSelectionExpression"] == "$request.body.action"


@pytest.mark.parametrize(
    ("route", "function"),
    [
        ("$connect", "OnConnect"),
        ("$disconnect", "OnDisconnect"),
        ("ping", "OnMessage"),
        ("resume", "OnMessage"),
        ("$default", "OnMessage"),
    ],
)
def test_a_route_leads_to_its_function(dev: Graph, route: str, function: str) -> None:
    """Through an integration that hands the whole request over."""
    registered = of_websocket(dev, "apigatewayv2/route:Route")[route]
    integration = of_websocket(dev, "apigatewayv2/integration:Integration")[function]
    assert registered.inputs["routeKey"] == route
    assert registered.inputs["target"] == f"integrations/websocket-routes-{function}-id"
    assert integration.inputs["integrationType"] == "AWS_PROXY"
    assert f"{function_arn(function)}/invocations" in integration.inputs["integrationUri"]


def test_there_are_no_other_routes(dev: Graph) -> None:
    """The four of this stage."""
    assert set(of_websocket(dev, "apigatewayv2/route:Route")) == {
        "$connect",
        "$disconnect",
        "ping",
        "resume",
        "$default",
    }


def test_only_connect_is_authorized(dev: Graph) -> None:
    """WebSocket APIs have authorizers on `$connect` only."""
    for name, route in of_websocket(dev, "apigatewayv2/route:Route").items():
        expected = ("CUSTOM", "websocket-routes-AutorizarConexion-id") if name == "$connect" else ("NONE", None)
        assert (route.inputs["authorizationType"], route.inputs.get("authorizerId")) == expected


def test_the_authorizer_always_runs(dev: Graph) -> None:
    """With identity sources, a handshake without them would be answered 401 before the function sees it."""
    (authorizer,) = dev.of_type("apigatewayv2/authorizer:Authorizer")
    assert authorizer.inputs["authorizerType"] == "REQUEST"
    assert "identitySources" not in authorizer.inputs
    assert f"{function_arn('AutorizarConexion')}/invocations" in authorizer.inputs["authorizerUri"]


def test_a_message_is_answered_through_a_route_response(dev: Graph) -> None:
    """Without one, the function's body would not reach the client."""
    responses = of_websocket(dev, "apigatewayv2/routeResponse:RouteResponse")
    assert set(responses) == {"ping", "resume", "default"}
    for name, route in of_websocket(dev, "apigatewayv2/route:Route").items():
        expected = "$default" if name.removeprefix("$") in responses else None
        assert route.inputs.get("routeResponseSelectionExpression") == expected
    assert {response.inputs["routeResponseKey"] for response in responses.values()} == {"$default"}


def test_a_stage_deploys_itself_once_everything_is_there(dev: Graph) -> None:
    """So what is added, changed or removed later is served, or no longer, without a deployment of the program's own."""
    stage = dev.one("apigatewayv2/stage:Stage", "dev")
    served = [
        resource.urn
        for type_ in ("route:Route", "routeResponse:RouteResponse")
        for resource in of_websocket(dev, f"apigatewayv2/{type_}").values()
    ]
    assert stage.inputs["autoDeploy"] is True
    assert "deploymentId" not in stage.inputs
    assert not dev.of_type("apigatewayv2/deployment:Deployment")
    assert len(served) == 5 + 3
    assert set(served) <= stage.dependencies


def test_the_stage_is_named_after_pulumis_and_throttled(dev: Graph) -> None:
    """The account's 10,000 requests/s are shared: one stage can't take them all."""
    stage = dev.one("apigatewayv2/stage:Stage", "dev")
    assert stage.inputs["defaultRouteSettings"] == {"throttlingRateLimit": 2000, "throttlingBurstLimit": 1000}


def test_what_no_screen_of_ours_sends_has_a_small_limit_of_its_own(dev: Graph) -> None:
    """Whoever sends nonsense takes nothing from the routes that screens need."""
    stage = dev.one("apigatewayv2/stage:Stage", "dev")
    assert stage.inputs["routeSettings"] == [
        {"routeKey": "$default", "throttlingRateLimit": 50, "throttlingBurstLimit": 50}
    ]


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("wss://a.execute-api.us-east-1.amazonaws.com/dev", "https://a.execute-api.us-east-1.amazonaws.com/dev"),
        ("ws://127.0.0.1:4566/_aws/execute-api/a/dev", "http://127.0.0.1:4566/_aws/execute-api/a/dev"),
    ],
)
def test_functions_post_to_the_http_form_of_the_address(url: str, endpoint: str) -> None:
    """Also on a local AWS, which has no TLS."""
    assert callback_endpoint(url) == endpoint


def log_formats(graph: Graph) -> list[Any]:
    return [
        json.loads(settings["format"])
        for stage in graph.of_type("apigatewayv2/stage:Stage")
        if (settings := stage.inputs.get("accessLogSettings"))
    ]


def test_access_logs_never_hold_a_query_string(dev: Graph) -> None:
    """A token may stand in it, or in a header or in the authorizer's context."""
    formats = log_formats(dev)
    assert len(formats) == 2
    for format_ in formats:
        for variable in format_.values():
            assert variable.startswith("$context.")
            assert not any(word in variable.lower() for word in ("query", "header", "path", "principal", "useragent"))


def test_access_logs_are_a_choice(academy: Graph) -> None:
    """They need a role in the account that a stage can't bring."""
    assert log_formats(academy) == []
    names = [group.physical_name for group in academy.of_type("cloudwatch/logGroup:LogGroup")]
    assert not any(name.startswith("/aws/apigateway/") for name in names)


def test_access_logs_have_a_group_that_forgets(prod: Graph) -> None:
    """With the stage's retention."""
    for api in ("websocket", "http"):
        group = prod.one("cloudwatch/logGroup:LogGroup", f"/aws/apigateway/saai-{api}-prod")
        assert group.inputs["retentionInDays"] == 90
