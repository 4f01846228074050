"""Later changes: the secret, functions, a component's name, a second stage."""

from typing import final

import attrs
import pulumi
import pulumi_aws as aws
import pytest
from saai_infra import stack
from saai_infra.build import layer_version
from saai_infra.catalog import FUNCTIONS
from saai_infra.permissions import Grant, Statement

from tests.engine.scenarios.conftest import Fresh
from tests.engine.stage import SECRET, Stage, differences
from tests.engine.world.messaging import TOPIC
from tests.engine.world.storage import PARAMETER

NEW_SECRET = "otro secreto de prueba, aun mas largo"


def test_a_rotated_secret_changes_its_parameter_only(dev: Stage) -> None:
    """Functions read it again by themselves; neither secret stands in the state."""
    dev.set_secret(f"{NEW_SECRET}\n{SECRET}\n")

    run = dev.up()

    assert run.changes() == {("parameter:Parameter", "jwt-secret")}
    parameter = dev.world.find(PARAMETER, "/saai/dev/jwt-secret")
    assert parameter is not None
    assert parameter.inputs["value"] == f"{NEW_SECRET}\n{SECRET}"
    assert NEW_SECRET not in dev.state_text()
    assert SECRET not in dev.state_text()


def test_a_function_comes_and_goes_with_everything_of_its_own(dev: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an entry of the catalog brings is what its removal takes away."""
    on_connect = next(spec for spec in FUNCTIONS if spec.name == "OnConnect")
    new = attrs.evolve(on_connect, name="SaludarTienda", websocket_routes=("saludar",))
    monkeypatch.setattr(stack, "FUNCTIONS", (*FUNCTIONS, new))
    coming = dev.up()
    monkeypatch.setattr(stack, "FUNCTIONS", FUNCTIONS)
    going = dev.up()

    assert ("function:Function", "SaludarTienda") in coming.changes("create")
    assert coming.changes() == coming.changes("create") == going.changes("delete") == going.changes()
    assert differences(dev.world, dev) == set()


def test_two_stages_stand_side_by_side(dev: Stage, fresh: Fresh) -> None:
    """In one account; taking one away leaves the other whole."""
    other = fresh("pr-1", world=dev.world, region="us-east-1")
    other.up()
    assert differences(dev.world, dev, other) == set()

    other.destroy()

    # What services of other repositories may still be built on.
    stays = f"/saai/pr-1/layers/domain/{layer_version().partition('.')[0]}"
    assert differences(dev.world, dev) == {(PARAMETER, stays)}
    assert dev.up().changes() == set()


def renamed_topic(*, with_alias: bool) -> type[pulumi.ComponentResource]:
    """`AlertsTopic` as a refactoring might leave it: another type and another name."""
    alias = pulumi.ResourceOptions(
        aliases=[pulumi.Alias(type_="saai:infra:AlertsTopic", name="alertas")] if with_alias else []
    )

    @final
    class NoticesTopic(pulumi.ComponentResource):
        def __init__(self, *, stage: str, opts: pulumi.ResourceOptions) -> None:
            super().__init__("saai:infra:NoticesTopic", "avisos", None, pulumi.ResourceOptions.merge(opts, alias))
            topic = aws.sns.Topic("alertas", name=f"AlertasSAAI-{stage}", opts=pulumi.ResourceOptions(parent=self))
            self.arn = topic.arn
            self.register_outputs({})

        def grant_publish(self) -> Grant:
            return Grant(
                environment={"ALERTAS_SNS_TOPIC_ARN": self.arn},
                statements=(Statement(actions=("sns:Publish",), resource=self.arn),),
            )

    return NoticesTopic


def test_a_component_renamed_with_an_alias_deletes_nothing(dev: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its children are found under their new parent."""
    monkeypatch.setattr(stack, "AlertsTopic", renamed_topic(with_alias=True))

    run = dev.up()

    assert run.changes("delete", "create", "create-replacement", "delete-replaced") == set()
    assert dev.world.find(TOPIC, "AlertasSAAI-dev") is not None
    assert differences(dev.world, dev) == set()


def test_without_an_alias_what_other_services_subscribe_to_is_lost(dev: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS takes the topic over as created, and then it is deleted: why `tests/infra/urns.py` is."""
    monkeypatch.setattr(stack, "AlertsTopic", renamed_topic(with_alias=False))

    dev.up()

    assert dev.world.find(TOPIC, "AlertasSAAI-dev") is None
    assert (TOPIC, "arn:aws:sns:us-east-1:123456789012:AlertasSAAI-dev") in differences(dev.world, dev)
