"""The world in memory does what AWS does, where the program meets it: one test a rule."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine.world import Refused, Resource, World
from tests.engine.world.apigatewayv2 import (
    API,
    AUTHORIZER,
    DEPLOYMENT,
    INTEGRATION,
    ROUTE,
    ROUTE_RESPONSE,
    STAGE,
    refused_calls,
    served_routes,
)
from tests.engine.world.lambda_ import (
    ALIAS,
    EVENT_SOURCE_MAPPING,
    FUNCTION,
    INVOKE_CONFIG,
    LAYER_VERSION,
    PERMISSION,
    PROVISIONED,
)
from tests.engine.world.messaging import ALARM, QUEUE, QUEUE_POLICY, RULE, SUBSCRIPTION, TARGET, TOPIC
from tests.engine.world.resources import arn
from tests.engine.world.storage import LOG_GROUP, PARAMETER, ROLE, ROLE_POLICY, TABLE

TRUSTED = {"assumeRolePolicy": "{}"}
QUEUE_ARN = arn("sqs", "trabajo")


@pytest.fixture
def world() -> World:
    return World()


def policy(action: str, resource: str) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": [action], "Resource": resource}]})


def function(world: World, name: str = "f", **changes: Any) -> Resource:
    """A function with its role and a layer."""
    if world.find(ROLE, name) is None:
        world.create(ROLE, {"name": name, **TRUSTED})
    layer = world.create(LAYER_VERSION, {"layerName": "capa"})
    inputs = {
        "name": name,
        "role": f"arn:aws:iam::123456789012:role/{name}",
        "layers": [layer.outputs["arn"]],
        "timeout": 10,
        "environment": {"variables": {"SAAI_STAGE": "dev"}},
    }
    return world.create(FUNCTION, {**inputs, **changes})


def api(world: World, *routes: str, protocol: str = "WEBSOCKET") -> Resource:
    """An API with routes to one integration."""
    made = world.create(API, {"name": "api", "protocolType": protocol})
    integration = world.create(INTEGRATION, {"apiId": made.id})
    for key in routes:
        world.create(ROUTE, {"apiId": made.id, "routeKey": key, "target": f"integrations/{integration.id}"})
    return made


@pytest.mark.parametrize(
    ("type_", "inputs", "code"),
    [
        (TABLE, {"name": "t"}, "ResourceInUseException"),
        (LOG_GROUP, {"name": "/aws/lambda/f"}, "ResourceAlreadyExistsException"),
        (PARAMETER, {"name": "/saai/p"}, "ParameterAlreadyExists"),
        (ROLE, {"name": "r"}, "EntityAlreadyExists"),
    ],
)
def test_a_second_of_its_name_is_refused(world: World, type_: str, inputs: Mapping[str, Any], code: str) -> None:
    """Never taken over, whatever its other properties."""
    world.create(type_, inputs)
    with pytest.raises(Refused, match=code):
        world.create(type_, inputs)


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (QUEUE, {"name": "q", "visibilityTimeoutSeconds": 60}),
        (TOPIC, {"name": "t", "tags": {"stage": "dev"}}),
        (RULE, {"name": "r"}),
        (ALARM, {"name": "a"}),
        (PARAMETER, {"name": "/saai/p", "overwrite": True}),
    ],
)
def test_what_is_there_is_taken_over(world: World, type_: str, inputs: Mapping[str, Any]) -> None:
    """So a resource of another URN and the same name is one resource, and deleting either deletes it."""
    first, second = world.create(type_, inputs), world.create(type_, inputs)
    assert first.id == second.id
    assert len(list(world.all(type_))) == 1


@pytest.mark.parametrize(
    ("type_", "inputs", "other"),
    [
        (QUEUE, {"name": "q", "visibilityTimeoutSeconds": 60}, {"visibilityTimeoutSeconds": 30}),
        (TOPIC, {"name": "t", "tags": {"stage": "dev"}}, {"tags": {"stage": "prod"}}),
    ],
)
def test_only_its_equal_is_taken_over(
    world: World, type_: str, inputs: Mapping[str, Any], other: Mapping[str, Any]
) -> None:
    """Another attribute is an error, not a change."""
    world.create(type_, inputs)
    with pytest.raises(Refused, match="exists with another"):
        world.create(type_, {**inputs, **other})


def test_two_apis_may_have_one_name(world: World) -> None:
    """A creation that is repeated makes a second."""
    first = world.create(API, {"name": "api", "protocolType": "HTTP"})
    assert world.create(API, {"name": "api", "protocolType": "HTTP"}).id != first.id


def test_a_part_of_an_api_needs_the_api(world: World) -> None:
    """Its id is AWS's."""
    with pytest.raises(Refused, match="NotFoundException"):
        world.create(INTEGRATION, {"apiId": "nada"})


