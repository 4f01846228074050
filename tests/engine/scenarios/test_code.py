"""What a change of code deploys: the functions that hold it, and nothing else."""

import pytest
from saai_infra import stack
from saai_infra.build import layer_version
from saai_infra.catalog import FUNCTIONS

from tests.engine.scenarios.conftest import Edit
from tests.engine.stage import Stage, differences
from tests.engine.world.lambda_ import FUNCTION, LAYER_VERSION
from tests.engine.world.storage import PARAMETER

LINE = "\n_CHANGED = True\n"
MAJOR = layer_version().partition(".")[0]


@pytest.mark.parametrize(("package", "file"), [("ws_gateway", "on_message.py"), ("saai_events", "registrar_venta.py")])
def test_a_packages_change_updates_its_functions(dev: Stage, edit: Edit, package: str, file: str) -> None:
    """In place; no other function, and no permission, is touched."""
    edit(f"packages/{package}/{package}/{file}", LINE)

    run = dev.up()

    assert run.changes() == {("function:Function", spec.name) for spec in FUNCTIONS if spec.package == package}
    assert run.changes("update") == run.changes()


def test_a_domain_change_brings_a_new_layer_to_every_function(dev: Stage, edit: Edit) -> None:
    """The old version stays for who is pinned to it, and no function of ours is."""
    (old,) = dev.world.all(LAYER_VERSION)
    edit("packages/domain/saai_domain/time.py", LINE)

    run = dev.up()

    new = next(layer for layer in dev.world.all(LAYER_VERSION) if not layer.kept)
    assert new.outputs["arn"] != old.outputs["arn"]
    assert any(layer.kept and layer.outputs == old.outputs for layer in dev.world.all(LAYER_VERSION))
    assert {tuple(function.inputs["layers"]) for function in dev.world.all(FUNCTION)} == {(new.outputs["arn"],)}
    assert dev.outputs()["domain_layer_arn"] == new.outputs["arn"]
    assert run.changes("update") == {
        *(("function:Function", spec.name) for spec in FUNCTIONS),
        *(("parameter:Parameter", name) for name in ("domain-layer-arn", f"domain-layer-arn-{MAJOR}", "outputs")),
    }
    assert differences(dev.world, dev) == set()


def test_a_new_major_version_leaves_the_former_ones_parameter(dev: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the last compatible layer. Going back takes it over again."""
    former = f"/saai/dev/layers/domain/{MAJOR}"
    before = dev.world.find(PARAMETER, former)
    assert before is not None
    monkeypatch.setattr(stack, "layer_version", lambda: "41.0.0")
    dev.up()
    kept, new = (dev.world.find(PARAMETER, name) for name in (former, "/saai/dev/layers/domain/41"))
    assert kept is not None
    assert new is not None
    assert kept.inputs["value"] == before.inputs["value"] != new.inputs["value"] == dev.outputs()["domain_layer_arn"]

    monkeypatch.undo()
    dev.up()

    again = dev.world.find(PARAMETER, former)
    assert again is not None
    assert again.inputs["value"] == dev.outputs()["domain_layer_arn"] != before.inputs["value"]
