"""A stage from nothing, and what stays of it."""

import pytest
from saai_infra.build import layer_version
from saai_infra.table_specs import TABLES

from tests.engine.scenarios.conftest import CONFIG, Fresh
from tests.engine.stage import CommandFailed, Stage, UpFailed, differences
from tests.engine.world.lambda_ import LAYER_VERSION
from tests.engine.world.storage import PARAMETER, TABLE
from tests.infra.urns import recorded

MAJOR = layer_version().partition(".")[0]
NOT_CONFIGURED = {
    "dev": {
        f"saai:infra:Stage$saai:infra:{component}$aws:cloudwatch/logGroup:LogGroup::{name}-access"
        for component, name in (("WebSocketRoutes", "websocket-routes"), ("HttpApi", "http"))
    },
    "prod": set(),
    "academy": set(),
}
"""Access logs, which the recorded `dev` has and its file hasn't."""


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


def test_resources_are_called_what_is_recorded(any_stage: Stage) -> None:
    """`tests/infra/golden` is made without the engine, whose names are the ones that count."""
    engines = {resource["urn"].split("::", 2)[2] for resource in any_stage.state()}
    assert engines == {line.rsplit(" ", 1)[0] for line in recorded(any_stage.name)} - NOT_CONFIGURED[any_stage.name]


def test_a_second_up_changes_nothing(any_stage: Stage) -> None:
    """The zips are the same bytes, and no input depends on the moment."""
    assert any_stage.up().changes() == set()


def test_a_preview_after_the_first_up_shows_nothing(any_stage: Stage) -> None:
    """So that what a preview shows is what was changed."""
    assert any_stage.preview().changes() == set()


def test_destroy_leaves_the_layers_versions_and_where_to_find_them(dev: Stage) -> None:
    """Other services may be pinned to them. The next `up` takes the parameter over."""
    dev.destroy()

    left = {(found.type, found.inputs.get("layerName") or found.inputs["name"]) for found in dev.world.all()}
    assert left == {(LAYER_VERSION, "saai-dev-domain"), (PARAMETER, f"/saai/dev/layers/domain/{MAJOR}")}
    assert dev.state() == []
    dev.up()
    assert dev.up().changes() == set()


def test_a_durable_stage_is_not_destroyed(prod: Stage) -> None:
    """Its preview finds the protected tables, before anything is deleted."""
    before = {(found.type, found.key) for found in prod.world.all()}

    with pytest.raises(CommandFailed, match="protect"):
        prod.command("destroy", "--yes")

    assert {(found.type, found.key) for found in prod.world.all()} == before


def test_a_durable_stages_data_outlives_even_a_destroy_without_preview(prod: Stage) -> None:
    """`--skip-preview` takes the service away, and no table."""
    with pytest.raises(UpFailed, match="protect"):
        prod.destroy()

    assert len(list(prod.world.all(TABLE))) == len(TABLES)


def test_a_table_that_is_replaced_by_an_existing_one_keeps_its_data(prod: Stage) -> None:
    """Pulumi refuses to delete the stage's own; without its protection it is left to itself."""
    prod.world.create(TABLE, {"name": "t_productos", "hashKey": "tenant_id", "rangeKey": "entity_id"})
    prod.set_config("existingTables", '{"productos": "t_productos"}')
    with pytest.raises(UpFailed, match="protect"):
        prod.up()
    (urn,) = (resource["urn"] for resource in prod.state() if resource["id"] == "saai-prod-productos")
    prod.command("state", "unprotect", urn, "--yes")

    prod.up()

    assert prod.world.find(TABLE, "saai-prod-productos") is not None
    assert prod.outputs()["tables"]["productos"] == "t_productos"
