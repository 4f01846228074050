"""What holds for the whole graph, in every stage."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from pulumi.output import Unknown
from pulumi.runtime import rpc
from saai_infra.build import layer_version
from saai_infra.catalog import FUNCTION_NAMES, FUNCTIONS
from saai_infra.catalog import QUEUE_NAMES as CATALOGUE_QUEUES
from saai_infra.table_specs import TABLES

from tests.infra.conftest import Runner, stage_config
from tests.infra.recording import ACCOUNT, REGION, SECRET_TEXT, Graph

QUEUE_NAMES = {
    *(name for queue in CATALOGUE_QUEUES for name in (queue, f"{queue}-fallidos")),
    *(spec.failures_queue for spec in FUNCTIONS if spec.failures_queue),
}
RULE_NAMES = {schedule.name for spec in FUNCTIONS for schedule in spec.schedules}


DEPLOYING = Path(__file__).parents[2] / "docs" / "deploy.md"


def test_outputs_are_what_tools_and_services_use(dev: Graph) -> None:
    """Addresses, the layer's ARN, and physical names under docs/domain.md's names."""
    assert dev.outputs == {
        **for_services(),
        "websocket_url": f"wss://websocket.execute-api.{REGION}.amazonaws.com/dev",
        "ws_api_endpoint": f"https://websocket.execute-api.{REGION}.amazonaws.com/dev",
        "functions": {name: f"saai-dev-{name}" for name in FUNCTION_NAMES},
        "queues": {name: f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/saai-dev-{name}" for name in QUEUE_NAMES},
        "rules": {name: f"saai-dev-{name}" for name in RULE_NAMES},
    }


def for_services() -> dict[str, Any]:
    """What another repository needs to stand beside a stage (docs/layer.md)."""
    arn = f"{REGION}:{ACCOUNT}"
    return {
        "api_url": f"https://http.execute-api.{REGION}.amazonaws.com",
        "http_api_id": "http-id",
        "http_api_execution_arn": f"arn:aws:execute-api:{arn}:http",
        "domain_layer_arn": f"arn:aws:lambda:{arn}:layer:saai-dev-domain:7",
        "domain_layer_version": layer_version(),
        "domain_layer_runtime": "python3.13",
        "domain_layer_architecture": "arm64",
        "jwt_secret_parameter": "/saai/dev/jwt-secret",
        "jwt_secret_parameter_arn": f"arn:aws:ssm:{arn}:parameter/saai/dev/jwt-secret",
        "alertas_sns_topic_arn": f"arn:aws:sns:{arn}:AlertasSAAI-dev",
        "alarmas_sns_topic_arn": f"arn:aws:sns:{arn}:saai-dev-alarmas",
        "tables": {name: f"saai-dev-{name}" for name in TABLES},
        "table_arns": {name: f"arn:aws:dynamodb:{arn}:table/saai-dev-{name}" for name in TABLES},
        "function_arns": {
            name: f"arn:aws:lambda:{arn}:function:saai-dev-{name}" for name in ("EmitirEventosWs", "CerrarPantallas")
        },
    }


def test_another_repository_finds_what_it_needs_in_one_parameter(dev: Graph) -> None:
    """It needs no right on this program's state."""
    parameter = dev.one("ssm/parameter:Parameter", "/saai/dev/outputs")
    assert json.loads(rpc.unwrap_rpc_secret(parameter.inputs["value"])) == for_services()


def leaves(value: Any) -> list[Any]:
    """The values that no map or list holds others in."""
    match value:
        case dict():
            return list(itertools.chain.from_iterable(leaves(item) for item in value.values()))
        case list():
            return list(itertools.chain.from_iterable(leaves(item) for item in value))
        case _:
            return [value]


def test_every_output_is_documented(dev: Graph) -> None:
    """Under "What it gives back", with who uses it."""
    section = DEPLOYING.read_text(encoding="utf-8").partition("## What it gives back")[2].partition("\n## ")[0]
    table = "".join(line.split(" | ")[0] for line in section.splitlines() if line.startswith("| `"))
    assert {name for name in dev.outputs if f"`{name}`" not in table} == set(), "add a row to docs/deploy.md"


def test_no_output_is_null(graph: Graph) -> None:
    """Under preview some are unknown, but each is there."""
    assert all(leaf is not None and leaf != "" for leaf in leaves(graph.outputs))


def test_the_secret_is_in_one_place(dev: Graph) -> None:
    """The parameter, where Pulumi and SSM encrypt it: no output, no environment, no tag."""
    holders = [resource for resource in dev.resources if SECRET_TEXT in map(str, leaves(resource.inputs))]
    assert SECRET_TEXT not in map(str, leaves(dev.outputs))
    assert [holder.physical_name for holder in holders] == ["/saai/dev/jwt-secret"]


