"""The layer is published for this project and for others, and never taken away."""

import re

import pytest
from pulumi.runtime import rpc
from saai_infra import stack
from saai_infra.build import Artifacts, layer_version

from tests.infra.conftest import Runner, stage_config
from tests.infra.recording import Graph

MAJOR = layer_version().partition(".")[0]


def test_old_versions_stay(graph: Graph) -> None:
    """Other services are pinned to them."""
    (layer,) = graph.of_type("lambda/layerVersion:LayerVersion")
    assert layer.inputs["skipDestroy"] is True


def test_the_layer_is_the_built_zip(dev: Graph, artifacts: Artifacts) -> None:
    """Its hash decides whether there is a new version."""
    (layer,) = dev.of_type("lambda/layerVersion:LayerVersion")
    assert layer.inputs["layerName"] == "saai-dev-domain"
    assert layer.inputs["code"].path == str(artifacts.layer.path)
    assert layer.inputs["sourceCodeHash"] == artifacts.layer.sha256
    assert layer.inputs["compatibleRuntimes"] == ["python3.13"]
    assert layer.inputs["compatibleArchitectures"] == ["arm64"]


def test_other_services_find_its_arn_in_a_parameter(dev: Graph) -> None:
    """They need not read this stack's outputs."""
    parameter = dev.one("ssm/parameter:Parameter", "/saai/dev/layers/domain")
    assert parameter.inputs["type"] == "String"
    assert rpc.unwrap_rpc_secret(parameter.inputs["value"]) == dev.outputs["domain_layer_arn"]


def test_its_description_says_which_version_of_the_domain_it_holds(dev: Graph) -> None:
    """A layer's own versions are numbers that AWS counts."""
    (layer,) = dev.of_type("lambda/layerVersion:LayerVersion")
    assert layer.inputs["description"] == f"saai_domain {layer_version()} and its dependencies, without boto3"
    assert dev.outputs["domain_layer_version"] == layer_version()


def test_the_domain_has_a_semantic_version() -> None:
    """Three numbers: what a service may expect of the next layer depends on which of them changes."""
    assert re.fullmatch(r"\d+\.\d+\.\d+", layer_version())


def test_each_major_version_has_a_parameter_of_its_own(deployed: Graph) -> None:
    """A service that reads it gets compatible layers only."""
    major = deployed.one("ssm/parameter:Parameter", f"/saai/{deployed.one_stage()}/layers/domain/{MAJOR}")
    assert rpc.unwrap_rpc_secret(major.inputs["value"]) == deployed.outputs["domain_layer_arn"]


def test_the_parameter_of_a_former_major_version_stays(graph: Graph) -> None:
    """And whoever goes back to that version finds it there."""
    major = graph.one("ssm/parameter:Parameter", f"/saai/{graph.one_stage()}/layers/domain/{MAJOR}")
    assert major.retain_on_delete
    assert major.inputs["overwrite"] is True


def test_another_major_version_is_another_parameter(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The former one is not moved on to what breaks its readers."""
    monkeypatch.setattr(stack, "layer_version", lambda: "41.0.3")
    after = run(stage_config("dev"))
    names = {parameter.physical_name for parameter in after.of_type("ssm/parameter:Parameter")}
    assert {name for name in names if "/layers/" in name} == {"/saai/dev/layers/domain", "/saai/dev/layers/domain/41"}
