"""What `pulumi config` holds becomes a checked configuration, or an error that says what to set."""

import json
from collections.abc import Mapping

import pytest
from saai_infra.build import Target
from saai_infra.config import ConfigError, StageConfig, parse_config

SECRET_TEXT = "un secreto de prueba bastante largo"
COMPLETE = {"region": "us-east-1", "jwtSecret": SECRET_TEXT}
LAB_ROLE = "arn:aws:iam::123456789012:role/LabRole"


def parse(stage: str = "dev", /, **values: str) -> StageConfig:
    """Parse a complete configuration with these values."""
    return parse_config(stage, {**COMPLETE, **values}, secret_keys=frozenset({"jwtSecret"}))


def refusal(values: Mapping[str, str], *, stage: str = "dev", secret: bool = True) -> str:
    """The text of the error that the values lead to."""
    with pytest.raises(ConfigError) as refused:
        parse_config(stage, values, secret_keys=frozenset({"jwtSecret"} if secret else ()))
    return str(refused.value)


def test_region_and_secret_are_enough() -> None:
    """Everything else has a default: arm64, Python 3.13, no access logs, a month of logs."""
    assert parse() == StageConfig(
        stage="dev",
        region="us-east-1",
        jwt_secret=SECRET_TEXT,
        lab_role_arn=None,
        existing_tables={},
        log_retention_days=30,
        memory_mb={},
        maximum_concurrency={},
        warm={},
        architecture="arm64",
        python_version="3.13",
        aws_client="lite",
        access_logs=False,
        token_in_url=True,
        durable=False,
        alarm_email=None,
        endpoint_url=None,
        tags={},
    )


