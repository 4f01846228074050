"""An `up` that didn't end: the next one completes the stage."""

import pytest

from tests.engine.scenarios.conftest import Fresh
from tests.engine.scenarios.test_first_up import NOT_CONFIGURED
from tests.engine.stage import Stage, UpFailed, differences
from tests.engine.world import Refused
from tests.engine.world.resources import Inputs
from tests.infra.urns import recorded


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Spread the kills over the creations of a first `up`."""
    if "moment" in metafunc.fixturenames:
        kills: int = metafunc.config.getoption("--kills")
        creations = len(recorded("dev")) - len(NOT_CONFIGURED["dev"])
        metafunc.parametrize("moment", [1 + number * creations // kills for number in range(kills)])


def test_a_refused_creation_is_made_up_for(fresh: Fresh) -> None:
    """What was made stays, and what is missing is made; nothing twice."""
    stage = fresh("dev")

    def refuse(type_: str, inputs: Inputs) -> None:
        if inputs.get("name") == "saai-dev-EmitirEventosWs" and type_.endswith("Function"):
            raise Refused("TooManyRequestsException", "Rate exceeded")

    stage.world.before_creation = refuse
    with pytest.raises(UpFailed, match="Rate exceeded"):
        stage.up()
    stage.world.before_creation = lambda _type, _inputs: None

    stage.up()

    assert differences(stage.world, stage) == set()
    assert stage.up().changes() == set()


def test_what_was_under_way_is_made_again(fresh: Fresh) -> None:
    """Requests that AWS got and whose answers nobody saw: the state names them, and what they made is deleted."""
    stage = fresh("dev")
    kill_at(stage, 60)
    with pytest.raises(UpFailed):
        stage.up()
    stage.world.before_creation = lambda _type, _inputs: None
    stage.command("cancel", "--yes")

    forget(stage)
    stage.up()

    assert differences(stage.world, stage) == set()
    assert stage.up().changes() == set()


def forget(stage: Stage) -> None:
    """Delete what was made and is not known, and tell Pulumi to forget that it was begun, as docs/deploy.md says."""
    known = {(resource["type"], resource["id"]) for resource in stage.state()}
    unknown = [found for found in stage.world.all() if (found.type, found.id) not in known]
    assert {found.type for found in unknown} <= stage.pending()
    for found in unknown:
        stage.world.delete(found.type, found.id, found.inputs)
    stage.command("refresh", "--yes", "--skip-preview", "--clear-pending-creates")


def test_a_killed_cli_leaves_a_stage_that_can_be_completed(fresh: Fresh, moment: int) -> None:
    """The lock is taken away by `pulumi cancel`; the next `up` makes what is missing, and nothing twice."""
    stage = fresh("dev")
    kill_at(stage, moment)
    # One at a time: what is under way at the kill was never sent.
    with pytest.raises(UpFailed):
        stage.up(parallel=1)
    stage.world.before_creation = lambda _type, _inputs: None
    with pytest.raises(UpFailed, match="locked"):
        stage.up()

    stage.command("cancel", "--yes")
    stage.up()

    assert differences(stage.world, stage) == set()
    assert stage.up().changes() == set()


def kill_at(stage: Stage, moment: int) -> None:
    """Kill the CLI at a creation. The provider dies with it: that request and all later ones never reach AWS."""
    count = 0

    def before(_type: str, _inputs: Inputs) -> None:
        nonlocal count
        count += 1
        if count == moment:
            stage.pulumi.kill()
        if count >= moment:
            raise Refused("RequestNotSent", "the provider was killed")

    stage.world.before_creation = before
