"""Who may call a function: exactly what calls it, from exactly where, and not before it may.

The local AWS asks for none of it; AWS does, and the first call would fail or answer 500.
"""

import re
from collections.abc import Iterator

import attrs

from tests.infra.recording import ACCOUNT, REGION, Graph, Resource


@attrs.frozen
class Caller:
    """What calls a function by itself; ``source`` is the ARN that AWS names as the caller's.

    Not a queue: there Lambda takes the messages, with the function's role.
    """

    resource: Resource
    function: str
    principal: str
    source: str


def callers(graph: Graph) -> Iterator[Caller]:
    """Read them off the program's routes, authorizer, clocks and subscriptions."""
    integrations = {
        f"integrations/{each.name}-id": each for each in graph.of_type("apigatewayv2/integration:Integration")
    }
    for route in graph.of_type("apigatewayv2/route:Route"):
        uri = integrations[route.inputs["target"]].inputs["integrationUri"]
        key = route.inputs["routeKey"]
        # An HTTP API has one stage; its route's source is the method and the path.
        source = f"http/*/{key.replace(' ', '')}" if "HttpApi$" in route.urn else f"websocket/{graph.one_stage()}/{key}"
        yield Caller(route, _function(uri), "apigateway.amazonaws.com", _arn("execute-api", source))
    for authorizer in graph.of_type("apigatewayv2/authorizer:Authorizer"):
        # Of any: a permission that waited for the authorizer's id would come after it.
        source = _arn("execute-api", "websocket/authorizers/*")
        yield Caller(authorizer, _function(authorizer.inputs["authorizerUri"]), "apigateway.amazonaws.com", source)
    for target in graph.of_type("cloudwatch/eventTarget:EventTarget"):
        source = _arn("events", f"rule/{target.inputs['rule']}")
        yield Caller(target, _function(target.inputs["arn"]), "events.amazonaws.com", source)
    for subscription in graph.of_type("sns/topicSubscription:TopicSubscription"):
        if subscription.inputs["protocol"] == "lambda":
            topic = subscription.inputs["topic"]
            yield Caller(subscription, _function(subscription.inputs["endpoint"]), "sns.amazonaws.com", topic)


def test_whatever_calls_a_function_may_and_nothing_else_may(deployed: Graph) -> None:
    """One permission a caller, for its own source: without one, any API or topic of any account could call."""
    permitted = sorted(
        (each.inputs["function"], each.inputs["principal"], each.inputs["sourceArn"]) for each in deployed.permissions
    )
    assert permitted == sorted((each.function, each.principal, each.source) for each in callers(deployed))
    assert {each.inputs["action"] for each in deployed.permissions} == {"lambda:InvokeFunction"}


def test_a_caller_waits_for_its_permission(deployed: Graph) -> None:
    """It calls as soon as it is there."""
    permissions = {each.inputs["sourceArn"]: each.urn for each in deployed.permissions}
    for caller in callers(deployed):
        assert permissions[caller.source] in caller.resource.dependencies, caller.resource.urn


def test_an_integration_waits_for_the_permissions_of_all_its_routes(deployed: Graph) -> None:
    """When it comes to call an alias instead of the function, or the function again, each of them does at once."""
    integrations = {
        f"integrations/{each.name}-id": each for each in deployed.of_type("apigatewayv2/integration:Integration")
    }
    permissions = {each.inputs["sourceArn"]: each.urn for each in deployed.permissions}
    for caller in callers(deployed):
        if caller.resource.type.endswith("route:Route"):
            integration = integrations[caller.resource.inputs["target"]]
            assert permissions[caller.source] in integration.dependencies, caller.resource.urn


def _function(text: str) -> str:
    found = re.search(r":function:([\w-]+)", text)
    assert found is not None, text
    return found.group(1)


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"
