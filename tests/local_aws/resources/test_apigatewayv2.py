"""WebSocket and HTTP APIs on MiniStack: what the program computes from their addresses works."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

import httpx
import pulumi
import pulumi_aws as aws
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.local_aws.support import Deployer, make_zip

SOURCE = """
import json

def authorize(event, context):
    print("authorizer")
    effect = "Allow" if (event.get("queryStringParameters") or {}).get("token") == "good" else "Deny"
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "U001", "policyDocument": policy, "context": {"tenant_id": "T001"}}

def lambda_handler(event, context):
    print("called")
    context = event["requestContext"]
    body = {"route": context.get("routeKey"), "tenant": context.get("authorizer", {}).get("tenant_id")}
    return {"statusCode": 200, "body": json.dumps(body)}
"""


class Functions:
    """The functions behind an API, registered by a program."""

    def __init__(self, name: str, code: Path) -> None:
        self._role = aws.iam.Role(name, name=f"role-{name}", assume_role_policy="{}")
        self._code = code
        self._name = name

    def make(self, suffix: str, handler: str) -> aws.lambda_.Function:
        return aws.lambda_.Function(
            f"{self._name}-{suffix}",
            name=f"{self._name}-{suffix}",
            role=self._role.arn,
            handler=handler,
            runtime="python3.13",
            code=pulumi.FileArchive(str(self._code)),
        )


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_zip(tmp_path_factory.mktemp("api") / "code.zip", {"echo.py": SOURCE})


def websocket_program(code: Path) -> None:
    functions = Functions("saai-test-ws", code)
    authorizing = functions.make("authorize", "echo.authorize")
    handling = functions.make("handle", "echo.lambda_handler")
    api = aws.apigatewayv2.Api(
        "ws",
        name="saai-websocket-test",
        protocol_type="WEBSOCKET",
        route_selection_expression="$request.body.action",
        tags={"proyecto": "SAAI"},
    )
    authorizer = aws.apigatewayv2.Authorizer(
        "ws", api_id=api.id, name="jwt", authorizer_type="REQUEST", authorizer_uri=authorizing.invoke_arn
    )
    integration = aws.apigatewayv2.Integration(
        "ws", api_id=api.id, integration_type="AWS_PROXY", integration_uri=handling.invoke_arn
    )
    target = integration.id.apply(lambda identity: f"integrations/{identity}")
    aws.apigatewayv2.Route(
        "connect",
        api_id=api.id,
        route_key="$connect",
        target=target,
        authorization_type="CUSTOM",
        authorizer_id=authorizer.id,
    )
    ping = aws.apigatewayv2.Route(
        "ping", api_id=api.id, route_key="ping", target=target, route_response_selection_expression="$default"
    )
    aws.apigatewayv2.RouteResponse("ping", api_id=api.id, route_id=ping.id, route_response_key="$default")
    stage = serve(api, after=ping)
    pulumi.export("endpoint", api.api_endpoint)
    pulumi.export("execution_arn", api.execution_arn)
    pulumi.export("invoke_url", stage.invoke_url)


def serve(api: aws.apigatewayv2.Api, *, after: pulumi.Resource) -> aws.apigatewayv2.Stage:
    """A stage that deploys itself."""
    return aws.apigatewayv2.Stage(
        "ws",
        api_id=api.id,
        name="test",
        auto_deploy=True,
        default_route_settings=aws.apigatewayv2.StageDefaultRouteSettingsArgs(
            throttling_burst_limit=500, throttling_rate_limit=100
        ),
        route_settings=[{"route_key": "ping", "throttling_rate_limit": 50, "throttling_burst_limit": 10}],
        opts=pulumi.ResourceOptions(depends_on=[after]),
    )


@pytest.fixture(scope="module")
def websocket(deployer: Deployer, code: Path) -> Mapping[str, str]:
    """The exports of a deployed WebSocket API."""
    return deployer(lambda: websocket_program(code)).exports


def test_a_websocket_api_connects_and_answers(websocket: Mapping[str, str]) -> None:
    """A good token connects, and the authorizer's context reaches the message's function."""
    with connect(f"{websocket['endpoint']}/test?token=good", proxy=None) as socket:
        socket.send(json.dumps({"action": "ping"}))
        answer = json.loads(socket.recv(10))

    assert answer == {"route": "ping", "tenant": "T001"}


@pytest.mark.parametrize("query", ["?token=bad", ""])
def test_a_websocket_api_turns_away_what_its_authorizer_denies(websocket: Mapping[str, str], query: str) -> None:
    """Without identity sources the authorizer always runs, also where there is no token: 403, not 401."""
    with pytest.raises(InvalidStatus) as refusal, connect(f"{websocket['endpoint']}/test{query}", proxy=None):
        pass

    assert refusal.value.response.status_code == HTTPStatus.FORBIDDEN


def test_a_websocket_apis_addresses_are_those_of_the_local_aws(websocket: Mapping[str, str]) -> None:
    """Addresses are local, ARNs have AWS's form."""
    assert websocket["endpoint"].startswith("ws://127.0.0.1:")
    assert websocket["invoke_url"] == f"{websocket['endpoint']}/test"
    assert websocket["execution_arn"].startswith("arn:aws:execute-api:us-east-1:000000000000:")


def test_an_http_api_answers_at_its_computed_address(deployer: Deployer, code: Path) -> None:
    """Route, default stage and CORS: the API's address plus the route's path is what a client calls."""

    def program() -> None:
        functions = Functions("saai-test-http", code)
        api = aws.apigatewayv2.Api(
            "http",
            name="saai-http-test",
            protocol_type="HTTP",
            cors_configuration=aws.apigatewayv2.ApiCorsConfigurationArgs(
                allow_origins=["*"], allow_methods=["POST"], allow_headers=["authorization"], max_age=300
            ),
        )
        integration = aws.apigatewayv2.Integration(
            "http",
            api_id=api.id,
            integration_type="AWS_PROXY",
            integration_uri=functions.make("venta", "echo.lambda_handler").invoke_arn,
            payload_format_version="2.0",
            timeout_milliseconds=10000,
        )
        target = integration.id.apply(lambda identity: f"integrations/{identity}")
        aws.apigatewayv2.Route("venta", api_id=api.id, route_key="POST /ventas", target=target)
        stage = aws.apigatewayv2.Stage("http", api_id=api.id, name="$default", auto_deploy=True)
        pulumi.export("endpoint", api.api_endpoint)
        pulumi.export("invoke_url", stage.invoke_url)

    exports = deployer(program).exports
    with httpx.Client(trust_env=False) as client:
        answer = client.post(f"{exports['endpoint']}/ventas", json={})
        unknown = client.get(f"{exports['endpoint']}/nada")
        preflight = client.options(f"{exports['endpoint']}/ventas", headers={"origin": "https://saai.pe"})

    assert answer.json()["route"] == "POST /ventas"
    assert unknown.status_code == HTTPStatus.NOT_FOUND
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-headers"] == "authorization"
    assert exports["invoke_url"] == f"{exports['endpoint']}/"