def test_a_route_key_is_unique(world: World) -> None:
    """Within its API."""
    made = api(world, "ping")
    (integration,) = world.all(INTEGRATION)
    with pytest.raises(Refused, match="ConflictException"):
        world.create(ROUTE, {"apiId": made.id, "routeKey": "ping", "target": f"integrations/{integration.id}"})


@pytest.mark.parametrize("missing", ["target", "authorizerId"])
def test_a_route_needs_what_it_names(world: World, missing: str) -> None:
    """Integration and authorizer."""
    made = api(world)
    (integration,) = world.all(INTEGRATION)
    route = {"apiId": made.id, "routeKey": "ping", "target": f"integrations/{integration.id}", missing: "nada"}
    with pytest.raises(Refused, match="NotFoundException"):
        world.create(ROUTE, route)


def test_a_response_needs_its_route(world: World) -> None:
    """Only a route of that id."""
    made = api(world)
    with pytest.raises(Refused, match="NotFoundException"):
        world.create(ROUTE_RESPONSE, {"apiId": made.id, "routeId": "nada", "routeResponseKey": "$default"})


def test_an_integration_that_a_route_targets_stays(world: World) -> None:
    """The route goes first."""
    api(world, "ping")
    (integration,), (route,) = world.all(INTEGRATION), world.all(ROUTE)
    with pytest.raises(Refused, match="ConflictException"):
        world.delete(INTEGRATION, integration.id, integration.inputs)
    world.delete(ROUTE, route.id, route.inputs)
    world.delete(INTEGRATION, integration.id, integration.inputs)
    assert list(world.all(INTEGRATION)) == []


def test_an_authorizer_that_a_route_uses_stays(world: World) -> None:
    """The same."""
    made = api(world)
    authorizer = world.create(AUTHORIZER, {"apiId": made.id, "name": "a"})
    (integration,) = world.all(INTEGRATION)
    target = f"integrations/{integration.id}"
    world.create(ROUTE, {"apiId": made.id, "routeKey": "$connect", "target": target, "authorizerId": authorizer.id})
    with pytest.raises(Refused, match="ConflictException"):
        world.delete(AUTHORIZER, authorizer.id, authorizer.inputs)


def test_a_deployment_is_a_snapshot(world: World) -> None:
    """A stage that points to one serves a route that is gone, and not one that came."""
    made = api(world, "ping")
    deployment = world.create(DEPLOYMENT, {"apiId": made.id})
    world.create(STAGE, {"apiId": made.id, "name": "dev", "deploymentId": deployment.id})
    (route,) = world.all(ROUTE)
    world.delete(ROUTE, route.id, route.inputs)
    world.create(ROUTE, {**route.inputs, "routeKey": "saludar"})

    assert served_routes(world, "api") == {"ping"}
    with pytest.raises(Refused, match="Active stages"):
        world.delete(DEPLOYMENT, deployment.id, deployment.inputs)


def test_a_stage_that_deploys_itself_follows_its_api(world: World) -> None:
    """What came is served, and what is gone is not."""
    made = api(world, "ping")
    world.create(STAGE, {"apiId": made.id, "name": "dev", "autoDeploy": True})
    (route,) = world.all(ROUTE)
    world.delete(ROUTE, route.id, route.inputs)
    world.create(ROUTE, {**route.inputs, "routeKey": "saludar"})

    assert served_routes(world, "api") == {"saludar"}


@pytest.mark.parametrize("type_", [STAGE, DEPLOYMENT])
def test_an_api_without_routes_cannot_be_deployed(world: World, type_: str) -> None:
    """Neither by hand nor by itself."""
    made = api(world)
    with pytest.raises(Refused, match="At least one route"):
        world.create(type_, {"apiId": made.id, "name": "dev", "autoDeploy": True})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"deploymentId": "d", "autoDeploy": True}, "auto-deploy"),
        ({"autoDeploy": True, "routeSettings": [{"routeKey": "GET /nada"}]}, "Unable to find Route"),
        ({"autoDeploy": True, "accessLogSettings": {"destinationArn": "arn:nada"}}, "does not exist"),
    ],
)
def test_a_stages_settings_must_be_possible(world: World, settings: Mapping[str, Any], said: str) -> None:
    """A deployment or deploying itself; settings of routes that there are; a log group that there is."""
    made = api(world, "ping")
    with pytest.raises(Refused, match=said):
        world.create(STAGE, {"apiId": made.id, "name": "dev", **settings})


