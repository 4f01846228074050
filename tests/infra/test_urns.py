"""A refactoring deletes nothing by accident: what was deployed is still there, under its URN or an alias of it."""

import pulumi
import pulumi_aws as aws
import pytest

from tests.infra.recording import Graph, record
from tests.infra.urns import former_lines, lines, recorded


def test_every_recorded_resource_is_still_there(deployed: Graph) -> None:
    """Run `make record` after an addition; a removal is a line taken out by hand."""
    gone = recorded(deployed.one_stage()) - lines(deployed) - former_lines(deployed)
    assert gone == set(), "give what was renamed an alias; take out the lines of what is meant to go"


def test_every_resource_is_recorded(deployed: Graph) -> None:
    """Or its later renaming would go unnoticed."""
    assert lines(deployed) - recorded(deployed.one_stage()) == set(), "run `make record`"


def component(type_: str, name: str, aliases: list[pulumi.Alias]) -> Graph:
    """A component with a topic of a given name."""

    def program() -> dict[str, pulumi.Input[object]]:
        parent = pulumi.ComponentResource(type_, name, None, pulumi.ResourceOptions(aliases=[*aliases]))
        aws.sns.Topic(f"{name}-tema", name="AlertasSAAI-dev", opts=pulumi.ResourceOptions(parent=parent))
        return {}

    return record(program, stage="dev")


OLD = lines(component("saai:infra:AlertsTopic", "alertas", []))


@pytest.mark.parametrize(
    ("type_", "name", "alias"),
    [
        ("saai:infra:Notices", "alertas", pulumi.Alias(type_="saai:infra:AlertsTopic")),
        ("saai:infra:AlertsTopic", "avisos", pulumi.Alias(name="alertas")),
        ("saai:infra:Notices", "avisos", pulumi.Alias(type_="saai:infra:AlertsTopic", name="alertas")),
    ],
)
def test_an_alias_leads_from_the_old_line(type_: str, name: str, alias: pulumi.Alias) -> None:
    """Children are found under a parent of another type or name."""
    renamed = component(type_, name, [alias])
    assert former_lines(renamed) >= OLD
    assert not OLD & lines(renamed)


@pytest.mark.parametrize(("type_", "name"), [("saai:infra:Notices", "alertas"), ("saai:infra:AlertsTopic", "avisos")])
def test_without_an_alias_the_old_line_is_missing(type_: str, name: str) -> None:
    """AWS would take the topic over as created, and the engine then delete it."""
    renamed = component(type_, name, [])
    assert not OLD & (lines(renamed) | former_lines(renamed))
