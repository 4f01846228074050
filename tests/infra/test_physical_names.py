"""AWS takes every physical name, the ones that the provider makes of logical names too."""

import pytest

from tests.infra.aws_names import AUTONAME_SUFFIX, NAMINGS, NameRule
from tests.infra.conftest import LAB_ROLE, Runner, stage_config
from tests.infra.recording import Graph, Resource

LONGEST_STAGE = "a" * 16


def refused(graph: Graph) -> list[str]:
    """The resources whose names AWS would refuse."""
    return [f"{resource.type} {resource.name}" for resource in graph.custom() if _refused(resource)]


def _refused(resource: Resource) -> bool:
    naming = NAMINGS[resource.type]
    if naming is None:
        return False
    name: str = resource.inputs.get(naming.input) or resource.name + AUTONAME_SUFFIX
    return naming.rule.refuses(name)


def test_aws_takes_every_name(graph: Graph) -> None:
    """A permission's statement id is made of its logical name, unchanged: `http-POST /ventas` was refused."""
    assert refused(graph) == []


@pytest.mark.parametrize("lab_role", [None, LAB_ROLE])
def test_the_longest_stage_name_fits_too(run: Runner, lab_role: str | None) -> None:
    """Every physical name holds it."""
    assert refused(run(stage_config(LONGEST_STAGE, access_logs=True, lab_role_arn=lab_role))) == []


def test_logical_names_are_unique_for_each_type_and_parents(graph: Graph) -> None:
    """The engine refuses two resources of one URN; `$connect` and `connect` would make the same name."""
    urns = [resource.urn for resource in graph.resources]
    assert len(urns) == len(set(urns))


@pytest.mark.parametrize("name", ["http-POST /ventas-0a1b2c3", "websocket-$connect-0a1b2c3", "x" * 101, ""])
def test_a_statement_id_of_other_characters_is_refused(name: str) -> None:
    """The model's own pattern and lengths decide."""
    naming = NAMINGS["aws:lambda/permission:Permission"]
    assert naming is not None
    assert naming.rule.refuses(name)


@pytest.mark.parametrize("type_", [type_ for type_, naming in NAMINGS.items() if naming is not None])
def test_every_rule_refuses_something(type_: str) -> None:
    """One that takes anything would prove nothing."""
    naming = NAMINGS[type_]
    assert naming is not None
    rule: NameRule = naming.rule
    assert rule.refuses("")
    assert rule.refuses("a" * (rule.maximum + 1))
    assert rule.refuses("a\n")
