"""Every function has the layer, a log group, and a role of its own that allows only what it uses."""

import json
import re
from typing import Any, Literal

import pytest
from saai_infra.build import Artifacts, Target
from saai_infra.catalog import FUNCTION_NAMES, FUNCTIONS
from saai_infra.function_spec import FunctionSpec
from saai_support.functions import MODULES, variables_of

from tests.infra.conftest import LAB_ROLE, Runner, stage_config
from tests.infra.recording import ACCOUNT, REGION, Graph

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/saai-dev-"


@pytest.mark.parametrize("name", FUNCTION_NAMES)
def test_a_function_gets_exactly_these_settings(dev: Graph, name: str) -> None:
    """What its module reads, the stage, and the client for AWS; nothing that it doesn't look at."""
    variables = dev.function(name).inputs["environment"]["variables"]
    assert set(variables) == {*variables_of(name), "SAAI_STAGE", "SAAI_AWS_CLIENT"}, (
        f"make the settings of {MODULES[name]} and `uses` of {name} in infra/saai_infra/catalog.py agree"
    )


def test_settings_hold_physical_names(dev: Graph) -> None:
    """Tables, functions, topics, addresses and parameters by what AWS knows them as."""
    emitter = dev.function("EmitirEventosWs").inputs["environment"]["variables"]
    seller = dev.function("RegistrarVenta").inputs["environment"]["variables"]
    assert emitter["WS_CONNECTIONS_TABLE"] == "saai-dev-ws-connections"
    assert emitter["WS_API_ENDPOINT"] == f"https://websocket.execute-api.{REGION}.amazonaws.com/dev"
    assert emitter["ALERTAS_SNS_TOPIC_ARN"] == f"arn:aws:sns:{REGION}:{ACCOUNT}:AlertasSAAI-dev"
    assert emitter["SAAI_STAGE"] == "dev"
    assert seller["EMITIR_EVENTOS_WS_FUNCTION_NAME"] == "saai-dev-EmitirEventosWs"
    assert seller["JWT_SECRET_PARAMETER"] == "/saai/dev/jwt-secret"


@pytest.mark.parametrize(("configured", "setting"), [(True, "true"), (False, "false")])
def test_a_stage_decides_whether_a_token_may_stand_in_the_url(run: Runner, *, configured: bool, setting: str) -> None:
    """AutorizarConexion is told by a setting."""
    graph = run(stage_config("dev", token_in_url=configured))
    assert graph.function("AutorizarConexion").inputs["environment"]["variables"]["TOKEN_IN_URL"] == setting


@pytest.mark.parametrize("client", ["lite", "boto3"])
def test_a_stage_decides_what_every_function_calls_aws_with(run: Runner, client: Literal["lite", "boto3"]) -> None:
    """The way back from our own client to the runtime's boto3 is a setting."""
    graph = run(stage_config("dev", aws_client=client))
    told = {function.inputs["environment"]["variables"]["SAAI_AWS_CLIENT"] for function in graph.functions}
    assert told == {client}


def test_no_policy_allows_more_than_aws_forces(dev: Graph) -> None:
    """No action has a wildcard; resources only where AWS names what nobody can foresee: log streams, connections."""
    for policy in dev.of_type("iam/rolePolicy:RolePolicy"):
        for statement in json.loads(policy.inputs["policy"])["Statement"]:
            assert statement["Effect"] == "Allow"
            assert not any("*" in action for action in statement["Action"])
            fixed = re.sub(r"(:log-group:[^*]+:|/(?:POST|DELETE)/@connections/)\*$", "", statement["Resource"])
            assert "*" not in fixed


def test_policies_and_settings_fit(run: Runner) -> None:
    """In a stage with the longest name: 10,240 characters without white space for a role's own policies (IAM quotas),
    4 KB for a function's settings (Lambda quotas).
    """
    graph = run(stage_config("un-stage-de-16-c"))
    for policy in graph.of_type("iam/rolePolicy:RolePolicy"):
        assert len("".join(policy.inputs["policy"].split())) < 10_240
    for function in graph.functions:
        settings = function.inputs["environment"]["variables"]
        assert sum(len(name) + len(value) for name, value in settings.items()) < 4_096


