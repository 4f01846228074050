"""The configuration of a stage: what `pulumi config` holds, typed and checked before anything is made."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import attrs
import pulumi

from saai_infra.build import Architecture, Target
from saai_infra.catalog import API_FUNCTION_NAMES, FUNCTION_NAMES, QUEUE_NAMES
from saai_infra.config_values import (
    AwsClient,
    PythonVersion,
    architecture,
    aws_client,
    concurrency,
    email,
    endpoint_url,
    existing_tables,
    flag,
    memory,
    python_version,
    region,
    retention,
    role_arn,
    secret,
    stage_name,
    tags,
    warm,
)
from saai_infra.table_specs import TABLES_THAT_MAY_EXIST

NAMESPACE: Final = "saai"
ACADEMY: Final = "academy"
PRODUCTION: Final = "prod"
"""The stage whose data must survive mistakes unless it says otherwise."""


@attrs.frozen(kw_only=True)
class StageConfig:
    """Everything that differs between stages."""

    stage: str
    region: str
    jwt_secret: str = attrs.field(repr=False)
    """One secret of at least 32 characters a line; two lines while it is rotated."""
    lab_role_arn: str | None = None
    """An existing role that every function runs as, where none can be created."""
    existing_tables: Mapping[str, str] = attrs.field(factory=dict)
    """docs/domain.md's name of a table to the physical name of the one that stands for it."""
    log_retention_days: int = 30
    memory_mb: Mapping[str, int] = attrs.field(factory=dict)
    """By function, where the table of functions (`catalog`) doesn't fit."""
    maximum_concurrency: Mapping[str, int] = attrs.field(factory=dict)
    """By queue: calls of its worker at a time, where the table of functions doesn't fit the account."""
    warm: Mapping[str, int] = attrs.field(factory=dict)
    """By function that an API calls: how many of its processes are kept started, which costs money by the hour."""
    architecture: Architecture = "arm64"
    python_version: PythonVersion = "3.13"
    aws_client: AwsClient = "lite"
    """What functions call AWS with: `aws_lite`, or the runtime's boto3."""
    access_logs: bool = False
    token_in_url: bool = True
    """Whether screens may connect with their JWT in the URL; without it, only with a ticket or the header."""
    durable: bool = attrs.field(default=attrs.Factory(lambda self: self.stage == PRODUCTION, takes_self=True))
    """Whether tables are protected against deletion and can be restored to a point in time."""
    endpoint_url: str | None = None
    """Where a local AWS listens. Its functions run on this machine."""
    tags: Mapping[str, str] = attrs.field(factory=dict)
    alarm_email: str | None = None
    """Whom the alarms' topic writes to."""

    @property
    def target(self) -> Target:
        """What the zips are built for."""
        if self.endpoint_url is not None:
            return Target.host()
        return Target.aws(python_version=self.python_version, architecture=self.architecture)

    @property
    def access_log_retention_days(self) -> int | None:
        """How long access logs stay, or None without them."""
        return self.log_retention_days if self.access_logs else None


@attrs.frozen(kw_only=True)
class ConfigProblem:
    """One key that is not as it must be, and what to do about it."""

    key: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.key} {self.reason}: {self.remedy}"


@attrs.frozen(kw_only=True)
class ConfigError(pulumi.RunError):
    """A stage that can't be deployed as it is configured. Every problem is named at once.

    Pulumi shows a RunError's text without a traceback.
    """

    stage: str
    problems: tuple[ConfigProblem, ...]

    def __str__(self) -> str:
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        return f"The configuration of stage {self.stage!r} can't be deployed:{lines}"


@attrs.frozen(kw_only=True)
class _Key:
    """How a key is read."""

    attribute: str
    read: Callable[[str], object]
    """Raises ValueError with what is wrong with the text."""
    remedy: str
    required: bool = False


_SET_JWT: Final = "pulumi config set --secret saai:jwtSecret <at least 32 characters>"

