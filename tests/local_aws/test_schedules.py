"""A schedule can be made to happen now."""

import json
from pathlib import Path

import attrs
import pulumi
import pulumi_aws as aws
import pytest
from local_aws.clients import Clients
from local_aws.errors import LocalAwsError
from local_aws.schedules import call_targets, run_now

from tests.local_aws.support import STACK, Deployer, make_zip


def schedule(name: str, code: Path, *, event: str | None) -> None:
    """Register a clock that calls a function once a day."""
    role = aws.iam.Role(name, name=f"role-{name}", assume_role_policy="{}")
    function = aws.lambda_.Function(
        name,
        name=name,
        role=role.arn,
        handler="echo.lambda_handler",
        runtime="python3.13",
        code=pulumi.FileArchive(str(code)),
    )
    rule = aws.cloudwatch.EventRule(name, name=name, schedule_expression="cron(0 7 * * ? *)")
    aws.cloudwatch.EventTarget(name, rule=rule.name, target_id=name, arn=function.arn, input=event)


def test_its_function_is_called_with_its_own_event(deployer: Deployer, clients: Clients, code_zip: Path) -> None:
    """So a test runs what the clock would run, and sees the answer."""
    event = {"tarea": "predicciones"}
    deployer(lambda: schedule("saai-test-nightly", code_zip, event=json.dumps(event)))

    (answer,) = call_targets("saai-test-nightly", clients=clients)

    assert answer["event"] == event


def test_a_failure_is_told(deployer: Deployer, clients: Clients, tmp_path: Path) -> None:
    """Rule, function and reason; EventBridge itself would tell nobody."""
    code = make_zip(
        tmp_path / "code.zip", {"echo.py": "def lambda_handler(event, context):\n    raise ValueError('no')"}
    )
    deployer(lambda: schedule("saai-test-broken", code, event=None))

    with pytest.raises(LocalAwsError, match=r"saai-test-broken, called by saai-test-broken, failed: .*: no"):
        call_targets("saai-test-broken", clients=clients)


def test_a_schedule_of_the_running_stack_happens_by_its_name(
    deployer: Deployer,
    clients: Clients,
    code_zip: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What `make dev` wrote tells where it is; the function's answer is printed."""
    deployer(lambda: schedule("saai-test-weekly", code_zip, event='{"tarea":"analitica"}'))
    endpoint = clients.events.meta.endpoint_url
    stack = attrs.evolve(STACK, endpoint_url=endpoint, rules={"refrescar-analitica": "saai-test-weekly"})
    stack.write(tmp_path / "stack.json")

    assert run_now("refrescar-analitica", stack_file=tmp_path / "stack.json") == 0
    assert json.loads(capsys.readouterr().out)["event"] == {"tarea": "analitica"}


def test_an_unknown_schedule_is_refused_with_those_there_are(tmp_path: Path) -> None:
    """A typing error costs no search."""
    STACK.write(tmp_path / "stack.json")
    with pytest.raises(LocalAwsError, match="'barer', only barrer-eventos"):
        run_now("barer", stack_file=tmp_path / "stack.json")


def test_without_a_running_stack_it_says_so(tmp_path: Path) -> None:
    """It is for `make dev`."""
    with pytest.raises(LocalAwsError):
        run_now("barrer-eventos", stack_file=tmp_path / "stack.json")
