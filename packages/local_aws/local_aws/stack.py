"""`.local/stack.json`: what tools and tests need to know about the local AWS that is running."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import msgspec

from local_aws.errors import LocalAwsError
from local_aws.paths import STATE

STACK_FILE = STATE / "stack.json"


@attrs.frozen(kw_only=True)
class Stack:
    """A stage deployed on the local AWS. Tables and functions are under docs/domain.md's names."""

    ws_url: str
    """Where screens connect; `?token=` is still to be added."""
    api_url: str
    """The HTTP API's address without a slash at its end."""
    endpoint_url: str
    """Where boto3 finds the local AWS."""
    region: str
    stage: str
    jwt_secret: str = attrs.field(repr=False)
    tables: Mapping[str, str]
    functions: Mapping[str, str]
    queues: Mapping[str, str]
    """Addresses by what comes after `saai-{stage}-` in a queue's name."""
    rules: Mapping[str, str]
    """Names of schedules, by what comes after `saai-{stage}-` in them."""
    outputs: Mapping[str, Any]
    """Everything that the infrastructure program exports."""

    @classmethod
    def read(cls, path: Path = STACK_FILE) -> "Stack":
        """The stack that `make dev` left running.

        Raises:
            LocalAwsError: there is none, or the file is not what this version writes.
        """
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except FileNotFoundError:
            raise LocalAwsError(f"{path} does not exist: run `make dev` and leave it running") from None
        except msgspec.DecodeError as error:
            raise LocalAwsError(f"{path} can't be read ({error}): restart `make dev`") from error

    def write(self, path: Path = STACK_FILE) -> None:
        """Store it for others, in one step. Only the owner can read it: it holds the JWT secret."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp makes the file for its owner only.
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n")
        Path(temporary).replace(path)