def test_an_api_takes_its_parts_along(world: World) -> None:
    """DeleteApi asks for nothing first."""
    made = api(world, "ping")
    world.create(STAGE, {"apiId": made.id, "name": "dev", "autoDeploy": True})
    world.delete(API, made.id, made.inputs)
    assert list(world.all()) == []


def test_a_function_needs_its_role_and_its_layers(world: World) -> None:
    """LabRole exists in an Academy account."""
    with pytest.raises(Refused, match="cannot be assumed"):
        function(world, role="arn:aws:iam::123456789012:role/nada")
    with pytest.raises(Refused, match="Layer version"):
        function(world, layers=["arn:nada"])
    assert function(world, "lab", role="arn:aws:iam::123456789012:role/LabRole").id == "lab"


def test_a_functions_environment_has_room_for_4_kb(world: World) -> None:
    """All variables together."""
    with pytest.raises(Refused, match="4 KB"):
        function(world, environment={"variables": {"A": "x" * 4096}})


def test_a_function_takes_its_policy_along(world: World) -> None:
    """Statements of a function that is made anew must be made anew too."""
    made = function(world)
    world.create(PERMISSION, {"function": "f", "statementId": "s"})
    world.delete(FUNCTION, made.id, made.inputs)
    assert list(world.all(PERMISSION)) == []


def test_a_statement_id_is_unique_within_its_function(world: World) -> None:
    """And needs the function."""
    with pytest.raises(Refused, match="Function not found"):
        world.create(PERMISSION, {"function": "f", "statementId": "s"})
    function(world)
    world.create(PERMISSION, {"function": "f", "statementId": "s"})
    with pytest.raises(Refused, match="ResourceConflictException"):
        world.create(PERMISSION, {"function": "f", "statementId": "s"})


def test_a_version_is_published_of_what_has_changed(world: World) -> None:
    """If the function asks for it; the provider names the newest there is, also when it no longer asks."""
    made = function(world)
    inputs = made.inputs
    assert made.outputs["version"] == "$LATEST"
    numbers = [
        world.update(FUNCTION, made.id, {**inputs, **changes}).outputs["version"]
        for changes in (
            {"publish": True},
            {"publish": True, "timeout": 20},
            {"publish": True, "timeout": 20, "tags": {"stage": "dev"}},
            {"timeout": 30},
            {"publish": True, "timeout": 30},
        )
    ]
    assert numbers == ["1", "2", "2", "2", "3"]
    assert function(world, "g", publish=True).outputs["version"] == "1"


def warm(world: World) -> Resource:
    """A published function, and an alias of its version."""
    made = function(world, publish=True)
    return world.create(ALIAS, {"functionName": made.id, "functionVersion": "1", "name": "warm"})


def test_an_alias_leads_to_a_version_that_there_is(world: World) -> None:
    """Or to the newest code."""
    alias = warm(world)
    assert alias.outputs["arn"] == f"{arn('lambda', 'function:f')}:warm"
    with pytest.raises(Refused, match="ResourceConflictException"):
        world.create(ALIAS, alias.inputs)
    with pytest.raises(Refused, match="Function not found"):
        world.update(ALIAS, alias.id, {**alias.inputs, "functionVersion": "2"})
    world.update(ALIAS, alias.id, {**alias.inputs, "functionVersion": "$LATEST"})


@pytest.mark.parametrize(
    ("qualifier", "said"),
    [
        ("$LATEST", "unpublished function versions"),
        ("newest", "unpublished function versions"),
        ("2", "Function not found"),
        ("nada", "Function not found"),
    ],
)
def test_processes_are_kept_of_a_published_version_only(world: World, qualifier: str, said: str) -> None:
    """By its number or by an alias."""
    warm(world)
    world.create(ALIAS, {"functionName": "f", "functionVersion": "$LATEST", "name": "newest"})
    with pytest.raises(Refused, match=said):
        world.create(PROVISIONED, {"functionName": "f", "qualifier": qualifier, "provisionedConcurrentExecutions": 1})
    for published in ("1", "warm"):
        world.create(PROVISIONED, {"functionName": "f", "qualifier": published, "provisionedConcurrentExecutions": 1})


