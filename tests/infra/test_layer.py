"""The layer is published for this project and for others, and never taken away."""

from pulumi.runtime import rpc
from saai_infra.build import Artifacts

from tests.infra.recording import Graph


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