@pytest.mark.parametrize(
    ("key", "text", "attribute", "value"),
    [
        ("region", "sa-east-1", "region", "sa-east-1"),
        ("labRoleArn", LAB_ROLE, "lab_role_arn", LAB_ROLE),
        ("existingTables", '{"productos": "t_productos"}', "existing_tables", {"productos": "t_productos"}),
        ("logRetentionDays", "14", "log_retention_days", 14),
        (
            "memoryMb",
            '{"OnConnect": 128, "EmitirEventosWs": 10240}',
            "memory_mb",
            {"OnConnect": 128, "EmitirEventosWs": 10240},
        ),
        ("maximumConcurrency", '{"analitica": 50}', "maximum_concurrency", {"analitica": 50}),
        ("warm", '{"RegistrarVenta": 2}', "warm", {"RegistrarVenta": 2}),
        ("architecture", "x86_64", "architecture", "x86_64"),
        ("pythonVersion", "3.11", "python_version", "3.11"),
        ("awsClient", "boto3", "aws_client", "boto3"),
        ("accessLogs", "true", "access_logs", True),
        ("accessLogs", "false", "access_logs", False),
        ("tokenInUrl", "false", "token_in_url", False),
        ("alarmEmail", "ops@saai.pe", "alarm_email", "ops@saai.pe"),
        ("durable", "true", "durable", True),
        ("endpointUrl", "http://127.0.0.1:4566/", "endpoint_url", "http://127.0.0.1:4566"),
        ("tags", '{"equipo": "ventas", "centro": 40}', "tags", {"equipo": "ventas", "centro": "40"}),
        ("jwtSecret", f"\n {SECRET_TEXT} \n{SECRET_TEXT}2\n", "jwt_secret", f"{SECRET_TEXT}\n{SECRET_TEXT}2"),
    ],
)
def test_a_key_becomes_a_typed_attribute(key: str, text: str, attribute: str, value: object) -> None:
    """Pulumi stores texts, and JSON for maps."""
    assert getattr(parse(**{key: text}), attribute) == value


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("region", "Lima", "saai:region is 'Lima', not a Region such as us-east-1"),
        ("labRoleArn", "LabRole", "saai:labRoleArn is 'LabRole', not the ARN of an IAM role"),
        (
            "existingTables",
            '{"eventos": "t_eventos"}',
            "names eventos, which is no table that may exist already (productos, ventas",
        ),
        ("existingTables", '{"productos": "a b"}', "gives productos 'a b', which is not the name of a DynamoDB table"),
        ("existingTables", '{"productos": "todo", "ventas": "todo"}', "gives two tables the same name"),
        ("existingTables", "t_productos", "is 't_productos', not a map"),
        ("existingTables", '["productos"]', "not a map"),
        ("logRetentionDays", "15", "saai:logRetentionDays is 15, and CloudWatch accepts 1, 3, 5, 7, 14, 30"),
        ("logRetentionDays", "un mes", "is 'un mes', not a whole number"),
        ("memoryMb", '{"OnConect": 128}', "names OnConect, which is no function (AutorizarConexion, EmitirTicketWs"),
        ("memoryMb", '{"OnConnect": 127}', "gives OnConnect 127, and Lambda accepts whole MB from 128 to 10240"),
        ("maximumConcurrency", '{"ventas": 5}', "names ventas, which is no queue of work (analitica, predicciones)"),
        (
            "maximumConcurrency",
            '{"analitica": 1}',
            "gives analitica 1, and Lambda accepts whole numbers from 2 to 1000",
        ),
        (
            "warm",
            '{"EmitirEventosWs": 1}',
            "names EmitirEventosWs, which is no function that an API calls",
        ),
        ("warm", '{"RegistrarVenta": 0}', "gives RegistrarVenta 0, and warm are whole numbers from 1 to 900"),
        ("memoryMb", '{"OnConnect": 10241}', "gives OnConnect 10241"),
        ("memoryMb", '{"OnConnect": "512"}', "gives OnConnect '512'"),
        ("memoryMb", '{"OnConnect": true}', "gives OnConnect True"),
        ("architecture", "arm", "saai:architecture is 'arm', and may be arm64, x86_64"),
        ("pythonVersion", "3.10", "saai:pythonVersion is '3.10', and may be 3.11, 3.12, 3.13, 3.14"),
        ("awsClient", "botocore", "saai:awsClient is 'botocore', and may be lite, boto3"),
        ("accessLogs", "yes", "saai:accessLogs is 'yes', and may be true, false"),
        ("alarmEmail", "ops", "saai:alarmEmail is 'ops', not an address such as operaciones@example.com"),
        ("durable", "si", "saai:durable is 'si', and may be true, false"),
        ("endpointUrl", "localhost", "saai:endpointUrl is 'localhost', not an address such as http://127.0.0.1:4566"),
        ("tags", '{"stage": "otra"}', "saai:tags sets stage, which the program sets itself"),
        ("tags", '{"equipo": ["ventas"]}', "saai:tags holds a value that is not text"),
        ("jwtSecret", "corto", "saai:jwtSecret holds a secret of fewer than 32 characters"),
        ("jwtSecret", f"{SECRET_TEXT}\ncorto", "saai:jwtSecret holds a secret of fewer than 32 characters"),
        ("jwtSecret", "", "saai:jwtSecret holds a secret of fewer than 32 characters"),
        ("memory", "512", "saai:memory is not a key of SAAI (region, jwtSecret, labRoleArn"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_valid(key: str, text: str, said: str) -> None:
    """The message has the value received, what is valid, and the command that sets it."""
    text_of_error = refusal({**COMPLETE, key: text})
    assert said in text_of_error
    assert "pulumi config" in text_of_error


def test_every_problem_is_named_at_once() -> None:
    """Nobody should have to run `pulumi up` once for each mistake."""
    said = refusal({"architecture": "arm", "logRetentionDays": "15"})
    assert "saai:region is not set: pulumi config set saai:region us-east-1" in said
    assert "saai:jwtSecret is not set: pulumi config set --secret saai:jwtSecret" in said
    assert "saai:architecture" in said
    assert "saai:logRetentionDays" in said


def test_a_secret_in_the_clear_is_refused() -> None:
    """It would stand in a file that is committed."""
    said = refusal(COMPLETE, secret=False)
    assert "saai:jwtSecret is stored in the clear: pulumi config set --secret saai:jwtSecret" in said


@pytest.mark.parametrize("secret", ["corto", SECRET_TEXT])
def test_no_message_shows_the_secret(secret: str) -> None:
    """Errors and representations end up in logs."""
    assert secret not in refusal({"jwtSecret": secret}, secret=False)
    assert SECRET_TEXT not in repr(parse())


@pytest.mark.parametrize("stage", ["Dev", "d", "1dev", "dev_1", "de v", "a" * 17, ""])
def test_a_stage_has_a_name_that_fits_in_every_physical_name(stage: str) -> None:
    """Small letters, digits and dashes; 2 to 16 of them."""
    assert "pulumi stack init" in refusal(COMPLETE, stage=stage)


@pytest.mark.parametrize("stage", ["dev", "prod", "pr-12", "a" * 16])
def test_any_other_stage_is_fine(stage: str) -> None:
    """A developer may have one of their own."""
    assert parse(stage).stage == stage


def test_academy_asks_for_the_lab_role() -> None:
    """An AWS Academy account can't create roles."""
    assert "pulumi config set saai:labRoleArn arn:aws:iam::<account>:role/LabRole" in refusal(COMPLETE, stage="academy")
    assert parse("academy", labRoleArn=LAB_ROLE).lab_role_arn == LAB_ROLE


def test_lambda_is_the_target_unless_the_aws_is_local() -> None:
    """A local AWS runs functions on this machine, so they are built for it."""
    assert parse(pythonVersion="3.12", architecture="x86_64").target == Target.aws(
        python_version="3.12", architecture="x86_64"
    )
    assert parse(endpointUrl="http://127.0.0.1:4566").target == Target.host()


def test_prod_is_durable_unless_something_else_is_said() -> None:
    """Other stages can be torn down with one command."""
    assert [stage for stage in ("dev", "prod", "pr-1") if parse(stage).durable] == ["prod"]
    assert parse("produccion", durable="true").durable
    assert not parse("prod", durable="false").durable


@pytest.mark.parametrize("stage", ["prod2", "produccion", "prod-lima"])
def test_a_stage_that_may_be_production_must_say_so(stage: str) -> None:
    """Its data would otherwise hang on how somebody spelt a name."""
    said = refusal(COMPLETE, stage=stage)
    assert f"saai:durable is not set, and whether '{stage}' is production can't be told from its name" in said
    assert not parse(stage, durable="false").durable


def test_maps_survive_as_pulumi_stores_them() -> None:
    """`pulumi config set --path saai:memoryMb.OnConnect 256` stores JSON."""
    assert parse(memoryMb=json.dumps({"OnConnect": 256})).memory_mb["OnConnect"] == 256