def test_an_aliass_policy_is_its_own(world: World) -> None:
    """It needs the alias and goes with it."""
    statement = {"function": "f", "statementId": "s", "qualifier": "warm"}
    function(world, publish=True)
    with pytest.raises(Refused, match="Cannot find alias"):
        world.create(PERMISSION, statement)
    alias = world.create(ALIAS, {"functionName": "f", "functionVersion": "1", "name": "warm"})
    world.create(PERMISSION, {"function": "f", "statementId": "s"})
    world.create(PERMISSION, statement)
    world.delete(ALIAS, alias.id, alias.inputs)
    assert [left.inputs for left in world.all(PERMISSION)] == [{"function": "f", "statementId": "s"}]


def test_a_function_takes_its_aliases_and_processes_along(world: World) -> None:
    """DeleteFunction without a version deletes them all."""
    warm(world)
    world.create(PROVISIONED, {"functionName": "f", "qualifier": "1", "provisionedConcurrentExecutions": 1})
    world.delete(FUNCTION, "f", {"name": "f"})
    assert {left.type for left in world.all()} == {ROLE, LAYER_VERSION}


@pytest.mark.parametrize(
    ("permission", "refused"),
    [
        ({}, {"GET /tienda"}),
        ({"qualifier": "warm"}, set()),
        ({"qualifier": "warm", "principal": "sns.amazonaws.com"}, {"GET /tienda"}),
        ({"qualifier": "warm", "sourceArn": "{api}/*/POST/tienda"}, {"GET /tienda"}),
        ({"qualifier": "other"}, {"GET /tienda"}),
    ],
)
def test_an_api_may_call_what_permits_it(world: World, permission: Mapping[str, str], refused: set[str]) -> None:
    """An alias by a statement of its own policy, and for the route's own ARN."""
    alias = warm(world)
    world.create(ALIAS, {**alias.inputs, "name": "other"})
    made = api(world, "GET /tienda", protocol="HTTP")
    (integration,) = world.all(INTEGRATION)
    world.update(INTEGRATION, integration.id, {**integration.inputs, "integrationUri": alias.outputs["invokeArn"]})
    world.create(STAGE, {"apiId": made.id, "name": "$default", "autoDeploy": True})
    assert refused_calls(world) == {"GET /tienda"}
    statement = {
        "function": "f",
        "statementId": "s",
        "principal": "apigateway.amazonaws.com",
        "sourceArn": "{api}/*/GET/tienda",
        **permission,
    }
    world.create(
        PERMISSION, {**statement, "sourceArn": statement["sourceArn"].format(api=made.outputs["executionArn"])}
    )

    assert refused_calls(world) == refused


def test_a_route_needs_its_authorizers_permission_too(world: World) -> None:
    """For the authorizer's own ARN; and an API without a stage serves nobody."""
    authorizer, connect = function(world, "a"), function(world, "f")
    made = api(world)
    named = world.create(AUTHORIZER, {"apiId": made.id, "name": "a", "authorizerUri": authorizer.outputs["invokeArn"]})
    target = world.create(INTEGRATION, {"apiId": made.id, "integrationUri": connect.outputs["invokeArn"]})
    route = {"apiId": made.id, "routeKey": "$connect", "authorizerId": named.id, "target": f"integrations/{target.id}"}
    world.create(ROUTE, route)
    assert refused_calls(world) == set()
    world.create(STAGE, {"apiId": made.id, "name": "dev", "autoDeploy": True})
    for name, source in (("f", "dev/$connect"), ("a", "authorizers/*")):
        assert refused_calls(world) == {"$connect"}
        source_arn = f"{made.outputs['executionArn']}/{source}"
        principal = "apigateway.amazonaws.com"
        world.create(
            PERMISSION, {"function": name, "statementId": "s", "principal": principal, "sourceArn": source_arn}
        )
    assert refused_calls(world) == set()


def test_layer_versions_count_up_and_may_stay(world: World) -> None:
    """One that is kept is nobody's."""
    first = world.create(LAYER_VERSION, {"layerName": "capa", "skipDestroy": True})
    second = world.create(LAYER_VERSION, {"layerName": "capa", "skipDestroy": True})
    world.delete(LAYER_VERSION, first.id, first.inputs)
    assert (first.outputs["version"], second.outputs["version"]) == ("1", "2")
    assert first.kept
    assert not second.kept


def work(world: World, *, visibility: int = 60, action: str = "sqs:ReceiveMessage") -> dict[str, str]:
    """A queue, and a function that may call one action on it."""
    world.create(QUEUE, {"name": "trabajo", "visibilityTimeoutSeconds": visibility})
    function(world)
    world.create(ROLE_POLICY, {"role": "f", "name": "uso", "policy": policy(action, QUEUE_ARN)})
    return {"eventSourceArn": QUEUE_ARN, "functionName": arn("lambda", "function:f")}


