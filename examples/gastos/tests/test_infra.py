"""What the Pulumi program makes beside a stage, and what its function may do."""

import asyncio
import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

PROGRAM = Path(__file__).parents[1] / "infra" / "__main__.py"
TABLES = ("gastos", "counters", "eventos", "idempotencia", "tiendas", "usuarios", "ventas")
PARAMETERS = {
    "/saai/dev/layers/domain/2": "arn:layer:9",
    "/saai/dev/outputs": json.dumps(
        {
            **{key: key for key in ("api_url", "http_api_id", "http_api_execution_arn", "domain_layer_architecture")},
            **{key: key for key in ("jwt_secret_parameter", "jwt_secret_parameter_arn", "alarmas_sns_topic_arn")},
            "domain_layer_runtime": "python3.13",
            "tables": {name: f"saai-dev-{name}" for name in TABLES},
            "table_arns": {name: f"arn:{name}" for name in TABLES},
            "function_arns": {"EmitirEventosWs": "arn:EmitirEventosWs"},
        }
    ),
}
"""As a stage publishes them."""

Made = Mapping[str, Mapping[str, Any]]
"""Inputs of each resource, by its type."""


@pytest.fixture(scope="module")
def made() -> Made:
    found: dict[str, Mapping[str, Any]] = {}

    class Aws(pulumi.runtime.Mocks):
        def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
            found[args.typ] = args.inputs
            return f"{args.name}-id", {"arn": f"arn:{args.name}", "invokeArn": "invoke", **args.inputs}

        def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
            return {"insecureValue": PARAMETERS[str(args.args["name"])]}, []

    @pulumi.runtime.test
    def run() -> None:
        runpy.run_path(str(PROGRAM))

    asyncio.set_event_loop(asyncio.new_event_loop())
    pulumi.runtime.set_mocks(Aws(), project="gastos", stack="dev", preview=False)
    run()
    return found


def test_it_runs_on_the_stages_layer(made: Made) -> None:
    """Runtime and architecture are the layer's own."""
    function = made["aws:lambda/function:Function"]
    assert (function["layers"], function["runtime"]) == (["arn:layer:9"], "python3.13")
    assert function["environment"]["variables"]["GASTOS_TABLE"] == "saai-dev-gastos"
    assert made["aws:apigatewayv2/route:Route"]["routeKey"] == "POST /gastos"


def test_it_may_do_no_more_than_a_command_needs(made: Made) -> None:
    """And writes rows of stores only: none of the platform's."""
    statements = json.loads(made["aws:iam/rolePolicy:RolePolicy"]["policy"])["Statement"]
    allowed = {(action, resource) for each in statements for action in each["Action"] for resource in each["Resource"]}
    assert {(action.removeprefix("dynamodb:"), name) for action, name in allowed if action.startswith("dynamodb:")} == {
        *(("BatchGetItem", f"arn:{name}") for name in ("counters", "idempotencia", "tiendas", "usuarios")),
        *(("PutItem", f"arn:{name}") for name in ("gastos", "counters", "eventos", "idempotencia")),
        ("UpdateItem", "arn:counters"),
    }
    writing = [each for each in statements if {"dynamodb:PutItem", "dynamodb:UpdateItem"} & set(each["Action"])]
    assert [each["Condition"] for each in writing] == [
        {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["T*"]}}
    ] * 2
