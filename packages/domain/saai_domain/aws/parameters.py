"""Secrets from SSM Parameter Store, kept for a few minutes."""

import os
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

import attrs
from aws_lite.backoff import Backoff
from botocore.exceptions import ClientError

from saai_domain.aws.clients import process_clients
from saai_domain.settings import load_settings, setting

if TYPE_CHECKING:
    from saai_domain.aws.clients import SSMClient

CACHE_SECONDS = 300
PATIENCE: Final = Backoff(base=0.25, ceiling=1.0, total=7.0)
"""Parameter Store answers 40 reads a second (AWS General Reference, "Systems Manager quotas"). When all screens come
back more processes than that start within a second: each waits for its turn, within a function's 10 s."""


@attrs.frozen(kw_only=True)
class SecretSettings:
    """Names the SSM parameter (SecureString) that holds the signing secret of the tokens."""

    parameter: str = setting("JWT_SECRET_PARAMETER")


@attrs.define(kw_only=True)
class SecretParameter:
    """A SecureString with one secret a line: the current one, and during a rotation the one before."""

    client: "SSMClient"
    name: str
    monotonic: Callable[[], float] = time.monotonic
    patience: Backoff = PATIENCE
    _secrets: Sequence[str] = attrs.field(init=False, default=(), repr=False)
    _read_at: float = attrs.field(init=False, default=float("-inf"))

    def secrets(self) -> Sequence[str]:
        """Return the secrets, at most CACHE_SECONDS old."""
        now = self.monotonic()
        if now - self._read_at >= CACHE_SECONDS:
            self._secrets = tuple(line for line in self._read().splitlines() if line)
            self._read_at = now
        return self._secrets

    def _read(self) -> str:
        deadline = self.patience.deadline()
        attempt = 1
        while True:
            try:
                return self.client.get_parameter(Name=self.name, WithDecryption=True)["Parameter"]["Value"]
            except ClientError as error:
                throttled = error.response["Error"]["Code"] == "ThrottlingException"
                if not (throttled and self.patience.pause(attempt, deadline)):
                    raise
                attempt += 1


def jwt_secrets() -> Sequence[str]:
    """Return the secrets with which a token may be signed.

    Raises:
        MissingSettings: ``JWT_SECRET_PARAMETER`` is not set.
    """
    return _jwt_parameter().secrets()


@cache
def _jwt_parameter() -> SecretParameter:
    settings = load_settings(SecretSettings, os.environ)
    return SecretParameter(client=process_clients().ssm, name=settings.parameter)
