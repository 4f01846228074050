"""`infra/__main__.py` as the Pulumi CLI runs it: configuration from Pulumi, outputs exported."""

import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from saai_infra import stack
from saai_infra.build import Artifacts, BuildError, InterpreterMissingError, Target
from saai_infra.config import ConfigError, parse_config

from tests.infra.conftest import LAB_ROLE
from tests.infra.recording import SECRET_TEXT, Graph, record

INFRA = Path(__file__).parents[2] / "infra"


def run_main(config: Mapping[str, str], *, stage: str = "dev", secrets: tuple[str, ...] = ("saai:jwtSecret",)) -> Graph:
    """Run the file with a configuration."""

    def program() -> Mapping[str, pulumi.Input[object]]:
        pulumi.runtime.set_all_config(dict(config), list(secrets))
        runpy.run_path(str(INFRA), run_name="__main__")
        exports: Mapping[str, pulumi.Input[object]] = vars(pulumi.runtime.get_root_resource())["outputs"]
        return exports

    return record(program, stage=stage)


@pytest.fixture
def prebuilt(monkeypatch: pytest.MonkeyPatch, artifacts: Artifacts) -> None:
    """The zips are there already: building them is another suite's matter."""

    def build_all(_target: Target, *, packages: tuple[str, ...]) -> Artifacts:
        assert set(packages) == set(artifacts.code)
        return artifacts

    monkeypatch.setattr(stack, "build_all", build_all)


@pytest.mark.usefixtures("prebuilt")
@pytest.mark.parametrize("stage", ["dev", "prod", "academy"])
def test_a_stage_file_needs_only_what_differs_between_accounts(stage: str, dev: Graph) -> None:
    """With the secret, and LabRole in `academy`, each stage of the repository deploys and exports everything."""
    config = stage_file(stage) | {"saai:jwtSecret": SECRET_TEXT}
    if stage == "academy":
        config["saai:labRoleArn"] = LAB_ROLE
    graph = run_main(config, stage=stage)
    assert set(graph.outputs) == set(dev.outputs)


def stage_file(stage: str) -> dict[str, str]:
    """What `Pulumi.<stage>.yaml` configures, as Pulumi hands it to the program."""
    content: dict[str, Any] = yaml.safe_load((INFRA / f"Pulumi.{stage}.yaml").read_text(encoding="utf-8"))
    # Pulumi hands maps over as JSON.
    return {key: json.dumps(value) if isinstance(value, dict) else value for key, value in content["config"].items()}


CALLS_AT_A_TIME = {"dev": 10, "academy": 10, "prod": 1_000}
"""What an account of the stage's kind runs of all functions: new ones and AWS Academy, and the default later
(AWS Lambda developer guide, "Lambda quotas")."""


@pytest.mark.usefixtures("prebuilt")
@pytest.mark.parametrize(("stage", "budget"), [("dev", 4), ("academy", 4), ("prod", 100)])
def test_workers_leave_most_of_the_account_to_connections_and_sales(stage: str, budget: int) -> None:
    """A wave of refreshes would otherwise throttle `$connect`."""
    config = stage_file(stage) | {"saai:jwtSecret": SECRET_TEXT, "saai:labRoleArn": LAB_ROLE}
    mappings = run_main(config, stage=stage).of_type("lambda/eventSourceMapping:EventSourceMapping")
    calls = sum(mapping.inputs["scalingConfig"]["maximumConcurrency"] for mapping in mappings)
    assert 0 < calls <= budget
    assert budget <= 0.4 * CALLS_AT_A_TIME[stage]


def test_the_projects_defaults_are_the_programs() -> None:
    """Each stands in two places: the CLI shows the one, and the program has the other where no CLI is."""
    project: dict[str, Any] = yaml.safe_load((INFRA / "Pulumi.yaml").read_text(encoding="utf-8"))
    defaults = {
        key.removeprefix("saai:"): json.dumps(how["default"]).strip('"')
        for key, how in project["config"].items()
        if "default" in how
    }
    needed = {"region": "us-east-1", "jwtSecret": SECRET_TEXT}
    secrets = frozenset({"jwtSecret"})
    assert parse_config("dev", needed | defaults, secret_keys=secrets) == parse_config(
        "dev", needed, secret_keys=secrets
    )
    assert set(project["config"]) - {f"saai:{key}" for key in defaults} == {"pulumi:disable-default-providers"}


def test_the_oldest_cli_is_the_one_that_is_tested() -> None:
    """`make engine` builds it of pinned modules where there is none."""
    project: dict[str, Any] = yaml.safe_load((INFRA / "Pulumi.yaml").read_text(encoding="utf-8"))
    modules = (INFRA.parent / "tests" / "engine" / "cli" / "go.mod").read_text(encoding="utf-8")
    oldest = project["requiredPulumiVersion"].removeprefix(">=")
    assert f"github.com/pulumi/pulumi/pkg/v3 v{oldest} " in modules


def test_academy_has_no_access_logs() -> None:
    """They need an account-wide role, and an Academy account can't create one."""
    assert stage_file("academy")["saai:accessLogs"] == "false"


@pytest.mark.usefixtures("prebuilt")
def test_configuration_comes_from_the_environment_that_the_cli_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi's own process hands texts and the names of secrets to the program."""
    config = stage_file("dev") | {"saai:jwtSecret": SECRET_TEXT, "saai:memoryMb": '{"OnConnect": 256}'}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(config))
    monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", '["saai:jwtSecret"]')
    assert run_main({}, secrets=()).function("OnConnect").inputs["memorySize"] == 256


def test_an_unknown_key_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever way it comes."""
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"saai:memory": "512", "aws:region": "us-east-1"}))
    with pytest.raises(ConfigError, match="saai:memory is not a key of SAAI") as refused:
        run_main({})
    assert "aws:region" not in str(refused.value)


def test_an_incomplete_configuration_stops_the_program_before_anything_is_made() -> None:
    """Pulumi shows the text of a RunError alone, without a traceback."""
    with pytest.raises(pulumi.RunError, match="saai:region is not set") as refused:
        run_main({"saai:jwtSecret": SECRET_TEXT})
    assert isinstance(refused.value, ConfigError)


def test_an_unknown_key_is_refused() -> None:
    """A misspelt key would otherwise be ignored in silence."""
    with pytest.raises(ConfigError, match="saai:memory is not a key of SAAI"):
        run_main({"saai:region": "us-east-1", "saai:jwtSecret": SECRET_TEXT, "saai:memory": "512"})


def test_a_secret_that_pulumi_does_not_encrypt_is_refused() -> None:
    """Pulumi says which keys are secrets."""
    with pytest.raises(ConfigError, match="stored in the clear"):
        run_main({"saai:region": "us-east-1", "saai:jwtSecret": SECRET_TEXT}, secrets=())


def test_a_zip_that_cannot_be_built_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is shown by Pulumi, and in-process callers still recognise it as a BuildError."""

    def build_all(_target: Target, *, packages: tuple[str, ...]) -> Artifacts:
        assert packages
        raise InterpreterMissingError(version="3.13", tried=())

    monkeypatch.setattr(stack, "build_all", build_all)
    with pytest.raises(pulumi.RunError, match=r"Install it so that `python3\.13` runs") as refused:
        run_main({"saai:region": "us-east-1", "saai:jwtSecret": SECRET_TEXT})
    assert isinstance(refused.value, BuildError)
