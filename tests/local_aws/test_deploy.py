"""Running a Pulumi program in process. Only the last tests need MiniStack."""

import re
import threading
from collections.abc import Callable

import pulumi
import pulumi_aws as aws
import pytest
from local_aws.deploy import Settings, deploy
from local_aws.errors import LocalAwsError
from local_aws.resources import Aws
from saai_support.aws_tables import create_table

from tests.local_aws.support import Deployer

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def offline() -> Deployer:
    """A deployer whose programs create nothing on AWS."""
    return Deployer(Aws.at(NOWHERE))


class Component(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("saai:test:Component", name)
        self.register_outputs({})


def test_exports_are_the_programs_with_secrets_and_numbers_plain(offline: Deployer) -> None:
    """What tools read are plain values, at every depth."""

    def program() -> None:
        pulumi.export("secret", pulumi.Output.secret("x"))
        pulumi.export("functions", {"OnConnect": pulumi.Output.from_input("saai-test-OnConnect")})
        pulumi.export("count", 3.0)

    assert offline(program).exports == {
        "secret": "x",
        "functions": {"OnConnect": "saai-test-OnConnect"},
        "count": 3,
    }


def test_the_program_sees_its_stage_and_configuration(offline: Deployer) -> None:
    """They come from the caller as the Pulumi CLI would give them."""

    def program() -> None:
        pulumi.export("stage", pulumi.get_stack())
        pulumi.export("project", pulumi.get_project())
        pulumi.export("region", pulumi.Config("aws").require("region"))
        pulumi.export("days", pulumi.Config().require_int("days"))

    exports = offline(program, {"aws:region": "us-east-1", "saai:days": "14"}).exports

    assert exports == {"stage": "test", "project": "saai", "region": "us-east-1", "days": 14}


def test_a_configured_secret_stays_secret_in_the_program() -> None:
    """The program can ask for it as a secret and gets its value."""
    settings = Settings(
        project="saai", stage="test", config={"saai:jwtSecret": "k"}, secrets=frozenset({"saai:jwtSecret"})
    )

    deployment = deploy(
        lambda: pulumi.export("secret", pulumi.Config().require_secret("jwtSecret")),
        aws=Aws.at(NOWHERE),
        settings=settings,
    )

    assert deployment.exports == {"secret": "k"}


def test_components_and_providers_create_nothing(offline: Deployer) -> None:
    """They are Pulumi's own; no creator is asked."""

    def program() -> None:
        Component("c")
        aws.Provider("p", region="us-east-1")

    assert offline(program).resources == ()


def test_calls_to_the_provider_are_answered(offline: Deployer) -> None:
    """Account and region are the local ones."""

    def program() -> None:
        pulumi.export("account", aws.get_caller_identity_output().account_id)
        pulumi.export("region", aws.get_region_output().region)
        pulumi.export("partition", aws.get_partition_output().partition)

    assert offline(program).exports == {"account": "000000000000", "region": "us-east-1", "partition": "aws"}


def unknown_resource() -> None:
    aws.kinesis.Stream("ventas")


def unknown_call() -> None:
    pulumi.export("zones", aws.get_availability_zones_output().names)


def unknown_property() -> None:
    aws.sns.Topic("alertas", archive_policy="{}")


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (unknown_resource, "aws:kinesis/stream:Stream"),
        (unknown_call, "aws:index/getAvailabilityZones:getAvailabilityZones"),
        (unknown_property, "archivePolicy"),
    ],
)
def test_what_has_no_counterpart_here_is_named(offline: Deployer, program: Callable[[], None], text: str) -> None:
    """The deployment fails and says what is missing, rather than leave it out."""
    with pytest.raises(LocalAwsError, match=text):
        offline(program)


def test_an_export_that_holds_nothing_fails_the_deployment(offline: Deployer) -> None:
    """An output that a creator forgot becomes None silently; the path says which."""
    with pytest.raises(LocalAwsError, match=r"urls\.api"):
        offline(lambda: pulumi.export("urls", {"api": None, "ws": "ws://x"}))


def test_an_error_of_the_program_itself_comes_through(offline: Deployer) -> None:
    """A program that raises stops with its own error."""

    def program() -> None:
        raise LookupError("saai:jwtSecret is missing")

    with pytest.raises(LookupError, match="jwtSecret"):
        offline(program)


def test_deployments_leave_no_trace_in_the_process(offline: Deployer) -> None:
    """Neither exports nor threads of one deployment are found in the next."""
    before = threading.active_count()
    offline(lambda: pulumi.export("first", 1))

    second = offline(lambda: pulumi.export("second", 2))

    assert second.exports == {"second": 2}
    assert threading.active_count() == before


def test_a_refusal_of_aws_names_the_resource(deployer: Deployer) -> None:
    """boto3's error is part of the text."""

    def program() -> None:
        aws.iam.RolePolicy("minimo", name="minimo", role="saai-test-nobody", policy="{}")

    with pytest.raises(LocalAwsError, match=r"aws:iam/rolePolicy:RolePolicy minimo: .*NoSuchEntity"):
        deployer(program)


def badly_named() -> None:
    aws.sqs.Queue("cola de ventas")


def badly_set() -> None:
    aws.lambda_.Permission(
        "ventas", function="f", action="lambda:InvokeFunction", principal="sns.amazonaws.com", source_account="1"
    )


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (badly_named, r"aws:sqs/queue:Queue cola de ventas: name is 'cola de ventas-0000000'"),
        (badly_set, r"aws:lambda/permission:Permission ventas: .*AddPermission: SourceAccount is '1', AWS takes"),
    ],
)
def test_what_aws_would_refuse_is_refused_here(offline: Deployer, program: Callable[[], None], text: str) -> None:
    """Before anything is asked of the local AWS, which would take it."""
    with pytest.raises(LocalAwsError, match=re.compile(text, re.DOTALL)):
        offline(program)


def test_created_resources_are_recorded_with_inputs_and_outputs(deployer: Deployer) -> None:
    """Tools find by type what was made."""
    deployment = deployer(lambda: aws.sns.Topic("recorded", name="saai-test-recorded"))

    (topic,) = deployment.of_type("aws:sns/topic:Topic")
    assert topic.name == "recorded"
    assert topic.id == topic.outputs["arn"] == "arn:aws:sns:us-east-1:000000000000:saai-test-recorded"
    assert topic.inputs == {"name": "saai-test-recorded"}


def test_an_existing_table_is_found_with_its_keys(deployer: Deployer) -> None:
    """So a stage may use tables that stand there already."""
    create_table(deployer.aws.clients.dynamodb, "productos", physical="t_productos")

    def program() -> None:
        table = aws.dynamodb.get_table_output(name="t_productos")
        pulumi.export("keys", [table.hash_key, table.range_key])
        pulumi.export("arn", table.arn)

    assert deployer(program).exports == {
        "keys": ["tenant_id", "entity_id"],
        "arn": "arn:aws:dynamodb:us-east-1:000000000000:table/t_productos",
    }


def test_a_table_that_is_not_there_is_named(deployer: Deployer) -> None:
    """With what AWS answers."""

    def program() -> None:
        pulumi.export("arn", aws.dynamodb.get_table_output(name="t_nadie").arn)

    with pytest.raises(LocalAwsError, match=r"aws:dynamodb/getTable:getTable: .*ResourceNotFound"):
        deployer(program)
