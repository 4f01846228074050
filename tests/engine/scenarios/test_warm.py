"""Processes that are kept started, from the first time a stage wants some to the last: its clients notice nothing."""

import copy
import itertools
import re
from pathlib import Path

import pytest

from tests.engine.events import Run
from tests.engine.scenarios.conftest import Deployed, Edit, Fresh, go_on, refusals
from tests.engine.stage import Stage, UpFailed, differences
from tests.engine.world import Refused, World
from tests.engine.world.apigatewayv2 import AUTHORIZER, INTEGRATION
from tests.engine.world.lambda_ import ALIAS, LAYER_VERSION, PERMISSION, PROVISIONED
from tests.engine.world.resources import Inputs
from tests.engine.world.storage import PARAMETER

KEPT = ("RegistrarVenta", "AutorizarConexion", "OnMessage")
"""Of the HTTP API, of the WebSocket API's authorizer, and of several routes."""
WARM = '{"RegistrarVenta": 2, "AutorizarConexion": 1, "OnMessage": 1}'
PROCESSES = "provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"
MODULE = "packages/saai_events/saai_events/registrar_venta.py"
LINE = "\n_CHANGED = True\n"


@pytest.fixture(scope="module")
def first_up(fresh: Fresh) -> Deployed:
    """A stage that keeps some from its first `up` on."""
    stage = fresh("dev", warm=WARM)
    run = stage.up()
    return Deployed(stage=stage, run=run, world=copy.deepcopy(stage.world))


@pytest.fixture
def warm(first_up: Deployed, tmp_path: Path) -> Stage:
    return go_on(first_up, tmp_path / "warm")


def called(world: World) -> set[str]:
    """The functions that the APIs call, each with the alias if it is called by one."""
    uris = [each.inputs["integrationUri"] for each in world.all(INTEGRATION)]
    uris += [each.inputs["authorizerUri"] for each in world.all(AUTHORIZER)]
    return {found[1] for uri in uris if (found := re.search(r":function:saai-dev-([\w:]+)/", uri))}


def versions(world: World) -> dict[str, str]:
    """The version that each alias leads to, by function."""
    return {
        alias.inputs["functionName"].removeprefix("saai-dev-"): alias.inputs["functionVersion"]
        for alias in world.all(ALIAS)
    }


def processes(world: World) -> dict[str, int]:
    """How many are kept, by function and version."""
    return {
        each.id.removeprefix("saai-dev-"): each.inputs["provisionedConcurrentExecutions"]
        for each in world.all(PROVISIONED)
    }


def in_order(run: Run, *steps: tuple[str, str]) -> bool:
    """Whether these operations on RegistrarVenta's resources were each done before the next began."""
    found = [run.one(type_, "RegistrarVenta", operation) for type_, operation in steps]
    return all(first.done is not None and first.done < then.began for first, then in itertools.pairwise(found))


def test_a_stage_comes_to_keep_some_without_a_request_failing(dev: Stage) -> None:
    """An API calls the alias when it may and the processes are started, and what it called until then may still be."""
    refused = refusals(dev)
    before = called(dev.world)
    dev.set_config("warm", WARM)
    assert dev.preview().errors == ()

    run = dev.up()

    assert run.changes() == run.changes("create", "update")
    assert called(dev.world) == {f"{name}:warm" if name in KEPT else name for name in before}
    assert processes(dev.world) == {"RegistrarVenta,1": 2, "AutorizarConexion,1": 1, "OnMessage,1": 1}
    assert refused == set()
    assert differences(dev.world, dev) == set()
    assert dev.preview().changes() == dev.up().changes() == set()


def test_another_number_changes_nothing_else(warm: Stage) -> None:
    """No version is published for it."""
    warm.set_config("warm", WARM.replace("2", "5"))

    run = warm.up()

    assert run.changes() == run.changes("update") == {(PROCESSES, "RegistrarVenta")}
    assert processes(warm.world)["RegistrarVenta,1"] == 5


@pytest.mark.parametrize("what", ["a variable", "code, and their number"])
def test_callers_move_to_a_new_version_once_its_processes_are_started(warm: Stage, edit: Edit, what: str) -> None:
    """Until then they are answered by the old one's, which go last."""
    refused = refusals(warm)
    if what == "a variable":
        warm.set_config("awsClient", "boto3")
    else:
        edit(MODULE, LINE)
        warm.set_config("warm", WARM.replace("2", "5"))
    assert warm.preview().errors == ()

    run = warm.up()

    assert versions(warm.world)["RegistrarVenta"] == "2"
    kept = {name: count for name, count in processes(warm.world).items() if name.startswith("RegistrarVenta")}
    assert kept == {"RegistrarVenta,2": 2 if what == "a variable" else 5}
    assert in_order(
        run,
        ("function:Function", "update"),
        (PROCESSES, "create-replacement"),
        ("alias:Alias", "update"),
        (PROCESSES, "delete-replaced"),
    )
    assert refused == set()
    assert differences(warm.world, warm) == set()
    assert warm.up().changes() == set()


def test_a_version_that_does_not_start_is_never_called(warm: Stage, edit: Edit) -> None:
    """The `up` fails, and the next one with code that starts goes on from there."""
    refused = refusals(warm)

    def fail(type_: str, _inputs: Inputs) -> None:
        if type_ == PROVISIONED:
            raise Refused("FUNCTION_ERROR_INIT_FAILURE", "a process of the new version can't start")

    warm.world.before_creation = fail
    edit(MODULE, LINE)
    with pytest.raises(UpFailed, match="FUNCTION_ERROR_INIT_FAILURE"):
        warm.up()
    assert versions(warm.world)["RegistrarVenta"] == "1"
    assert processes(warm.world)["RegistrarVenta,1"] == 2
    warm.world.before_creation = lambda _type, _inputs: None

    edit(MODULE, LINE)
    warm.up()

    assert versions(warm.world)["RegistrarVenta"] == "3"
    assert processes(warm.world) == {"RegistrarVenta,3": 2, "AutorizarConexion,1": 1, "OnMessage,1": 1}
    assert refused == set()
    assert differences(warm.world, warm) == set()
    assert warm.up().changes() == set()


def test_a_stage_comes_to_keep_none_and_some_again_without_a_request_failing(warm: Stage) -> None:
    """The alias goes when no API calls it any longer. The version stays, and is taken again if nothing has changed."""
    refused = refusals(warm)
    warm.remove_config("warm")
    assert warm.preview().errors == ()

    warm.up()

    assert not any(":warm" in name for name in called(warm.world))
    assert list(warm.world.all(ALIAS)) == list(warm.world.all(PROVISIONED)) == []
    assert not any("qualifier" in permission.inputs for permission in warm.world.all(PERMISSION))
    assert differences(warm.world, warm) == set()
    assert warm.preview().changes() == warm.up().changes() == set()

    warm.set_config("warm", WARM)
    warm.up()

    assert set(versions(warm.world).values()) == {"1"}
    assert refused == set()
    assert differences(warm.world, warm) == set()


def test_a_stage_that_keeps_some_is_made_and_destroyed(warm: Stage) -> None:
    """In one `up` from nothing, and only what every stage leaves is left of it."""
    refused = refusals(warm)
    assert {name for name in called(warm.world) if ":warm" in name} == {f"{name}:warm" for name in KEPT}
    assert differences(warm.world, warm) == set()

    warm.destroy()

    assert {left.type for left in warm.world.all()} == {LAYER_VERSION, PARAMETER}
    assert refused == set()
