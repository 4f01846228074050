"""The program, run once a session for each kind of stage."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytest_socket import disable_socket
from saai_infra.build import Artifact, Artifacts
from saai_infra.catalog import PACKAGES
from saai_infra.config import StageConfig
from saai_infra.stack import deploy

from tests.infra.recording import REGION, SECRET_TEXT, Graph, record

LAB_ROLE = "arn:aws:iam::123456789012:role/LabRole"

KINDS: Mapping[str, Mapping[str, Any]] = {
    "dev": {"access_logs": True},
    "prod": {"log_retention_days": 90, "access_logs": True},
    "academy": {"lab_role_arn": LAB_ROLE},
}
"""What is configured of each kind of stage."""

Runner = Callable[..., Graph]


def pytest_configure(config: pytest.Config) -> None:
    """Let the AWS provider's own import speak of modules that it renamed."""
    config.addinivalue_line(
        "filterwarnings", r"ignore:aws\..* has been deprecated in favor of aws\.:DeprecationWarning"
    )


def stage_config(stage: str, **changes: Any) -> StageConfig:
    """A stage's configuration as its file has it."""
    return StageConfig(stage=stage, region=REGION, jwt_secret=SECRET_TEXT, **changes)


@pytest.fixture(autouse=True)
def without_network() -> None:
    """Nothing here talks to anybody; an event loop has a socket to itself. Every test begins with sockets again."""
    disable_socket(allow_unix_socket=True)


def stand_ins(folder: Path) -> Artifacts:
    """Zips that stand for the built ones: the graph does not look into them."""

    def artifact(name: str) -> Artifact:
        path = Path(folder, f"{name}.zip")
        path.write_bytes(name.encode())
        return Artifact(path=path, sha256=f"sha256-of-{name}", size=len(name))

    return Artifacts(layer=artifact("layer"), code={name: artifact(name) for name in PACKAGES})


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    return stand_ins(tmp_path_factory.mktemp("zips"))


@pytest.fixture(scope="session")
def run(artifacts: Artifacts) -> Runner:
    """Run the program for a configuration and return what it registers."""

    def run_program(config: StageConfig, **how: Any) -> Graph:
        return record(partial(deploy, config, artifacts), stage=config.stage, **how)

    return run_program


@pytest.fixture(scope="session")
def dev(run: Runner) -> Graph:
    return run(stage_config("dev", **KINDS["dev"]))


@pytest.fixture(scope="session")
def prod(run: Runner) -> Graph:
    return run(stage_config("prod", **KINDS["prod"]))


@pytest.fixture(scope="session")
def academy(run: Runner) -> Graph:
    return run(stage_config("academy", **KINDS["academy"]))


@pytest.fixture(scope="session")
def preview(run: Runner) -> Graph:
    return run(stage_config("dev", **KINDS["dev"]), preview=True)


@pytest.fixture(scope="session", params=["dev", "prod", "academy"])
def deployed(request: pytest.FixtureRequest) -> Graph:
    """Each of the graphs whose computed outputs are known."""
    chosen: Graph = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture(scope="session", params=["dev", "prod", "academy", "preview"])
def graph(request: pytest.FixtureRequest) -> Graph:
    """Each of the graphs in turn: what holds for all of them."""
    chosen: Graph = request.getfixturevalue(request.param)
    return chosen
