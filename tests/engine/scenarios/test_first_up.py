"""A stage from nothing, and what stays of it."""

import pytest

from tests.engine.scenarios.conftest import CONFIG, Fresh
from tests.engine.stage import Stage, UpFailed, differences


@pytest.mark.parametrize("kind", list(CONFIG))
def test_a_stage_that_was_never_deployed_can_be_previewed(fresh: Fresh, kind: str) -> None:
    """With every output unknown; it makes nothing."""
    stage = fresh(kind, **CONFIG[kind])
    preview = stage.preview()

    assert preview.count("create") > 100
    assert preview.errors == ()
    assert list(stage.world.all()) == []


def test_the_first_up_makes_what_the_state_says(any_stage: Stage) -> None:
    """Each resource once, and none besides."""
    assert differences(any_stage.world, any_stage) == set()


def test_a_second_up_changes_nothing(any_stage: Stage) -> None:
    """The zips are the same bytes, and no input depends on the moment."""
    assert any_stage.up().changes() == set()


def test_a_preview_after_the_first_up_shows_nothing(any_stage: Stage) -> None:
    """So that what a preview shows is what was changed."""
    assert any_stage.preview().changes() == set()


def test_destroy_leaves_the_layers_versions_only(dev: Stage) -> None:
    """Other services may be pinned to them."""
    dev.destroy()

    assert {(found.type, found.inputs.get("layerName")) for found in dev.world.all()} == {
        ("aws:lambda/layerVersion:LayerVersion", "saai-dev-domain")
    }
    assert dev.state() == []


def test_a_durable_stage_is_not_destroyed(any_stage: Stage) -> None:
    """Pulumi refuses before it deletes anything, since its tables are protected."""
    if any_stage.name != "prod":
        pytest.skip("only prod is durable")
    before = {(found.type, found.key) for found in any_stage.world.all()}

    with pytest.raises(UpFailed, match="protect"):
        any_stage.destroy()

    assert {(found.type, found.key) for found in any_stage.world.all()} == before
