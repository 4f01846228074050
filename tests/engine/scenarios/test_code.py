"""What a change of code deploys: the functions that hold it, and nothing else."""

import pytest
from saai_infra.catalog import FUNCTIONS

from tests.engine.scenarios.conftest import Edit
from tests.engine.stage import Stage, differences
from tests.engine.world.lambda_ import FUNCTION, LAYER_VERSION

LINE = "\n_CHANGED = True\n"


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
        ("parameter:Parameter", "domain-layer-arn"),
    }
    assert differences(dev.world, dev) == set()