def test_only_lambda_may_take_a_functions_role(dev: Graph) -> None:
    """Nobody else is named in the trust policy, and each function has a role of its own."""
    roles = dev.of_type("iam/role:Role")
    assert {role.physical_name for role in roles} == {function.physical_name for function in dev.functions}
    for role in roles:
        assert json.loads(role.inputs["assumeRolePolicy"])["Statement"] == [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ]


def test_a_function_waits_for_its_policy(dev: Graph) -> None:
    """Before it is attached, a call would fail."""
    policies = {policy.inputs["role"]: policy.urn for policy in dev.of_type("iam/rolePolicy:RolePolicy")}
    for function in dev.functions:
        assert policies[function.physical_name] in function.dependencies


def test_every_function_has_the_layer(graph: Graph) -> None:
    """The domain and its dependencies are nowhere else."""
    (layer,) = graph.of_type("lambda/layerVersion:LayerVersion")
    for function in graph.functions:
        assert len(function.inputs["layers"]) == 1
        assert layer.urn in function.dependencies


def test_every_function_has_a_log_group_that_forgets(graph: Graph) -> None:
    """Lambda would make one by itself that keeps everything for ever."""
    groups = {group.physical_name: group for group in graph.of_type("cloudwatch/logGroup:LogGroup")}
    for function in graph.functions:
        group = groups[f"/aws/lambda/{function.physical_name}"]
        assert group.inputs["retentionInDays"] > 0
        assert function.inputs["loggingConfig"] == {"logFormat": "Text", "logGroup": group.physical_name}


def test_retention_is_the_configurations(prod: Graph) -> None:
    """Every log group of the stage has the same."""
    assert {group.inputs["retentionInDays"] for group in prod.of_type("cloudwatch/logGroup:LogGroup")} == {90}


def test_every_function_runs_its_own_package_on_the_target(graph: Graph, artifacts: Artifacts) -> None:
    """Code, handler, runtime and processor fit together."""
    target = Target.aws(python_version="3.13", architecture="arm64")
    for function in graph.functions:
        package = function.inputs["handler"].split(".")[0]
        assert function.inputs["code"].path == str(artifacts.code[package].path)
        assert function.inputs["sourceCodeHash"] == artifacts.code[package].sha256
        assert (function.inputs["runtime"], function.inputs["architectures"]) == (target.runtime, ["arm64"])


@pytest.mark.parametrize("spec", FUNCTIONS, ids=FUNCTION_NAMES)
def test_memory_and_time_of_a_function(dev: Graph, spec: FunctionSpec) -> None:
    """MB and seconds are the catalogue's."""
    inputs: Any = dev.function(spec.name).inputs
    assert (inputs["memorySize"], inputs["timeout"]) == (spec.memory_mb, spec.timeout_seconds)


def test_memory_can_be_configured(run: Runner) -> None:
    """The table's value holds for every function that the configuration does not name."""
    graph = run(stage_config("dev", memory_mb={"OnConnect": 1024}))
    assert graph.function("OnConnect").inputs["memorySize"] == 1024
    assert graph.function("OnMessage").inputs["memorySize"] == 512


def test_processor_and_python_can_be_configured(run: Runner) -> None:
    """Layer and functions change together."""
    graph = run(stage_config("dev", architecture="x86_64", python_version="3.12"))
    (layer,) = graph.of_type("lambda/layerVersion:LayerVersion")
    assert layer.inputs["compatibleRuntimes"] == ["python3.12"]
    assert layer.inputs["compatibleArchitectures"] == ["x86_64"]
    for function in graph.functions:
        assert (function.inputs["runtime"], function.inputs["architectures"]) == ("python3.12", ["x86_64"])


def test_with_a_lab_role_every_function_runs_as_it(academy: Graph) -> None:
    """The role exists; its rights are the account's matter."""
    assert {function.inputs["role"] for function in academy.functions} == {LAB_ROLE}
