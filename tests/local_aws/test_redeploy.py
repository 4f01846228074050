"""Changed sources reach the functions that run them."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from local_aws.clients import Clients
from local_aws.redeploy import LAYER, Redeployer
from saai_infra.build import BuildError, Target, build_code, build_layer

from tests.local_aws.support import Deployer

HANDLER = """
from saai_domain.greeting import TEXT

def lambda_handler(event, context):
    print("called")
    return {"text": TEXT, "code": "CODE"}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working copy with a domain and one package."""
    root = tmp_path_factory.mktemp("repo")
    write(root / "packages/aws_lite/aws_lite/__init__.py", "")
    write(root / "packages/domain/saai_domain/__init__.py", "")
    write(root / "packages/domain/saai_domain/greeting.py", "TEXT = 'one'")
    write(root / "packages/redeployed/redeployed/__init__.py", "")
    write(root / "packages/redeployed/redeployed/handler.py", HANDLER)
    write(root / "requirements/layer.txt", "")
    return root


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture(scope="module")
def redeployer(root: Path, deployer: Deployer, clients: Clients) -> Redeployer:
    """Of a stage with one function and its layer."""
    target = Target.host()
    layer_zip, code_zip = build_layer(target, root=root), build_code("redeployed", target, root=root)

    def program() -> None:
        role = aws.iam.Role("redeployed", name="saai-test-redeployed", assume_role_policy="{}")
        layer = aws.lambda_.LayerVersion(
            "redeployed",
            layer_name="saai-test-redeployed",
            code=pulumi.FileArchive(str(layer_zip.path)),
            source_code_hash=layer_zip.sha256,
        )
        aws.lambda_.Function(
            "redeployed",
            name="saai-test-Redeployed",
            role=role.arn,
            handler="redeployed.handler.lambda_handler",
            runtime=target.runtime,
            layers=[layer.arn],
            code=pulumi.FileArchive(str(code_zip.path)),
            source_code_hash=code_zip.sha256,
        )

    return Redeployer.of(deployer(program), clients=clients, root=root)


def answer(clients: Clients) -> dict[str, Any]:
    payload: dict[str, Any] = json.load(clients.lambda_.invoke(FunctionName="saai-test-Redeployed")["Payload"])
    return payload


def test_a_function_belongs_to_the_package_that_its_handler_names(redeployer: Redeployer) -> None:
    """So a change of the package reaches all its functions."""
    assert redeployer.functions == {"redeployed": ("saai-test-Redeployed",)}
    assert redeployer.layer_name == "saai-test-redeployed"


def test_what_no_zip_holds_is_not_deployed(redeployer: Redeployer, root: Path) -> None:
    """What stands beside a package's folder, what only tests use, or a file saved as it was."""
    write(root / "packages/redeployed/pyproject.toml", "")
    write(root / "packages/domain/saai_domain/testing/clock.py", "")
    handler = root / "packages/redeployed/redeployed/handler.py"
    write(handler, handler.read_text())

    assert list(redeployer.apply()) == []


def test_changed_code_runs_at_the_next_call(redeployer: Redeployer, clients: Clients, root: Path) -> None:
    """Also where the old code was running warm."""
    before = answer(clients)
    write(root / "packages/redeployed/redeployed/handler.py", HANDLER.replace("CODE", "changed"))

    (updated,) = redeployer.apply()

    assert (updated.what, updated.functions) == ("redeployed", ("saai-test-Redeployed",))
    assert answer(clients) == {**before, "code": "changed"}


def test_a_changed_layer_runs_at_the_next_call(redeployer: Redeployer, clients: Clients, root: Path) -> None:
    """Every function gets the new version in the place of the old one."""
    answer(clients)
    write(root / "packages/domain/saai_domain/greeting.py", "TEXT = 'two'")

    (updated,) = redeployer.apply()

    layers = clients.lambda_.get_function_configuration(FunctionName="saai-test-Redeployed").get("Layers", [])
    assert (updated.what, updated.functions) == (LAYER, ("saai-test-Redeployed",))
    assert answer(clients)["text"] == "two"
    assert len(layers) == 1
    assert not layers[0].get("Arn", "").endswith(":1")


def test_a_syntax_error_leaves_what_runs(redeployer: Redeployer, clients: Clients, root: Path) -> None:
    """The error names the file; the function goes on with what it had."""
    before = answer(clients)
    file = root / "packages/redeployed/redeployed/handler.py"
    text = file.read_text()
    write(file, "def lambda_handler(:\n")

    with pytest.raises(BuildError, match=r"handler\.py"):
        list(redeployer.apply())

    write(file, text)
    assert answer(clients) == before
