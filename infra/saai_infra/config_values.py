"""Read the texts that `pulumi config` holds. Each function raises ValueError with what is wrong with its text."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, cast, get_args

from saai_infra.build import Architecture

PythonVersion = Literal["3.11", "3.12", "3.13", "3.14"]
"""Lambda's managed Pythons (docs/aws-facts.md, "Lambda")."""

AwsClient = Literal["lite", "boto3"]
"""What functions call AWS with."""

_MINIMUM_SECRET: Final = 32
"""Characters. HS256 asks for a key as long as its hash, 256 bits (RFC 7518, section 3.2)."""

_RETENTIONS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""Days that CloudWatch Logs accepts (API reference, PutRetentionPolicy)."""

_MEMORY: Final = range(128, 10_241)
"""MB that Lambda accepts (developer guide, "Lambda quotas")."""

_WARM: Final = range(1, 901)
"""Processes that an account of the default size can keep: of 1,000 calls at a time Lambda leaves 100 to functions that
keep none (developer guide, "Configuring provisioned concurrency")."""

_CONCURRENCY: Final = range(2, 1_001)
"""Calls at a time that Lambda accepts for a queue (developer guide, "Configuring maximum concurrency")."""

_OWN_TAGS: Final = frozenset({"proyecto", "stage"})
_TABLE_NAME: Final = r"[A-Za-z0-9_.-]{3,255}"


def stage_name(text: str) -> str:
    """A name that fits in every physical name."""
    return _matching(text, r"[a-z][a-z0-9-]{1,15}", "2 to 16 small letters, digits and dashes, a letter first")


def region(text: str) -> str:
    """An AWS Region."""
    return _matching(text, r"[a-z]{2}(-[a-z]+)+-\d", "a Region such as us-east-1")


def secret(text: str) -> str:
    """Secrets, one a line. Messages never repeat them."""
    secrets = [line.strip() for line in text.splitlines() if line.strip()]
    if not secrets or any(len(line) < _MINIMUM_SECRET for line in secrets):
        raise ValueError(f"holds a secret of fewer than {_MINIMUM_SECRET} characters")
    return "\n".join(secrets)


def email(text: str) -> str:
    """An address that alarms are sent to."""
    return _matching(text, r"[^@\s]+@[^@\s]+\.[^@\s]+", "an address such as operaciones@example.com")


def role_arn(text: str) -> str:
    """The ARN of an IAM role."""
    return _matching(text, r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", "the ARN of an IAM role")


def retention(text: str) -> int:
    """Days that logs are kept."""
    days = _integer(text)
    if days not in _RETENTIONS:
        raise ValueError(f"is {days}, and CloudWatch accepts {', '.join(map(str, _RETENTIONS))}")
    return days


def concurrency(text: str, *, known: Sequence[str]) -> Mapping[str, int]:
    """Calls at a time by queue."""
    values = _mapping(text)
    _refuse_unknown(values, known, "queue of work")
    _refuse_outside(values, _CONCURRENCY, "Lambda accepts whole numbers")
    return values


def memory(text: str, *, known: Sequence[str]) -> Mapping[str, int]:
    """MB by function."""
    values = _mapping(text)
    _refuse_unknown(values, known, "function")
    _refuse_outside(values, _MEMORY, "Lambda accepts whole MB")
    return values


def warm(text: str, *, known: Sequence[str]) -> Mapping[str, int]:
    """Processes that are kept started, by function."""
    values = _mapping(text)
    _refuse_unknown(values, known, "function that an API calls")
    _refuse_outside(values, _WARM, "warm are whole numbers")
    return values


def existing_tables(text: str, *, known: Sequence[str]) -> Mapping[str, str]:
    """Physical names by table."""
    values = _mapping(text)
    _refuse_unknown(values, known, "table that may exist already")
    for name, physical in values.items():
        if not isinstance(physical, str) or re.fullmatch(_TABLE_NAME, physical) is None:
            raise ValueError(f"gives {name} {physical!r}, which is not the name of a DynamoDB table")
    if len(set(values.values())) < len(values):
        raise ValueError("gives two tables the same name")
    return values


def tags(text: str) -> Mapping[str, str]:
    """Tags besides the two that every resource has."""
    values = _mapping(text)
    if taken := sorted(_OWN_TAGS & values.keys()):
        raise ValueError(f"sets {', '.join(taken)}, which the program sets itself")
    # `pulumi config set --path` stores digits as a number.
    texts = {name: str(value) if isinstance(value, int) else value for name, value in values.items()}
    if not all(isinstance(value, str) for value in texts.values()):
        raise ValueError("holds a value that is not text")
    return texts


def architecture(text: str) -> Architecture:
    """The processor that functions run on."""
    return cast("Architecture", _one_of(text, get_args(Architecture)))


def python_version(text: str) -> PythonVersion:
    """The runtime's Python."""
    return cast("PythonVersion", _one_of(text, get_args(PythonVersion)))


def aws_client(text: str) -> AwsClient:
    """What functions call AWS with."""
    return cast("AwsClient", _one_of(text, get_args(AwsClient)))


def flag(text: str) -> bool:
    """Yes or no."""
    return _one_of(text, ("true", "false")) == "true"


def endpoint_url(text: str) -> str:
    """Where a local AWS listens."""
    return _matching(text.rstrip("/"), r"https?://[\w.-]+(:\d+)?", "an address such as http://127.0.0.1:4566")


def _matching(text: str, pattern: str, expected: str) -> str:
    if re.fullmatch(pattern, text) is None:
        raise ValueError(f"is {text!r}, not {expected}")
    return text


def _one_of(text: str, valid: Sequence[str]) -> str:
    if text not in valid:
        raise ValueError(f"is {text!r}, and may be {', '.join(valid)}")
    return text


def _integer(text: str) -> int:
    if re.fullmatch(r"\d+", text) is None:
        raise ValueError(f"is {text!r}, not a whole number")
    return int(text)


def _mapping(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise ValueError(f"is {text!r}, not a map")  # noqa: TRY004 - callers know ValueError only
    return value


def _refuse_unknown(values: Mapping[str, object], known: Sequence[str], what: str) -> None:
    unknown = [name for name in values if name not in known]
    if unknown:
        raise ValueError(f"names {', '.join(unknown)}, which is no {what} ({', '.join(known)})")


def _refuse_outside(values: Mapping[str, object], valid: range, accepted: str) -> None:
    for name, value in values.items():
        if not isinstance(value, int) or isinstance(value, bool) or value not in valid:
            raise ValueError(f"gives {name} {value!r}, and {accepted} from {valid.start} to {valid.stop - 1}")