def test_lambda_takes_from_a_queue_once(world: World) -> None:
    """A second mapping of the two is refused."""
    mapping = work(world)
    world.create(EVENT_SOURCE_MAPPING, mapping)
    with pytest.raises(Refused, match="ResourceConflictException"):
        world.create(EVENT_SOURCE_MAPPING, mapping)


def test_a_mapping_needs_the_functions_rights(world: World) -> None:
    """So its policy comes first."""
    with pytest.raises(Refused, match="permissions to call sqs:ReceiveMessage"):
        world.create(EVENT_SOURCE_MAPPING, work(world, action="sqs:SendMessage"))


def test_a_queue_hides_a_message_at_least_as_long_as_a_call_lasts(world: World) -> None:
    """Lambda looks at it."""
    with pytest.raises(Refused, match="visibility timeout"):
        world.create(EVENT_SOURCE_MAPPING, work(world, visibility=9))


def test_a_destination_needs_the_functions_rights(world: World) -> None:
    """So its policy comes first."""
    work(world)
    config = {"functionName": "f", "destinationConfig": {"onFailure": {"destination": QUEUE_ARN}}}
    with pytest.raises(Refused, match="permissions to call sqs:SendMessage"):
        world.create(INVOKE_CONFIG, config)


def test_a_queues_policy_is_the_queues(world: World) -> None:
    """It needs the queue and goes with it."""
    with pytest.raises(Refused, match="NonExistentQueue"):
        world.create(QUEUE_POLICY, {"queueUrl": "nada"})
    queue = world.create(QUEUE, {"name": "q"})
    world.create(QUEUE_POLICY, {"queueUrl": queue.id})
    world.delete(QUEUE, queue.id, queue.inputs)
    assert list(world.all()) == []


def test_a_topics_subscriptions_go_with_it(world: World) -> None:
    """And need it."""
    subscription = {"topic": "arn:nada", "protocol": "lambda", "endpoint": "arn:f"}
    with pytest.raises(Refused, match="does not exist"):
        world.create(SUBSCRIPTION, subscription)
    topic = world.create(TOPIC, {"name": "t"})
    first = world.create(SUBSCRIPTION, {**subscription, "topic": topic.id})
    assert world.create(SUBSCRIPTION, {**subscription, "topic": topic.id}).id == first.id
    world.delete(TOPIC, topic.id, topic.inputs)
    assert list(world.all()) == []


def test_a_rule_with_targets_stays(world: World) -> None:
    """And a target needs its rule."""
    with pytest.raises(Refused, match="ResourceNotFoundException"):
        world.create(TARGET, {"rule": "r", "targetId": "t"})
    rule = world.create(RULE, {"name": "r"})
    world.create(TARGET, {"rule": "r", "targetId": "t"})
    with pytest.raises(Refused, match="it has targets"):
        world.delete(RULE, rule.id, rule.inputs)


def test_a_protected_table_stays(world: World) -> None:
    """Until its protection is switched off."""
    table = world.create(TABLE, {"name": "t", "deletionProtectionEnabled": True})
    with pytest.raises(Refused, match="currently protected"):
        world.delete(TABLE, table.id, table.inputs)
    world.update(TABLE, table.id, {"name": "t", "deletionProtectionEnabled": False})
    world.delete(TABLE, table.id, table.inputs)
    assert list(world.all()) == []


def test_a_role_with_policies_stays(world: World) -> None:
    """And a policy needs its role, and room in it."""
    with pytest.raises(Refused, match="NoSuchEntity"):
        world.create(ROLE_POLICY, {"role": "r", "name": "uso", "policy": "{}"})
    role = world.create(ROLE, {"name": "r"})
    with pytest.raises(Refused, match="LimitExceeded"):
        world.create(ROLE_POLICY, {"role": "r", "name": "uso", "policy": "x" * 10_241})
    world.create(ROLE_POLICY, {"role": "r", "name": "uso", "policy": "{}"})
    with pytest.raises(Refused, match="DeleteConflict"):
        world.delete(ROLE, role.id, role.inputs)


def test_what_is_gone_is_as_good_as_deleted(world: World) -> None:
    """As for the provider."""
    world.delete(TABLE, "t", {"name": "t"})


def test_what_is_gone_cannot_be_changed(world: World) -> None:
    """It is not made by the way."""
    with pytest.raises(Refused, match="ResourceNotFoundException"):
        world.update(TABLE, "t", {"name": "t"})