def test_computed_outputs_are_unknown_under_preview(preview: Graph) -> None:
    """The program runs to its end all the same, and what it knows it says."""
    assert isinstance(preview.outputs["websocket_url"], Unknown)
    assert isinstance(preview.outputs["domain_layer_arn"], Unknown)
    assert preview.outputs["functions"]["OnConnect"] == "saai-dev-OnConnect"


def test_preview_registers_what_the_deployment_does(preview: Graph, dev: Graph) -> None:
    """Nothing depends on a value that only AWS knows."""
    assert {resource.urn for resource in preview.resources} == {resource.urn for resource in dev.resources}


def test_every_table_of_the_contract_exists(graph: Graph) -> None:
    """Also those that no function uses yet."""
    assert {resource.name for resource in graph.of_type("dynamodb/table:Table")} == set(TABLES)


def test_every_resource_is_tagged(graph: Graph) -> None:
    """Everything that can carry tags has the project and the stage, without the provider's default tags."""
    stage = graph.one_stage()
    for resource in graph.custom():
        if resource.type in TAGGABLE:
            assert resource.inputs["tags"] == {"proyecto": "saai", "stage": stage}, resource.urn
        else:
            assert resource.type in UNTAGGABLE, f"is {resource.type} taggable?"


TAGGABLE = {
    *("aws:apigatewayv2/api:Api", "aws:apigatewayv2/stage:Stage", "aws:cloudwatch/logGroup:LogGroup"),
    *("aws:cloudwatch/metricAlarm:MetricAlarm", "aws:dynamodb/table:Table", "aws:iam/role:Role"),
    *("aws:lambda/function:Function", "aws:sns/topic:Topic", "aws:ssm/parameter:Parameter"),
    *("aws:sqs/queue:Queue", "aws:cloudwatch/eventRule:EventRule", "aws:lambda/eventSourceMapping:EventSourceMapping"),
}
UNTAGGABLE = {
    *("aws:apigatewayv2/authorizer:Authorizer", "aws:apigatewayv2/integration:Integration"),
    "aws:apigatewayv2/route:Route",
    *("aws:apigatewayv2/routeResponse:RouteResponse", "aws:iam/rolePolicy:RolePolicy"),
    *("aws:lambda/layerVersion:LayerVersion", "aws:lambda/permission:Permission"),
    *("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "aws:sqs/queuePolicy:QueuePolicy"),
    *("aws:cloudwatch/eventTarget:EventTarget", "aws:sns/topicSubscription:TopicSubscription"),
}


def test_tags_of_the_configuration_are_added(run: Runner) -> None:
    """A stage may have tags of its own; the program's two can't be taken."""
    graph = run(stage_config("dev", tags={"equipo": "ventas"}))
    tags = {"proyecto": "saai", "stage": "dev", "equipo": "ventas"}
    assert all(table.inputs["tags"] == tags for table in graph.of_type("dynamodb/table:Table"))


def test_every_component_of_the_stage_stands_below_it(graph: Graph) -> None:
    """So provider and tags, which pass from parent to child, reach every resource."""
    urns = {resource.urn for resource in graph.resources}
    roots = [resource for resource in graph.resources if resource.parent not in urns]
    assert sorted(root.type for root in roots) == ["pulumi:providers:aws", "saai:infra:Stage"]


def test_children_are_named_after_their_component(graph: Graph) -> None:
    """A URN holds parents' types and not their names: two components of a type must not have children of one name."""
    components = {resource.urn: resource for resource in graph.resources if not resource.custom}
    for resource in graph.custom():
        parent = components[resource.parent].name
        assert resource.name == parent or resource.name.startswith(f"{parent}-"), resource.urn


def test_every_resource_uses_the_stages_provider(graph: Graph) -> None:
    """The default provider would use whatever Region the machine is set to."""
    (provider,) = (resource for resource in graph.resources if resource.type == "pulumi:providers:aws")
    assert provider.inputs["region"] == REGION
    assert {resource.provider.rpartition("::")[0] for resource in graph.custom()} == {provider.urn}


def test_academy_creates_no_role(academy: Graph) -> None:
    """Every function runs as the existing LabRole, and everything else is the same."""
    assert not [resource for resource in academy.custom() if resource.type.startswith("aws:iam/")]


@pytest.mark.parametrize(
    "kind", ["lambda/function:Function", "cloudwatch/metricAlarm:MetricAlarm", "sns/topic:Topic", "sqs/queue:Queue"]
)
def test_academy_has_what_the_others_have(academy: Graph, dev: Graph, kind: str) -> None:
    """Only the roles are missing."""
    assert {resource.name for resource in academy.of_type(kind)} == {resource.name for resource in dev.of_type(kind)}
