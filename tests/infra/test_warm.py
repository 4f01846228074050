"""Processes that are kept started (`saai:warm`): an alias for the functions that it names, and for no other."""

import pytest
from saai_infra.config import ConfigError, parse_config

from tests.infra.conftest import LAB_ROLE, Runner, stage_config
from tests.infra.recording import SECRET_TEXT, Graph, function_arn

KEPT = {"RegistrarVenta": 2, "AutorizarConexion": 1, "OnConnect": 1}
ALIAS = "lambda/alias:Alias"
PROVISIONED = "lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"


@pytest.fixture(scope="module")
def warm(run: Runner) -> Graph:
    """A stage that keeps some."""
    return run(stage_config("dev", warm=KEPT))


def test_by_default_nothing_is_published_and_nothing_kept(dev: Graph) -> None:
    """Each costs money by the hour, whether it works or not."""
    assert dev.of_type(ALIAS) == dev.of_type(PROVISIONED) == ()
    assert not any(function.inputs.get("publish") for function in dev.functions)
    assert not any("qualifier" in permission.inputs for permission in dev.permissions)


def test_as_many_processes_are_kept_as_the_stage_says(warm: Graph) -> None:
    """Of the newest version: Lambda keeps none of the unpublished code."""
    kept = {each.inputs["functionName"]: each.inputs for each in warm.of_type(PROVISIONED)}
    assert {name: inputs["provisionedConcurrentExecutions"] for name, inputs in kept.items()} == {
        f"saai-dev-{name}": count for name, count in KEPT.items()
    }
    assert {inputs["qualifier"] for inputs in kept.values()} == {"7"}
    assert {function.name for function in warm.functions if function.inputs.get("publish")} == set(KEPT)


def test_the_alias_is_of_the_newest_version(warm: Graph) -> None:
    """An `up` moves it, when that version's processes are started."""
    started = {each.inputs["functionName"]: each.urn for each in warm.of_type(PROVISIONED)}
    aliases = warm.of_type(ALIAS)
    assert {alias.inputs["functionName"]: alias.inputs["functionVersion"] for alias in aliases} == dict.fromkeys(
        started, "7"
    )
    assert all(started[alias.inputs["functionName"]] in alias.dependencies for alias in aliases)


def test_the_apis_call_the_processes_that_are_kept(warm: Graph) -> None:
    """And may; they may call the function itself as well, as they do until API Gateway serves the change."""
    called = [
        *(each.inputs["integrationUri"] for each in warm.of_type("apigatewayv2/integration:Integration")),
        *(each.inputs["authorizerUri"] for each in warm.of_type("apigatewayv2/authorizer:Authorizer")),
    ]
    for name in KEPT:
        (uri,) = (each for each in called if f":saai-dev-{name}" in each)
        assert f"{function_arn(f'saai-dev-{name}')}:warm/" in uri
    assert sum(":warm/" in uri for uri in called) == len(KEPT)
    for name in KEPT:
        permitted = {
            (each.inputs.get("qualifier"), each.inputs["sourceArn"])
            for each in warm.permissions
            if each.inputs["function"] == f"saai-dev-{name}"
        }
        sources = {source for _qualifier, source in permitted}
        assert permitted == {(qualifier, source) for qualifier in (None, "warm") for source in sources}
    assert {each.inputs["function"] for each in warm.permissions if "qualifier" in each.inputs} == {
        f"saai-dev-{name}" for name in KEPT
    }


def test_an_academy_account_can_keep_none() -> None:
    """It runs 10 calls in all."""
    values = {"region": "us-east-1", "jwtSecret": SECRET_TEXT, "labRoleArn": LAB_ROLE, "warm": '{"OnConnect": 1}'}
    with pytest.raises(ConfigError, match="saai:warm is set, and an AWS Academy account runs 10 calls in all"):
        parse_config("academy", values, secret_keys=frozenset({"jwtSecret"}))