_KEYS: Final[Mapping[str, _Key]] = {
    "region": _Key(attribute="region", read=region, required=True, remedy="pulumi config set saai:region us-east-1"),
    "jwtSecret": _Key(attribute="jwt_secret", read=secret, required=True, remedy=_SET_JWT),
    "labRoleArn": _Key(
        attribute="lab_role_arn",
        read=role_arn,
        remedy="pulumi config set saai:labRoleArn arn:aws:iam::<account>:role/LabRole",
    ),
    "existingTables": _Key(
        attribute="existing_tables",
        read=partial(existing_tables, known=TABLES_THAT_MAY_EXIST),
        remedy="pulumi config set --path saai:existingTables.productos <name of the table>",
    ),
    "logRetentionDays": _Key(
        attribute="log_retention_days", read=retention, remedy="pulumi config set saai:logRetentionDays 30"
    ),
    "memoryMb": _Key(
        attribute="memory_mb",
        read=partial(memory, known=FUNCTION_NAMES),
        remedy="pulumi config set --path saai:memoryMb.EmitirEventosWs 1769",
    ),
    "maximumConcurrency": _Key(
        attribute="maximum_concurrency",
        read=partial(concurrency, known=QUEUE_NAMES),
        remedy="pulumi config set --path saai:maximumConcurrency.analitica 20",
    ),
    "warm": _Key(
        attribute="warm",
        read=partial(warm, known=API_FUNCTION_NAMES),
        remedy="pulumi config set --path saai:warm.RegistrarVenta 1",
    ),
    "architecture": _Key(
        attribute="architecture", read=architecture, remedy="pulumi config set saai:architecture arm64"
    ),
    "pythonVersion": _Key(
        attribute="python_version", read=python_version, remedy="pulumi config set saai:pythonVersion 3.13"
    ),
    "awsClient": _Key(attribute="aws_client", read=aws_client, remedy="pulumi config set saai:awsClient lite"),
    "accessLogs": _Key(attribute="access_logs", read=flag, remedy="pulumi config set saai:accessLogs true"),
    "tokenInUrl": _Key(attribute="token_in_url", read=flag, remedy="pulumi config set saai:tokenInUrl false"),
    "durable": _Key(attribute="durable", read=flag, remedy="pulumi config set saai:durable true"),
    "endpointUrl": _Key(
        attribute="endpoint_url", read=endpoint_url, remedy="pulumi config set saai:endpointUrl http://127.0.0.1:4566"
    ),
    "alarmEmail": _Key(
        attribute="alarm_email", read=email, remedy="pulumi config set saai:alarmEmail operaciones@example.com"
    ),
    "tags": _Key(attribute="tags", read=tags, remedy="pulumi config set --path saai:tags.equipo ventas"),
}


def read_config() -> StageConfig:
    """Read the configuration of the stack that Pulumi runs.

    Raises:
        ConfigError: keys are missing, unknown or wrong.
    """
    values = pulumi.Config(NAMESPACE)
    known = {key: value for key in _KEYS if (value := values.get(key)) is not None}
    prefix = f"{NAMESPACE}:"
    everything = {**pulumi.runtime.get_config_env(), **pulumi.runtime.config.CONFIG.get()}
    others = {key.removeprefix(prefix): "" for key in everything if key.startswith(prefix)}
    return parse_config(pulumi.get_stack(), {**others, **known}, secret_keys=_secret_keys())


def parse_config(stage: str, values: Mapping[str, str], *, secret_keys: frozenset[str]) -> StageConfig:
    """Turn the texts of the `saai` keys into a checked configuration.

    Raises:
        ConfigError: keys are missing, unknown or wrong.
    """
    problems = [
        *_stage_problems(stage, values),
        *(_unknown(key) for key in values if key not in _KEYS),
        *(_missing(key) for key, how in _KEYS.items() if how.required and key not in values),
    ]
    if "jwtSecret" in values and "jwtSecret" not in secret_keys:
        problems.append(ConfigProblem(key="saai:jwtSecret", reason="is stored in the clear", remedy=_SET_JWT))
    fields: dict[str, Any] = {"stage": stage}
    for key, how in _KEYS.items():
        if key not in values:
            continue
        try:
            fields[how.attribute] = how.read(values[key])
        except ValueError as error:
            problems.append(ConfigProblem(key=f"saai:{key}", reason=str(error), remedy=how.remedy))
    if problems:
        raise ConfigError(stage=stage, problems=tuple(problems))
    return StageConfig(**fields)


def _stage_problems(stage: str, values: Mapping[str, str]) -> list[ConfigProblem]:
    problems = []
    try:
        stage_name(stage)
    except ValueError as error:
        problems.append(ConfigProblem(key="the stack's name", reason=str(error), remedy="pulumi stack init dev"))
    if stage == ACADEMY and "labRoleArn" not in values:
        reason = "is not set, and an AWS Academy account can't create roles"
        problems.append(ConfigProblem(key="saai:labRoleArn", reason=reason, remedy=_KEYS["labRoleArn"].remedy))
    if stage == ACADEMY and "warm" in values:
        reason = "is set, and an AWS Academy account runs 10 calls in all, of which Lambda lets none be kept"
        problems.append(ConfigProblem(key="saai:warm", reason=reason, remedy="pulumi config rm saai:warm"))
    if stage.startswith(PRODUCTION) and stage != PRODUCTION and "durable" not in values:
        reason = f"is not set, and whether {stage!r} is production can't be told from its name"
        problems.append(ConfigProblem(key="saai:durable", reason=reason, remedy=_KEYS["durable"].remedy))
    return problems


def _unknown(key: str) -> ConfigProblem:
    return ConfigProblem(
        key=f"saai:{key}",
        reason=f"is not a key of SAAI ({', '.join(_KEYS)})",
        remedy=f"pulumi config rm saai:{key}",
    )


def _missing(key: str) -> ConfigProblem:
    return ConfigProblem(key=f"saai:{key}", reason="is not set", remedy=_KEYS[key].remedy)


def _secret_keys() -> frozenset[str]:
    """The keys that Pulumi keeps encrypted."""
    environment = pulumi.runtime.get_config_secret_keys_env()
    return frozenset(
        key
        for key in _KEYS
        if f"{NAMESPACE}:{key}" in environment or pulumi.runtime.is_config_secret(f"{NAMESPACE}:{key}")
    )
