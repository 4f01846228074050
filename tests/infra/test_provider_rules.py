"""Nothing of the program is what the provider would refuse, on any kind of stage."""

import pytest
from local_aws.provider_rules import broken_by
from local_aws.resources import Request


@pytest.mark.parametrize("stage", ["dev", "prod", "academy"])
def test_every_resource_keeps_the_providers_rules(stage: str, request: pytest.FixtureRequest) -> None:
    """Names that Pulumi makes of logical ones included."""
    graph = request.getfixturevalue(stage)
    problems = [
        problem
        for resource in graph.custom()
        for problem in broken_by(Request(type=resource.type, name=resource.name, inputs=resource.inputs))
    ]
    assert problems == []
