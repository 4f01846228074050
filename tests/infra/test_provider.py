"""On AWS only the Region is said; a local AWS gets addresses and keys that open nothing."""

import json

from pulumi.runtime import rpc

from tests.infra.conftest import Runner, stage_config
from tests.infra.recording import REGION, Graph, Resource


def provider_of(graph: Graph) -> Resource:
    (provider,) = (resource for resource in graph.resources if resource.type == "pulumi:providers:aws")
    return provider


def test_on_aws_credentials_are_the_machines(dev: Graph) -> None:
    """Nothing of them is in the program or in its state."""
    assert set(provider_of(dev).inputs) - {"version"} == {"region", "skipCredentialsValidation", "skipRegionValidation"}
    assert provider_of(dev).inputs["region"] == REGION


def test_a_local_aws_gets_every_service_used_and_no_real_key(run: Runner) -> None:
    """A resource whose service has no address there would be made on the real AWS."""
    url = "http://127.0.0.1:4566"
    graph = run(stage_config("dev", endpoint_url=url))
    inputs = provider_of(graph).inputs
    (endpoints,) = json.loads(inputs["endpoints"])
    services = {resource.type.split(":")[1].split("/")[0] for resource in graph.custom()}
    assert services <= {*endpoints, "cloudwatch"}
    assert {"logs", "sts"} <= set(endpoints)
    assert set(endpoints.values()) == {url}
    assert {rpc.unwrap_rpc_secret(inputs[key]) for key in ("accessKey", "secretKey")} == {"test"}
