"""Stages to start from. Each is deployed once; a test goes on from a copy of its state and of its account."""

import copy
import functools
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import attrs
import pytest
from saai_infra.build import InterpreterMissingError, Target
from saai_infra.build.artifacts import REPOSITORY
from saai_infra.build.interpreter import find_interpreter

from tests.engine.events import Run
from tests.engine.provider import Provider
from tests.engine.stage import LAB_ROLE, Pulumi, Stage, Workspace, new_provider
from tests.engine.world import World
from tests.engine.world.apigatewayv2 import refused_calls
from tests.infra.build_step.workspace import copy_workspace

Fresh = Callable[..., Stage]


def pytest_configure(config: pytest.Config) -> None:
    """Let the AWS provider's own import speak of modules that it renamed."""
    config.addinivalue_line(
        "filterwarnings", r"ignore:aws\..* has been deprecated in favor of aws\.:DeprecationWarning"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """An `up` of the whole stage takes seconds on an idle machine, and much longer on a busy one.

    When a test kills the CLI, the Automation API leaves sockets and loops of its own open, which show in a later test.
    """
    for item in items:
        item.add_marker(pytest.mark.timeout(900))
        item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))
        item.add_marker(pytest.mark.filterwarnings("ignore:Error in event stream:UserWarning"))


@pytest.fixture(scope="session")
def pulumi_command(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pulumi:
    return Pulumi.of(request.config.getoption("--pulumi"), tmp_path_factory.mktemp("pulumi"))


@pytest.fixture(scope="session")
def python_version() -> str:
    """Lambda's default where it is installed; else this Python's own, so that the zips can be built."""
    version = "3.13"
    try:
        find_interpreter(Target.aws(python_version=version, architecture="arm64"))
    except InterpreterMissingError:
        return f"{sys.version_info.major}.{sys.version_info.minor}"
    return version


def make_workspace(root: Path, python_version: str) -> Workspace:
    """Copy what a deployment reads; third-party wheels that were fetched before are used again."""
    copy_workspace(root)
    shutil.copytree(REPOSITORY / "infra", root / "infra", ignore=shutil.ignore_patterns("__pycache__"))
    (REPOSITORY / ".build" / "dependencies").mkdir(parents=True, exist_ok=True)
    (root / ".build").mkdir()
    (root / ".build" / "dependencies").symlink_to(REPOSITORY / ".build" / "dependencies")
    return Workspace(root=root, python_version=python_version)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory, python_version: str) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("workspace") / "saai", python_version)


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[Provider, int]]:
    with new_provider(World()) as serving:
        yield serving


@pytest.fixture(scope="session")
def fresh(
    tmp_path_factory: pytest.TempPathFactory,
    workspace: Workspace,
    pulumi_command: Pulumi,
    served: tuple[Provider, int],
) -> Fresh:
    """Prepare a stage that was never deployed, in an account of its own."""
    provider, port = served

    def prepare(name: str, *, world: World | None = None, **config: str) -> Stage:
        stage = Stage(
            name=name,
            folder=tmp_path_factory.mktemp(name),
            workspace=workspace,
            pulumi=pulumi_command,
            provider=provider,
            port=port,
            config=config,
        )
        provider.world = world or World()
        stage.prepare()
        return stage

    return prepare


@attrs.frozen(kw_only=True)
class Deployed:
    """A stage after its first `up`, what that did, and its account then."""

    stage: Stage
    run: Run
    world: World


@pytest.fixture(scope="session")
def deployments(fresh: Fresh) -> Callable[[str], Deployed]:
    """Deploy a kind of stage the first time that it is asked for."""

    @functools.cache
    def deploy(kind: str) -> Deployed:
        stage = fresh(kind, **CONFIG[kind])
        run = stage.up()
        return Deployed(stage=stage, run=run, world=copy.deepcopy(stage.world))

    return deploy


CONFIG: Mapping[str, Mapping[str, str]] = {"dev": {}, "prod": {}, "academy": {"labRoleArn": LAB_ROLE}}
"""What each kind of stage needs besides its file and its secret."""


def go_on(deployed: Deployed, folder: Path) -> Stage:
    """The stage as its first `up` left it, in a copy of its account."""
    shutil.copytree(deployed.stage.folder, folder)
    deployed.stage.provider.world = copy.deepcopy(deployed.world)
    return attrs.evolve(deployed.stage, folder=folder)


def refusals(stage: Stage) -> set[str]:
    """The routes whose requests fail at some moment from now on: API Gateway may not call what they lead to."""
    refused: set[str] = set()
    stage.world.after_change = lambda: refused.update(refused_calls(stage.world))
    return refused


@pytest.fixture
def dev(deployments: Callable[[str], Deployed], tmp_path: Path) -> Stage:
    return go_on(deployments("dev"), tmp_path / "dev")


@pytest.fixture
def prod(deployments: Callable[[str], Deployed], tmp_path: Path) -> Stage:
    return go_on(deployments("prod"), tmp_path / "prod")


@pytest.fixture
def first_run(deployments: Callable[[str], Deployed]) -> Run:
    """What the first `up` of `dev` did."""
    return deployments("dev").run


@pytest.fixture(params=list(CONFIG))
def any_stage(request: pytest.FixtureRequest, deployments: Callable[[str], Deployed], tmp_path: Path) -> Stage:
    """Each kind of stage as its first `up` left it."""
    kind: str = request.param
    return go_on(deployments(kind), tmp_path / kind)


Edit = Callable[[str, str], None]


@pytest.fixture
def edit(workspace: Workspace) -> Iterator[Edit]:
    """Append to a file of the workspace, by its path there; it is as it was when the test ends."""
    before: dict[Path, str] = {}

    def append(path: str, text: str) -> None:
        file = workspace.root / path
        before.setdefault(file, file.read_text())
        file.write_text(file.read_text() + text)

    yield append
    for file, text in before.items():
        file.write_text(text)
