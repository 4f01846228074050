"""Secrets from SSM Parameter Store, kept for a few minutes."""

import os
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import attrs

from saai_domain.aws.clients import process_clients
from saai_domain.settings import load_settings, setting

if TYPE_CHECKING:
    from saai_domain.aws.clients import SSMClient

CACHE_SECONDS = 300


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
    _secrets: Sequence[str] = attrs.field(init=False, default=(), repr=False)
    _read_at: float = attrs.field(init=False, default=float("-inf"))

    def secrets(self) -> Sequence[str]:
        """Return the secrets, at most CACHE_SECONDS old."""
        now = self.monotonic()
        if now - self._read_at >= CACHE_SECONDS:
            value = self.client.get_parameter(Name=self.name, WithDecryption=True)["Parameter"]["Value"]
            self._secrets = tuple(line for line in value.splitlines() if line)
            self._read_at = now
        return self._secrets


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
