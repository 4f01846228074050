"""Changed sources reach the functions that run them."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from local_aws.clients import Clients
from local_aws.redeploy import Change, Redeployer, changes
from saai_infra.build import BuildError, Target, build_code, build_layer

from tests.local_aws.support import Deployer

ROOT = Path("/repo")
PACKAGES = ("ws_gateway", "saai_events")


@pytest.mark.parametrize(
    ("paths", "change"),
    [
        (["packages/ws_gateway/ws_gateway/on_connect.py"], Change(packages=frozenset({"ws_gateway"}))),
        (["packages/domain/saai_domain/aws/clients.py"], Change(layer=True)),
        (["requirements/layer.txt"], Change(layer=True)),
        (["requirements/dev.txt"], Change()),
        (["infra/saai_infra/tables.py"], Change(infrastructure=True)),
        (["packages/local_aws/local_aws/dev.py"], Change()),
        (["packages/ws_gateway/pyproject.toml"], Change()),
        (["../elsewhere.py"], Change()),
        (
            ["packages/saai_events/saai_events/registrar_venta.py", "packages/domain/saai_domain/money.py"],
            Change(layer=True, packages=frozenset({"saai_events"})),
        ),
    ],
)
def test_what_a_changed_file_means(paths: list[str], change: Change) -> None:
    """Code of a package, the layer, the infrastructure, or nothing."""
    changed = [(ROOT / path).resolve() for path in paths]

    assert changes(changed, packages=PACKAGES, root=ROOT) == change


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

    def program() -> None:
        role = aws.iam.Role("redeployed", name="saai-test-redeployed", assume_role_policy="{}")
        archive = pulumi.FileArchive(str(build_layer(target, root=root).path))
        layer = aws.lambda_.LayerVersion("redeployed", layer_name="saai-test-redeployed", code=archive)
        aws.lambda_.Function(
            "redeployed",
            name="saai-test-Redeployed",
            role=role.arn,
            handler="redeployed.handler.lambda_handler",
            runtime=target.runtime,
            layers=[layer.arn],
            code=pulumi.FileArchive(str(build_code("redeployed", target, root=root).path)),
        )

    made = Redeployer.of(deployer(program), clients=clients)
    return Redeployer(clients=clients, functions=made.functions, layer_name=made.layer_name, root=root)


def answer(clients: Clients) -> dict[str, Any]:
    payload: dict[str, Any] = json.load(clients.lambda_.invoke(FunctionName="saai-test-Redeployed")["Payload"])
    return payload


def test_a_function_belongs_to_the_package_that_its_handler_names(redeployer: Redeployer) -> None:
    """So a change of the package reaches all its functions."""
    assert redeployer.functions == {"redeployed": ("saai-test-Redeployed",)}
    assert redeployer.layer_name == "saai-test-redeployed"


def test_changed_code_runs_at_the_next_call(redeployer: Redeployer, clients: Clients, root: Path) -> None:
    """Also where the old code was running warm."""
    before = answer(clients)
    write(root / "packages/redeployed/redeployed/handler.py", HANDLER.replace("CODE", "changed"))

    (updated,) = redeployer.apply(Change(packages=frozenset({"redeployed"})))

    assert (updated.what, updated.functions) == ("redeployed", ("saai-test-Redeployed",))
    assert answer(clients) == {**before, "code": "changed"}


def test_a_changed_layer_runs_at_the_next_call(redeployer: Redeployer, clients: Clients, root: Path) -> None:
    """Every function gets the new version in the place of the old one."""
    answer(clients)
    write(root / "packages/domain/saai_domain/greeting.py", "TEXT = 'two'")

    (updated,) = redeployer.apply(Change(layer=True))

    layers = clients.lambda_.get_function_configuration(FunctionName="saai-test-Redeployed").get("Layers", [])
    assert updated.functions == ("saai-test-Redeployed",)
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
        list(redeployer.apply(Change(packages=frozenset({"redeployed"}))))

    write(file, text)
    assert answer(clients) == before
